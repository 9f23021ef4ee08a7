/**
 * Names and patterns of tables and columns as people type them: parts between dots, quoted where they hold dots, `*`
 * for anything within an unquoted part. A name without a schema means that table in every schema.
 */
import { LockstepError } from "../core/errors.ts";

export interface NamePart {
  readonly text: string;
  readonly quoted: boolean;
}

/** `users.email`, `app.users.email`, `"odd.name".x`. */
export function splitName(text: string): readonly NamePart[] {
  const parts: NamePart[] = [];
  let at = 0;
  for (;;) {
    const quoted = /^"((?:[^"]|"")+)"/.exec(text.slice(at));
    const bare = /^[^".]+/.exec(text.slice(at));
    const found = quoted ?? bare;
    if (found === null) throw invalid(text);
    const value = quoted === null ? found[0] : (quoted[1] ?? "").replaceAll('""', '"');
    parts.push({ text: value, quoted: quoted !== null });
    at += found[0].length;
    if (at === text.length) return parts;
    if (text[at] !== ".") throw invalid(text);
    at += 1;
  }
}

function invalid(text: string): LockstepError {
  return new LockstepError("DATA.NAME_INVALID", `"${text}" is no name of a table or a column`);
}

export function matchesPart(part: NamePart, name: string): boolean {
  if (part.quoted || !part.text.includes("*")) return part.text === name;
  const pieces = part.text
    .split("*")
    .map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${pieces.join(".*")}$`, "s").test(name);
}

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export function matchesTable(parts: readonly NamePart[], { schema, name }: TableName): boolean {
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) return false;
  if (second === undefined) return matchesPart(first, name);
  return matchesPart(first, schema) && matchesPart(second, name);
}

/** The tables that the patterns name; a pattern that names none is a mistake. */
export function selectTables<Table extends TableName>(
  tables: readonly Table[],
  patterns: readonly string[],
): readonly Table[] {
  if (patterns.length === 0) return tables;
  const chosen = new Set<Table>();
  for (const pattern of patterns) {
    const parts = splitName(pattern);
    const found = tables.filter((table) => matchesTable(parts, table));
    if (found.length === 0) throw noTable(pattern);
    for (const table of found) chosen.add(table);
  }
  return tables.filter((table) => chosen.has(table));
}

export function noTable(pattern: string): LockstepError {
  return new LockstepError(
    "DATA.TABLE_UNKNOWN",
    `there is no table ${pattern} whose rows can be had`,
  );
}

/** The one table that is named. */
export function oneTable<Table extends TableName>(tables: readonly Table[], name: string): Table {
  const parts = splitName(name);
  const found = tables.filter((table) => matchesTable(parts, table));
  const [only] = found;
  if (only === undefined) throw noTable(name);
  if (found.length === 1) return only;
  const several = found.map((table) => `${table.schema}.${table.name}`).join(", ");
  throw new LockstepError("DATA.NAME_INVALID", `"${name}" means several tables: ${several}`);
}
