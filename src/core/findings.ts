/**
 * What a lint, a check or a comparison has to say is a value, not an exception: one shape, one renderer.
 */
import type { JsonObject, SourcePosition } from "./errors.ts";
import type { FindingCode } from "./finding-codes.ts";

export type Severity = "error" | "warning" | "info";

export interface Finding {
  /** Stable, dotted, upper case; of the table in finding-codes.ts, or an error's. */
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly where?: SourcePosition;
  /** The database object that it is about, as a person would write it. */
  readonly object?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly data?: JsonObject;
}
