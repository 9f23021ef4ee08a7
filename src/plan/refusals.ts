/**
 * What a standing makes impossible, as errors that say what to do. One function per row; the first that applies is
 * thrown, in the order of how much it says about the rest.
 */
import { LockstepError, type SourcePosition } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { StatementChange } from "../sql/meaning.ts";
import type { ReplacedLine } from "../project/lock.ts";
import type { BaselineGap, Standing } from "./standing.ts";

export interface Allowances {
  readonly outOfOrder: boolean;
  readonly missing: boolean;
}

export function refuseStanding(standing: Standing, allowed: Allowances): void {
  const error =
    reverting(standing) ??
    orphaned(standing) ??
    gap(standing) ??
    (allowed.missing ? undefined : missing(standing)) ??
    (allowed.outOfOrder ? undefined : outOfOrder(standing));
  if (error !== undefined) throw error;
}

function reverting({ reverting: [entry] }: Standing): LockstepError | undefined {
  if (entry === undefined) return undefined;
  return new LockstepError("PLAN.REVERTING", `a rollback of ${entry.id} began and did not end`, {
    next: `lockstep rollback, or once it is applied again by hand: lockstep repair --mark-done ${entry.id}`,
    data: { id: entry.id },
  });
}

function orphaned({ orphaned: [id] }: Standing): LockstepError | undefined {
  if (id === undefined) return undefined;
  return new LockstepError(
    "PLAN.FILE_MISSING",
    `${id} is half applied, and its file is not in the project`,
    { next: "Get the file back, then: lockstep deploy", data: { ids: [id] } },
  );
}

function gap({ gap: found }: Standing): LockstepError | undefined {
  if (found === undefined) return undefined;
  const { includesUpTo, lastApplied, lacking } = found;
  const ids = lacking.map(({ id }) => id);
  const [oldest] = lacking;
  return new LockstepError(
    "PLAN.BASELINE_GAP",
    `this database has ${lastText(found)}; ${gapMessage(found)}`,
    {
      notes: ids.length > 1 ? listed(ids) : [],
      ...(oldest === undefined ? {} : { next: wayToArchive(oldest) }),
      data: { includesUpTo, lastApplied: lastApplied ?? null, ids },
    },
  );
}

function lastText({ lastApplied }: BaselineGap): string {
  return lastApplied === undefined ? "no migration" : `migrations up to ${lastApplied}`;
}

export function gapMessage({ includesUpTo, lacking }: BaselineGap): string {
  const [first] = lacking;
  if (first === undefined) {
    return `the baseline includes those up to ${includesUpTo}, and what lies between is not on disk`;
  }
  const what =
    lacking.length === 1 ? first.id : `${lacking.length} migrations, from ${first.id} on`;
  return `it lacks ${what}, which the baseline stands for since release ${first.release}, and the archive is not on disk`;
}

function wayToArchive({ release, id }: ReplacedLine): string {
  return [
    `Put the folder archive/${release} of the repository beside the migrations and run the command again,`,
    `or check out a commit that still has ${id} among its migrations, lockstep deploy there, and come back.`,
  ].join("\n");
}

function missing({ missing: entries }: Standing): LockstepError | undefined {
  if (entries.length === 0) return undefined;
  const ids = entries.map((entry) => entry.id);
  const [first] = ids;
  const message =
    ids.length === 1
      ? `${first} is applied, and its file is not in the project.`
      : `${ids.length} migrations are applied whose files are not in the project.`;
  return new LockstepError("PLAN.FILE_MISSING", message, {
    notes: ids.length === 1 ? [] : listed(ids),
    data: { ids },
  });
}

function outOfOrder({ outOfOrder: found }: Standing): LockstepError | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const ids = found.map(({ file }) => file.id);
  const message =
    found.length === 1
      ? `${first.file.id} sorts before ${first.after}, which is already applied.`
      : `${found.length} migrations sort before ${first.after}, which is already applied.`;
  return new LockstepError("PLAN.OUT_OF_ORDER", message, {
    where: { file: first.file.path },
    notes: found.length === 1 ? [] : listed(ids),
    data: { ids, after: first.after },
  });
}

export interface Edited {
  readonly id: string;
  readonly path: string;
  /** Undefined when the ledger does not have the text as it was applied. */
  readonly parts: readonly EditedPart[] | undefined;
}

/** The file itself, or one that it reads. */
export interface EditedPart {
  readonly path: string;
  readonly changes: readonly StatementChange[];
  /** In place of statements: rows were changed, the file is read no more, ... */
  readonly note?: string;
}

const changesShownMax = 12;

export function editedError(edited: readonly Edited[]): LockstepError | undefined {
  const [first] = edited;
  if (first === undefined) return undefined;
  const ids = edited.map(({ id }) => id);
  const place = firstPlace(first);
  return new LockstepError(
    "PLAN.EDITED",
    edited.length === 1
      ? `${first.id} was changed after it was applied.`
      : `${ids.length} migrations were changed after they were applied.`,
    {
      where: place,
      notes: edited.flatMap(describeEdit),
      next: `Restore the file and write a new migration, or: lockstep deploy --allow-edited ${ids.join(",")}`,
      data: { ids },
    },
  );
}

function firstPlace({ path, parts = [] }: Edited): SourcePosition {
  const part = parts.find(({ changes, note }) => changes.length > 0 || note !== undefined);
  const line = part?.changes.find((change) => change.kind === "added")?.line;
  return { file: part?.path ?? path, ...(line === undefined ? {} : { line }) };
}

function describeEdit({ id, path, parts }: Edited): readonly string[] {
  if (parts === undefined) return [`${id}: the ledger does not hold the text that was applied`];
  return parts.flatMap((part) => {
    const title = part.path === path ? id : `${id}, in ${part.path}`;
    if (part.note !== undefined) return [`${title}: ${part.note}`];
    return part.changes.length === 0 ? [] : [`${title}:`, ...describeChanges(part.changes)];
  });
}

function describeChanges(changes: readonly StatementChange[]): readonly string[] {
  const shown = changes.slice(0, changesShownMax).map((change) => {
    const sign = change.kind === "added" ? "+" : "-";
    return `${sign} ${change.text.slice(0, 400).replaceAll("\n", `\n${sign} `)}`;
  });
  const more = changes.length - shown.length;
  return [...shown, ...(more > 0 ? [`... and ${more} more changes`] : [])];
}

export function unknownId(id: string, files: readonly MigrationFile[]): LockstepError {
  const meant = nearest(
    id,
    files.map((file) => file.id),
  );
  return new LockstepError(
    "PLAN.UNKNOWN_ID",
    `there is no migration ${JSON.stringify(id)}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  );
}

function listed(ids: readonly string[]): readonly string[] {
  const shown = ids.slice(0, 20);
  return ids.length > shown.length
    ? [...shown, `... and ${ids.length - shown.length} more`]
    : shown;
}
