/**
 * Writes a squash down so that the project is whole at every moment: the archive first, which nobody reads yet; then
 * the baseline, which includes what still lies in the folder; then the lock file, which says what the baseline stands
 * for; then the files go, the oldest first. Cut off anywhere, the same command carries on.
 */
import { sha256 } from "../../../core/hash.ts";
import { formatLockFile, lockFileName, type LockFile } from "../../../project/lock.ts";
import type { MigrationFile } from "../../../project/migration.ts";
import type { Project } from "../../../project/project.ts";
import { relock } from "../../../project/relock.ts";
import type { SchemaFile } from "../../../project/schema.ts";
import type { Files } from "../../../ports/files.ts";

export interface SquashWriting {
  readonly project: Project;
  readonly release: string;
  /** The release's folder in the archive. */
  readonly archive: string;
  readonly moving: readonly MigrationFile[];
  readonly baseline: readonly SchemaFile[];
}

export interface Moved {
  readonly from: string;
  readonly to: string;
}

export async function writeSquash(files: Files, writing: SquashWriting): Promise<readonly Moved[]> {
  const { project, moving, archive } = writing;
  const byFile = new Map<MigrationFile, readonly Moved[]>();
  for (const file of moving) byFile.set(file, await movesOf(files, file, writing));
  const moves = [...byFile.values()].flat();
  await removeLeftovers(files, archive);
  for (const { from, to } of moves) {
    await writeIfOther(files, to, await files.read(from));
  }
  await keepOldBaseline(files, writing);
  for (const { path, text } of writing.baseline) await writeIfOther(files, path, text);
  await writeIfOther(files, lockFileName, formatLockFile(lockAfter(writing)));
  // What undoes goes before what does: alone in the folder it would belong to nothing.
  for (const [file, own] of byFile) {
    for (const { from } of own.toReversed()) await files.remove(from);
    await removeEmptyFolder(files, file.path, project.migrationsFolder ?? "");
  }
  await keepFolder(files, project);
  return moves;
}

/** The file that goes up first: an archive that is cut off never holds a way back alone. */
async function movesOf(
  files: Files,
  file: MigrationFile,
  writing: SquashWriting,
): Promise<readonly Moved[]> {
  const paths = [file.path, ...optional(file.down?.path), ...(await besides(files, file))];
  return [...new Set(paths)].map((from) => ({ from, to: inArchive(from, writing) }));
}

/** A folder of its own moves whole, with whatever else lies in it. */
async function besides(files: Files, { id, path }: MigrationFile): Promise<readonly string[]> {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (id.includes("/") || folder.slice(folder.lastIndexOf("/") + 1) !== id) return [];
  const entries = await files.list(folder);
  return entries.filter(({ kind }) => kind === "file").map(({ name }) => `${folder}/${name}`);
}

function inArchive(path: string, { project, archive }: SquashWriting): string {
  const folder = project.migrationsFolder ?? "";
  return `${archive}/${folder === "" ? path : path.slice(folder.length + 1)}`;
}

function optional(path: string | undefined): readonly string[] {
  return path === undefined ? [] : [path];
}

/** Temporary files of a run that was killed while it wrote. */
async function removeLeftovers(files: Files, archive: string): Promise<void> {
  if (!(await files.exists(archive))) return;
  for (const { name, kind } of await files.list(archive)) {
    if (kind === "file" && /\.[0-9a-f]{12}\.tmp$/.test(name))
      await files.remove(`${archive}/${name}`);
  }
}

async function writeIfOther(
  files: Files,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const before = await files.readIfPresent(path);
  if (before === undefined || sha256(before) !== sha256(content)) await files.write(path, content);
}

/** Databases began with it: it stays, as one more starting point for the proof. */
async function keepOldBaseline(
  files: Files,
  { project, baseline, archive }: SquashWriting,
): Promise<void> {
  const [old] = project.baseline?.files ?? [];
  const isWritten = baseline.some(({ path, text }) => path === old?.path && text !== old.text);
  if (old === undefined || old.header.includes === undefined || !isWritten) return;
  const path = `${archive}/${old.path.slice(old.path.lastIndexOf("/") + 1)}`;
  if (!(await files.exists(path))) await files.write(path, old.text);
}

function lockAfter({ project, moving, release }: SquashWriting): LockFile {
  const { migrations, archived, lock } = project;
  const moved = new Set(moving.map(({ id }) => id));
  const before = relock(
    migrations.filter(({ id }) => !archived.has(id)),
    lock,
  );
  const gone = before.lines.filter(({ id }) => moved.has(id));
  // An archive whose lock file was lost is written down again.
  const known = new Set(before.replaced.map(({ id }) => id));
  const lost = migrations.filter(({ id }) => archived.has(id) && !known.has(id));
  const found = relock(lost, undefined).lines.map((line, place) => ({
    ...line,
    release: lost[place]?.path.split("/").at(-2) ?? release,
  }));
  return {
    lines: before.lines.filter(({ id }) => !moved.has(id)),
    replaced: [...found, ...before.replaced, ...gone.map((line) => ({ ...line, release }))],
  };
}

async function removeEmptyFolder(files: Files, path: string, root: string): Promise<void> {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (folder === "" || folder === root || !folder.startsWith(root)) return;
  if (!(await files.exists(folder)) || (await files.list(folder)).length > 0) return;
  await files.remove(folder);
  await removeEmptyFolder(files, folder, root);
}

/** Git forgets an empty folder, and with it where the next migration belongs. */
async function keepFolder(files: Files, { migrationsFolder: folder }: Project): Promise<void> {
  if (folder === undefined || folder === "") return;
  if (!(await files.exists(folder)) || (await files.list(folder)).length > 0) return;
  await files.write(`${folder}/.gitkeep`, "");
}
