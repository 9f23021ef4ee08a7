/**
 * Which of the project's files another tool has applied: each entry of its history finds its file, or there is an
 * error that names those that do not. A file that is not the one that was applied is refused, not taken for it.
 */
import { LockstepError } from "../../core/errors.ts";
import type { MigrationFile } from "../../project/migration.ts";
import { compareVersions, readStem, versionKey } from "../../project/version.ts";
import type { History, HistoryEntry, HistoryTool } from "./tool.ts";

export interface MatchRequest {
  readonly tool: HistoryTool;
  readonly history: History;
  readonly migrations: readonly MigrationFile[];
  /** Of the files on disk, by path. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly allowEdited: ReadonlySet<string>;
  /** What a baseline on disk holds already needs no file of its own. */
  readonly isHeld: (key: string) => boolean;
}

export interface Matched {
  readonly file: MigrationFile;
  /** Undefined: the tool keeps the newest version only. */
  readonly entry: HistoryEntry | undefined;
}

export function matchHistory(request: MatchRequest): readonly Matched[] {
  const { tool, history, migrations } = request;
  if (history.dirty !== undefined) {
    const message = `${tool.title} says that ${history.dirty} failed half way`;
    throw new LockstepError("ADOPT.DIRTY", message, { data: { id: history.dirty } });
  }
  const found = new Map<string, Matched>();
  const { upTo } = history;
  if (upTo !== undefined) {
    for (const file of upToVersion(request, upTo)) found.set(file.id, { file, entry: undefined });
  }
  for (const file of upToHead(request)) found.set(file.id, { file, entry: undefined });
  const lacking: string[] = [];
  for (const entry of history.entries) {
    const file = migrations.find((one) => fits(entry, one, request));
    if (file !== undefined) found.set(file.id, { file, entry });
    else if (!request.isHeld(entry.key)) lacking.push(entry.key);
  }
  if (lacking.length > 0) throw unmatched(tool, lacking);
  const matched = migrations.flatMap((file) => found.get(file.id) ?? []);
  refuseEdited(request, matched);
  return matched;
}

function upToVersion(
  { tool, migrations, isHeld }: MatchRequest,
  upTo: string,
): readonly MigrationFile[] {
  const last = versionKey(upTo);
  const isThere = migrations.some(({ order }) => compareVersions(order, last) === 0);
  if (!isThere && !isHeld(upTo)) throw unmatched(tool, [upTo]);
  return migrations.filter(({ order }) => compareVersions(order, last) <= 0);
}

/** One head stands for every file up to its own; what several stand for, no file of ours says. */
function upToHead({
  tool,
  history: { heads = [] },
  migrations,
  isHeld,
}: MatchRequest): readonly MigrationFile[] {
  const [head, ...others] = heads;
  if (head === undefined) return [];
  if (others.length > 0) {
    throw new LockstepError(
      "ADOPT.AMBIGUOUS",
      `${tool.title} has ${heads.length} heads, and which migrations they stand for its own files say`,
      { notes: heads, next: `lockstep adopt --from ${tool.name} --applied ID|all` },
    );
  }
  const last = migrations.findIndex(
    ({ id, name }) => name === head || id.split("_").includes(head),
  );
  if (last < 0 && !isHeld(head)) throw unmatched(tool, [head]);
  return migrations.slice(0, last + 1);
}

function fits(entry: HistoryEntry, file: MigrationFile, request: MatchRequest): boolean {
  const { tool, contents } = request;
  switch (tool.by) {
    case "version":
      return compareVersions(file.order, versionOf(entry.key)) === 0;
    case "name":
      return namesOf(file).has(withoutEnding(entry.key)) || isPathOf(file, entry.key);
    case "hash": {
      if (namesOf(file).has(entry.key)) return true;
      const bytes = contents.get(file.path);
      return bytes !== undefined && (tool.hashes?.(bytes) ?? []).includes(entry.hash ?? "");
    }
  }
}

function versionOf(key: string): MigrationFile["order"] {
  return readStem(key)?.order ?? versionKey(key);
}

/** What was code for the other tool may be SQL now. */
function withoutEnding(name: string): string {
  return name.replace(/\.(?:[cm]?[jt]s|sql|py|php|rb)$/, "");
}

function namesOf({ id, path, name }: MigrationFile): ReadonlySet<string> {
  return new Set([id, name, withoutEnding(path.slice(path.lastIndexOf("/") + 1))]);
}

/** Liquibase names files as its changelog does: from wherever its root is. */
function isPathOf({ path }: MigrationFile, key: string): boolean {
  if (key === path) return true;
  return key.includes("/") && (path.endsWith(`/${key}`) || key.endsWith(`/${path}`));
}

function refuseEdited(request: MatchRequest, matched: readonly Matched[]): void {
  const { tool, contents, allowEdited } = request;
  const { hashes } = tool;
  if (hashes === undefined) return;
  const edited = matched.filter(({ file, entry }) => {
    const bytes = contents.get(file.path);
    if (entry?.hash === undefined || bytes === undefined || allowEdited.has(file.id)) return false;
    return !hashes(bytes).includes(entry.hash);
  });
  const [first] = edited;
  if (first === undefined) return;
  const ids = edited.map(({ file }) => file.id);
  const message =
    ids.length === 1
      ? `${first.file.path} is not the file that ${tool.title} applied: its hash is another`
      : `${ids.length} files are not those that ${tool.title} applied: their hashes are others`;
  throw new LockstepError("ADOPT.EDITED", message, {
    where: { file: first.file.path },
    notes: ids.length === 1 ? [] : ids.slice(0, 20),
    next: `Restore the files, or, where they do the same: lockstep adopt --from ${tool.name} --allow-edited ${ids.join(",")}`,
    data: { ids },
  });
}

function unmatched(tool: HistoryTool, keys: readonly string[]): LockstepError {
  const [first = ""] = keys;
  const message =
    keys.length === 1
      ? `${tool.title} has applied ${first}, and no file of the project is it`
      : `${tool.title} has applied ${keys.length} migrations that no file of the project is`;
  const shown = keys.slice(0, 20);
  const more = keys.length > shown.length ? [`... and ${keys.length - shown.length} more`] : [];
  return new LockstepError("ADOPT.UNMATCHED", message, {
    notes: keys.length === 1 ? [] : [...shown, ...more],
    next: `Bring the files back, or say it yourself: lockstep adopt --from none --applied ID|all`,
    data: { keys: [...keys] },
  });
}
