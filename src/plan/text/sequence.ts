/** A sequence's options as SQL, and the numbers that stand behind the ones that are not said. */
import type { QualifiedName, SequenceOptions } from "../../catalog/payloads/relations.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { qualified } from "./names.ts";

export interface SequenceNumbers {
  readonly type: string;
  readonly increment: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly start: bigint;
  readonly cache: bigint;
  readonly cycle: boolean;
}

const limits: Readonly<Record<string, readonly [bigint, bigint]>> = {
  smallint: [-32768n, 32767n],
  integer: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
};

export function sequenceType({ type }: SequenceOptions): string {
  return type ?? "bigint";
}

/** What the server has when nothing is said, filled in. */
export function sequenceNumbers(options: SequenceOptions): SequenceNumbers {
  const type = sequenceType(options);
  const [lowest, highest] = limits[type] ?? [-9223372036854775808n, 9223372036854775807n];
  const increment = BigInt(options.increment ?? "1");
  const isAscending = increment > 0n;
  const minimum =
    options.minimum === undefined ? (isAscending ? 1n : lowest) : BigInt(options.minimum);
  const maximum =
    options.maximum === undefined ? (isAscending ? highest : -1n) : BigInt(options.maximum);
  const start =
    options.start === undefined ? (isAscending ? minimum : maximum) : BigInt(options.start);
  const cache = BigInt(options.cache ?? "1");
  return { type, increment, minimum, maximum, start, cache, cycle: options.cycle === true };
}

/** `INCREMENT BY 5 MINVALUE 10 START WITH 10 CYCLE`; the type is the caller's to say. */
export function sequenceClauses(options: SequenceOptions): readonly string[] {
  const clauses: string[] = [];
  if (options.increment !== undefined) clauses.push(`INCREMENT BY ${options.increment}`);
  if (options.minimum !== undefined) clauses.push(`MINVALUE ${options.minimum}`);
  if (options.maximum !== undefined) clauses.push(`MAXVALUE ${options.maximum}`);
  if (options.start !== undefined) clauses.push(`START WITH ${options.start}`);
  if (options.cache !== undefined) clauses.push(`CACHE ${options.cache}`);
  if (options.cycle === true) clauses.push("CYCLE");
  return clauses;
}

/** Clauses that bring one set of options to the other; the type is the caller's to say. */
export function changedSequenceClauses(
  from: SequenceOptions,
  to: SequenceOptions,
): readonly string[] {
  const before = sequenceNumbers(from);
  const after = sequenceNumbers(to);
  const clauses: string[] = [];
  if (before.increment !== after.increment) clauses.push(`INCREMENT BY ${after.increment}`);
  if (before.minimum !== after.minimum || before.type !== after.type) {
    clauses.push(to.minimum === undefined ? "NO MINVALUE" : `MINVALUE ${after.minimum}`);
  }
  if (before.maximum !== after.maximum || before.type !== after.type) {
    clauses.push(to.maximum === undefined ? "NO MAXVALUE" : `MAXVALUE ${after.maximum}`);
  }
  if (before.start !== after.start) clauses.push(`START WITH ${after.start}`);
  if (before.cache !== after.cache) clauses.push(`CACHE ${after.cache}`);
  if (before.cycle !== after.cycle) clauses.push(after.cycle ? "CYCLE" : "NO CYCLE");
  return clauses;
}

/** Bring a sequence's place into its new bounds, which ALTER SEQUENCE refuses to leave it out of. */
export function boundStatements(
  name: string,
  from: SequenceOptions,
  to: SequenceOptions,
): readonly string[] {
  const before = sequenceNumbers(from);
  const after = sequenceNumbers(to);
  const literal = quoteLiteral(name);
  const statements: string[] = [];
  if (after.minimum > before.maximum) {
    statements.push(`ALTER SEQUENCE ${name} MAXVALUE ${after.maximum}`);
  }
  if (after.maximum < before.minimum) {
    statements.push(`ALTER SEQUENCE ${name} MINVALUE ${after.minimum}`);
  }
  if (after.minimum > before.minimum) {
    const place = `${literal}, ${after.minimum}, false`;
    statements.push(
      `SELECT pg_catalog.setval(${place}) FROM ${name} WHERE last_value < ${after.minimum}`,
    );
  }
  if (after.maximum < before.maximum) {
    statements.push(
      `SELECT pg_catalog.setval(${literal}, ${after.maximum}) FROM ${name} WHERE last_value > ${after.maximum}`,
    );
  }
  return statements;
}

/** Says whether it is logged, for one that was made with its table, as that is. */
export function persistence(sequence: QualifiedName & SequenceOptions): string {
  const word = sequence.unlogged === true ? "UNLOGGED" : "LOGGED";
  return `ALTER SEQUENCE ${qualified(sequence)} SET ${word}`;
}
