/**
 * The two kinds of failure. A LockstepError is expected: it has a code, says where it happened, what state the
 * database is in now and what to type next. An InternalError is a bug. Nothing else is ever thrown on purpose.
 */
import { errorCodes, type ErrorCode } from "./codes.ts";
import { withoutPasswords } from "./secret.ts";

/** A place in a file of the project. Lines and columns count from 1, columns in characters. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface ErrorDetails {
  /** Where in the user's files the cause lies. */
  readonly where?: SourcePosition;
  /** What state the database is in now. By default nothing was changed. */
  readonly state?: string;
  /** The exact next command, or the one thing to do. By default the code's own. */
  readonly next?: string;
  /** Lines that explain: the statement with a caret, who holds the lock, what PostgreSQL added. */
  readonly notes?: readonly string[];
  /** The five characters that PostgreSQL classifies its errors by. */
  readonly sqlState?: string;
  /** Machine-readable extras for --json. Never a secret. */
  readonly data?: JsonObject;
  readonly cause?: unknown;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export const nothingChanged = "nothing was changed";

export class LockstepError extends Error {
  override readonly name = "LockstepError";
  readonly code: ErrorCode;
  readonly where: SourcePosition | undefined;
  readonly state: string;
  readonly next: string;
  readonly notes: readonly string[];
  readonly sqlState: string | undefined;
  readonly data: JsonObject;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(withoutPasswords(message), details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    const { where } = details;
    this.where = where === undefined ? where : { ...where, file: withoutPasswords(where.file) };
    this.state = withoutPasswords(details.state ?? nothingChanged);
    this.next = withoutPasswords(details.next ?? errorCodes[code].next);
    this.notes = (details.notes ?? []).map((note) => withoutPasswords(note));
    this.sqlState = details.sqlState;
    this.data = details.data ?? {};
  }

  /** The same failure, with what an outer layer knows better: where it was, what state the database is in. */
  with(details: ErrorDetails): LockstepError {
    const own = definedOnly({ where: this.where, sqlState: this.sqlState, cause: this.cause });
    const merged = { state: this.state, next: this.next, notes: this.notes, data: this.data };
    return new LockstepError(this.code, this.message, { ...merged, ...own, ...details });
  }

  toJSON(): JsonObject {
    const position = this.where === undefined ? {} : { where: definedOnly({ ...this.where }) };
    const sqlState = this.sqlState === undefined ? {} : { sqlState: this.sqlState };
    const { code, message, state, next, notes, data } = this;
    return { code, message, ...position, ...sqlState, state, next, notes, data };
  }
}

/** A bug: the message is for us, not for the user. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** Makes a forgotten case of a union a compile error, and a bug report if it is reached all the same. */
export function assertNever(value: never, context: string): never {
  throw new InternalError(`${context}: unexpected ${JSON.stringify(value)}`);
}

function definedOnly<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  // Object.fromEntries forgets the keys' names; only undefined values were taken out.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
