/** The fingerprints of `lockstep.lock`: what it says of a state, and the file with what was found by trying. */
import { computeMeaning } from "./hashes.ts";
import type { LockedFingerprints, LockFile, LockLine } from "./lock.ts";
import type { MigrationFile } from "./migration.ts";
import type { Project } from "./project.ts";
import { relock } from "./relock.ts";

/** Of the catalog after a migration, as the file has it; `unknown`: it depends on data or on code. */
export type TriedFingerprint = { readonly value: string } | "unknown";

export interface TriedFingerprints {
  readonly major: number;
  /** By migration. */
  readonly byId: ReadonlyMap<string, TriedFingerprint>;
}

/**
 * What the file says of one state: the fingerprint of the form that texts have after a restore, and, where that is
 * another, of the form that the migrations leave.
 */
export function lockedText(restored: string, written: string): string {
  return restored === written ? restored : `${restored},${written}`;
}

/** Whether the file's word is met, in whichever form the texts are. */
export function isLocked(locked: string, found: string): boolean {
  return locked.split(",").includes(found);
}

/** What was not tried stays as it is. */
export function lockWith(
  migrations: readonly MigrationFile[],
  before: LockFile | undefined,
  tried: TriedFingerprints,
): LockFile {
  const { lines: plain, replaced } = relock(migrations, before);
  const lines = plain.map((line): LockLine => {
    const found = tried.byId.get(line.id);
    if (found === undefined) return line;
    return { ...line, fingerprints: merged(line.fingerprints, tried.major, found) };
  });
  return { lines, replaced };
}

function merged(
  before: LockedFingerprints,
  major: number,
  found: TriedFingerprint,
): LockedFingerprints {
  if (found === "unknown") return { kind: "unknown" };
  const others = before.kind === "known" ? before.byMajor : {};
  return { kind: "known", byMajor: { ...others, [major]: found.value } };
}

/**
 * The file as far as it speaks of the migrations as they are now: a fingerprint counts only while nothing up to its
 * migration has moved or changed its meaning. What another release's baseline stands for is told by the archive.
 */
export function lockOfFiles({
  lock,
  migrations,
  archived,
}: Pick<Project, "lock" | "migrations" | "archived">): LockFile | undefined {
  if (lock === undefined) return undefined;
  const own = migrations.filter(({ id }) => !archived.has(id));
  return { ...relock(own, lock), replaced: lock.replaced };
}

/** Migrations whose line was written when their file meant something else. */
export function outdatedLines({
  lock,
  migrations,
}: Pick<Project, "lock" | "migrations">): readonly string[] {
  const byId = new Map(migrations.map((migration) => [migration.id, migration]));
  return (lock?.lines ?? []).flatMap(({ id, bytesHash, meaningHash }) => {
    const migration = byId.get(id);
    if (migration === undefined || migration.bytesHash === bytesHash) return [];
    return computeMeaning(migration) === meaningHash ? [] : [id];
  });
}

/** Undefined when the file does not say it for this major. Whoever asks asks of `lockOfFiles`. */
export function lockedFingerprint(
  lock: LockFile | undefined,
  id: string,
  major: number,
): string | undefined {
  const all = lock === undefined ? [] : [...lock.lines, ...lock.replaced];
  const fingerprints = all.find((line) => line.id === id)?.fingerprints;
  return fingerprints?.kind === "known" ? fingerprints.byMajor[major] : undefined;
}

export function hasFingerprints(lock: LockFile | undefined): boolean {
  return lock?.lines.some(({ fingerprints }) => fingerprints.kind === "known") ?? false;
}
