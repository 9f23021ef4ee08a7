/** What a proof is made of: parts that each hold, do not hold, or could not be looked at. One that could not is never said to hold. */
import type { EqualityLevel } from "../../../catalog/level.ts";
import type { ObjectDifference } from "../../../catalog/explain.ts";
import type { JsonObject } from "../../../core/errors.ts";

export type PartKind =
  /** One way to the schema, and whether it ends where the others do. */
  | "way"
  /** Applied twice is applied once. */
  | "idempotent"
  /** Down, and up again. */
  | "down"
  | "seeds"
  /** Two branches' migrations in either order. */
  | "order"
  /** A difference that the config declares. */
  | "exception"
  /** lockstep.lock's fingerprints. */
  | "lock";

export type PartOutcome =
  | "proved"
  /** It was tried and is not so. */
  | "refuted"
  /** It could not be tried, or not to the end. */
  | "unproved"
  /** The project has nothing of the kind. */
  | "absent";

export interface ProofPart {
  readonly kind: PartKind;
  /** A way's name, a file's path, an object's. */
  readonly subject: string;
  readonly outcome: PartOutcome;
  /** For people, one line: what was done, and why it did not hold. */
  readonly reason: string;
  /** The strictest level at which it holds. */
  readonly level?: EqualityLevel;
  readonly fingerprint?: string;
  /** What the two sides of `differences` are called. */
  readonly sides?: readonly [string, string];
  readonly differences?: readonly ObjectDifference[];
  /** Texts that differ and that the server itself brings to one form. */
  readonly settled?: readonly string[];
  /** Declared in the config, and there. */
  readonly exceptions?: readonly string[];
  /** Rows and values that going down and up again loses. */
  readonly losses?: readonly string[];
  /** What to do about it. */
  readonly hint?: string;
  /** A LockstepError. */
  readonly error?: JsonObject;
}

export function holds(parts: readonly ProofPart[]): boolean {
  return parts.every(({ outcome }) => outcome === "proved" || outcome === "absent");
}
