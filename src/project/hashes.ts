/**
 * The two hashes of a migration (FORMATS.md, "Hashes of a migration"): the bytes of its up part, and what that part
 * says. The meaning costs a walk over the tokens, so it is taken from the lock file where the bytes are the same.
 */
import { sha256 } from "../core/hash.ts";
import { meaningWithIncludes } from "./includes.ts";
import type { LockFile, LockLine } from "./lock.ts";
import type { MigrationFile } from "./migration.ts";

export function migrationMeaning(migration: MigrationFile, lock: LockFile | undefined): string {
  const locked = lock === undefined ? undefined : indexOf(lock).get(migration.id);
  return locked?.bytesHash === migration.bytesHash ? locked.meaningHash : computeMeaning(migration);
}

/** Code and instructions are not SQL: they mean their bytes. `own` is the meaning of the up part, where it is known. */
export function computeMeaning(migration: MigrationFile, own?: string): string {
  if (migration.kind !== "sql") return migration.bytesHash;
  const { up, included } = migration;
  return meaningWithIncludes({ text: up.text, included }, own);
}

/**
 * The hash of the up part's bytes. `upText` must be a part of the file's text; without a down section it is all of
 * it, and then the file's own bytes are hashed, byte order mark included.
 */
export function upBytesHash(content: string | Uint8Array, text: string, upText: string): string {
  return sha256(upText.length === text.length ? content : upText);
}

const indexes = new WeakMap<LockFile, ReadonlyMap<string, LockLine>>();

/** Once per lock file: thousands of migrations ask. */
function indexOf(lock: LockFile): ReadonlyMap<string, LockLine> {
  const known = indexes.get(lock);
  if (known !== undefined) return known;
  const index = new Map([...lock.replaced, ...lock.lines].map((line) => [line.id, line]));
  indexes.set(lock, index);
  return index;
}
