/**
 * Which tables are meant: names as people write them (`orders`, `billing.invoice`, `"Odd.name"`, `billing.*`), held
 * against the tables that there are. A name that fits none is an error, never an empty selection.
 */
import { LockstepError } from "../core/errors.ts";
import type { ErrorCode } from "../core/codes.ts";

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export function keyOf({ schema, name }: TableName): string {
  return JSON.stringify([schema, name]);
}

interface Pattern {
  /** Undefined: in whichever schema. */
  readonly schema: string | undefined;
  /** Undefined: every table. */
  readonly name: string | undefined;
}

/** Those of the tables that the texts name; `above` gives what a partition is a part of. */
export function selectTables<Table extends TableName>(
  tables: readonly Table[],
  texts: readonly string[],
  {
    code,
    of,
    above,
  }: {
    readonly code: ErrorCode;
    /** Whose tables they are. */
    readonly of: "backup" | "database";
    readonly above: (table: Table) => readonly TableName[];
  },
): readonly Table[] {
  const patterns = texts.map((text) => ({ text, pattern: patternOf(text) }));
  const chosen = new Set<Table>();
  for (const { text, pattern } of patterns) {
    const fitting = tables.filter((table) =>
      [table, ...above(table)].some((candidate) => fits(candidate, pattern)),
    );
    if (fitting.length === 0) {
      throw new LockstepError(code, `the ${of} has no table ${text}`, { data: { table: text } });
    }
    for (const table of fitting) chosen.add(table);
  }
  return tables.filter((table) => chosen.has(table));
}

export function matchesAny(table: TableName, texts: readonly string[]): boolean {
  return texts.some((text) => fits(table, patternOf(text)));
}

function fits(table: TableName, { schema, name }: Pattern): boolean {
  return (
    (schema === undefined || schema === table.schema) && (name === undefined || name === table.name)
  );
}

function patternOf(text: string): Pattern {
  const parts = partsOf(text);
  const [first = "", second] = parts;
  if (parts.length > 2) {
    throw new LockstepError("USAGE.INVALID", `${text} is no name of a table`, {
      next: 'Write schema.table, table, schema.*, with double quotes around odd names: "Odd.name"',
    });
  }
  if (second === undefined) return { schema: undefined, name: first === "*" ? undefined : first };
  return { schema: first, name: second === "*" ? undefined : second };
}

/** Parted by dots outside of double quotes. Names are taken as they are written: nothing is folded to lower case. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  const pattern = /"((?:[^"]|"")*)"|([^."]+)/gy;
  let at = 0;
  for (;;) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return [text];
    parts.push(match[1] === undefined ? (match[2] ?? "") : match[1].replaceAll('""', '"'));
    at = pattern.lastIndex;
    if (at === text.length) return parts;
    if (text[at] !== ".") return [text];
    at += 1;
  }
}
