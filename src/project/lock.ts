/**
 * `lockstep.lock`: one line per migration, so that two branches which both add one conflict in git, on purpose.
 * FORMATS.md has the byte-exact rules.
 */

/** What the catalog was after a migration: one fingerprint per server major that was tried. */
export type LockedFingerprints =
  | { readonly kind: "known"; readonly byMajor: Readonly<Record<number, string>> }
  /** The result depends on data or on code. */
  | { readonly kind: "unknown" }
  /** Nobody has looked yet. */
  | { readonly kind: "none" };

export interface LockLine {
  readonly id: string;
  readonly bytesHash: string;
  readonly meaningHash: string;
  readonly fingerprints: LockedFingerprints;
}

export interface LockFile {
  readonly lines: readonly LockLine[];
}
