/**
 * `lockstep rebase`: when two branches both added migrations, puts mine behind theirs by renaming the files, and
 * writes the lock file for what is there. Touches no database, and no migration that a database is known to have.
 */
import { LockstepError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import { inferConvention, nextName } from "../project/convention.ts";
import { formatLockFile, lockFileName, type LockFile } from "../project/lock.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import { inFolder } from "../project/recognise.ts";
import { relock } from "../project/relock.ts";
import { compareVersions, readStem, versionKey } from "../project/version.ts";
import type { Files } from "../ports/files.ts";

export interface RebaseOptions {
  readonly files: Files;
  /** Read tolerantly: versions may be shared, the lock file may be in conflict. */
  readonly project: Project;
  /** Ids of the migrations that only this branch has. */
  readonly mine: ReadonlySet<string>;
  /** Ids that a target has applied; empty when none was named. */
  readonly applied: ReadonlySet<string>;
  readonly now: Date;
}

export interface Renamed {
  readonly from: string;
  readonly to: string;
}

export interface RebaseReport {
  /** By id, in the new order. */
  readonly moved: readonly Renamed[];
  readonly renamedFiles: readonly Renamed[];
  readonly isLockWritten: boolean;
}

export async function rebase(options: RebaseOptions): Promise<RebaseReport> {
  const { files, project } = options;
  const moving = mustMove(project.migrations, options.mine);
  refuseApplied(moving, options.applied);
  const moves = planMoves(moving, options);
  const renamedFiles = moves.flatMap((move) => renamedParts(move, project.migrationsFolder ?? ""));
  for (const { to } of renamedFiles) {
    if (await files.exists(to)) {
      throw new LockstepError("PROJECT.EXISTS", `${to} is there already`, { where: { file: to } });
    }
  }
  for (const { from, to } of renamedFiles) await files.rename(from, to);
  const isLockWritten = await writeLock(options, moves);
  const moved = moves.map(({ migration, id }) => ({ from: migration.id, to: id }));
  return { moved, renamedFiles, isLockWritten };
}

/** Mine that sort before, or with, any of theirs; and of mine whatever follows those, so that their order stays. */
function mustMove(
  migrations: readonly MigrationFile[],
  mine: ReadonlySet<string>,
): readonly MigrationFile[] {
  const last = migrations.findLast(({ id }) => !mine.has(id));
  if (last === undefined) return [];
  const own = migrations.filter(({ id }) => mine.has(id));
  const first = own.findIndex((migration) => compareVersions(migration.order, last.order) <= 0);
  return first < 0 ? [] : own.slice(first);
}

function refuseApplied(moving: readonly MigrationFile[], applied: ReadonlySet<string>): void {
  const found = moving.find(({ id }) => applied.has(id));
  if (found === undefined) return;
  throw new LockstepError(
    "PROJECT.APPLIED",
    `${found.id} is applied to the target; under another name it would be applied again`,
    {
      where: { file: found.path },
      next: "Keep its name and deploy the others with --allow-out-of-order, or roll it back first.",
    },
  );
}

interface Move {
  readonly migration: MigrationFile;
  readonly id: string;
  readonly version: string;
}

function planMoves(moving: readonly MigrationFile[], options: RebaseOptions): readonly Move[] {
  const { project, now } = options;
  const ids = new Set(moving.map(({ id }) => id));
  const staying = project.migrations.filter(({ id }) => !ids.has(id));
  const folder = project.migrationsFolder ?? "";
  let convention = inferConvention(staying, folder);
  return moving.map((migration) => {
    const words = migration.name === "" ? ["migration"] : [migration.name];
    const next = nextName(convention, { words, choice: "as-before", now });
    // The next of mine sorts after this one.
    const { id, version } = next;
    const order = readStem(id)?.order ?? versionKey(version);
    convention = { ...convention, last: { ...migration, id, version, order } };
    return { migration, id: next.id, version: next.version };
  });
}

/** Every file that belongs to the migration, under its new id. */
function renamedParts({ migration, id, version }: Move, folder: string): readonly Renamed[] {
  const strip = (path: string): string => (folder === "" ? path : path.slice(folder.length + 1));
  const inside = strip(migration.path);
  // A folder of its own moves whole, with whatever else lies in it.
  if (inside.startsWith(`${migration.id}/`) && !migration.id.includes("/")) {
    return [{ from: inFolder(folder, migration.id), to: inFolder(folder, id) }];
  }
  const down = migration.down === undefined ? [] : [strip(migration.down.path)];
  return [...new Set([inside, ...down])].map((path) => {
    const to = path.startsWith(migration.id)
      ? id + path.slice(migration.id.length)
      : path.replace(migration.version, version);
    return { from: inFolder(folder, path), to: inFolder(folder, to) };
  });
}

async function writeLock(options: RebaseOptions, moves: readonly Move[]): Promise<boolean> {
  const { files, project } = options;
  const text = formatLockFile(lockAfter(project, moves));
  const before = await files.readIfPresent(lockFileName);
  if (before !== undefined && sha256(before) === sha256(text)) return false;
  if (before === undefined && project.migrations.length === 0) return false;
  await files.write(lockFileName, text);
  return true;
}

function lockAfter(project: Project, moves: readonly Move[]): LockFile {
  const moved = new Set(moves.map(({ migration }) => migration.id));
  const staying = project.migrations.filter(({ id }) => !moved.has(id));
  const renamed = moves.map(({ migration, id }) => ({ ...migration, id }));
  return relock([...staying, ...renamed], project.lock);
}
