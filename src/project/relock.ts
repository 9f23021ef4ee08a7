/**
 * The lock file as it should be for these migrations: a line each, in order. A fingerprint stays as long as nothing
 * before it moved or changed what it means.
 */
import { computeMeaning } from "./hashes.ts";
import type { LockedFingerprints, LockFile, LockLine } from "./lock.ts";
import type { MigrationFile } from "./migration.ts";

export function relock(
  migrations: readonly MigrationFile[],
  before: LockFile | undefined,
): LockFile {
  const old = before?.lines ?? [];
  const byId = new Map(old.map((line) => [line.id, line]));
  let isSameSoFar = true;
  const lines = migrations.map((migration, index): LockLine => {
    const line = byId.get(migration.id);
    const { id, bytesHash } = migration;
    const meaningHash =
      line?.bytesHash === bytesHash ? line.meaningHash : computeMeaning(migration);
    isSameSoFar &&= old[index]?.id === id && line?.meaningHash === meaningHash;
    return { id, bytesHash, meaningHash, fingerprints: fingerprintsOf(line, isSameSoFar) };
  });
  const ids = new Set(migrations.map(({ id }) => id));
  return { lines, replaced: (before?.replaced ?? []).filter(({ id }) => !ids.has(id)) };
}

/** That a result depends on data or code stays true wherever the migration stands. */
function fingerprintsOf(line: LockLine | undefined, isSameSoFar: boolean): LockedFingerprints {
  if (line === undefined) return { kind: "none" };
  return isSameSoFar || line.fingerprints.kind === "unknown" ? line.fingerprints : { kind: "none" };
}
