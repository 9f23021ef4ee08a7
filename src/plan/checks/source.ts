/**
 * The rows of a table as they are before the plan, under the names that columns have after it: what a condition of the
 * to-side can be asked about already. A column whose values nobody knows yet gives no source, and so no check.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { Planning } from "../planning.ts";
import { tablesBelow } from "../rules/parents.ts";
import { ownName, quoted } from "../text/names.ts";
import { isRetyped, retypedValue } from "./retyped.ts";
import { isSteady } from "./steady.ts";

export interface RowSource {
  readonly table: FactOf<"table">;
  /** The rows of the table itself, without those of tables below. */
  readonly only?: boolean;
  /** Columns by the names of the to-side. */
  readonly columns: readonly string[];
}

/** The name of the one column that a check's query gives. */
export const keyColumn = '"lockstep row"';

/** The table whose rows outlive the plan: one that is there before and is not made again. */
export function lastingTable(
  id: FactId | undefined,
  planning: Planning,
): FactOf<"table"> | undefined {
  const table = planning.from.find("table", id);
  if (table === undefined || planning.fates.drops.has(table.id)) return undefined;
  return planning.to.get(table.id) === undefined ? undefined : table;
}

/** `SELECT key FROM (rows) AS one WHERE condition`; undefined when a column's values are not known yet. */
export function offending(
  source: RowSource,
  condition: string,
  planning: Planning,
): string | undefined {
  const rows = rowsOf(source, planning);
  if (rows === undefined) return undefined;
  return `SELECT ${keyColumn} FROM (${rows}) AS one WHERE ${condition}`;
}

export function rowsOf(source: RowSource, planning: Planning): string | undefined {
  const { table, columns, only } = source;
  const list: string[] = [];
  for (const name of new Set(columns)) {
    const value = valueOf(table, name, planning);
    if (value === undefined) return undefined;
    list.push(`${value} AS ${quoted(name)}`);
  }
  const from = only === true ? `ONLY ${ownName(table)}` : rowsWithin(table, planning);
  return `SELECT ${[`${keyOf(table, planning)} AS ${keyColumn}`, ...list].join(", ")} FROM ${from}`;
}

/**
 * What stands after FROM for the rows of a table and of those below it as they are before the plan. The rows of a foreign
 * one lie elsewhere: the server looks at none of them, and so does no question.
 */
export function rowsWithin(table: FactOf<"table">, { from }: Planning): string {
  const below = tablesBelow(from, table.id);
  if (below.every((id) => from.find("foreign_table", id) === undefined)) return ownName(table);
  const names = from.childrenOf("column", table.id).map(({ name }) => quoted(name.name));
  const parts = [...new Set([table.id, ...below])].flatMap((id) => {
    const one = from.find("table", id);
    if (one === undefined || one.payload.partitionKey !== undefined) return [];
    return [`SELECT ${["ctid", ...names].join(", ")} FROM ONLY ${ownName(one)}`];
  });
  const none = `SELECT ${["ctid", ...names].join(", ")} FROM ONLY ${ownName(table)}`;
  return `(${(parts.length === 0 ? [none] : parts).join(" UNION ALL ")}) AS rows`;
}

/** `id = 7` of a row, or where it lies when the table has no key. */
export function keyOf(table: FactOf<"table">, planning: Planning): string {
  return rowName(primaryKeyOf(table, planning));
}

/** In the middle of the plan: by the key that was there before, as long as its columns are there all the time. */
export function lateKeyOf(table: FactOf<"table">, planning: Planning): string {
  const names = primaryKeyOf(table, planning);
  const stays = (name: string): boolean =>
    planning.to
      .childrenOf("column", table.id)
      .some((column) => column.name.name === name && !planning.fates.creates.has(column.id));
  return rowName(names.every(stays) ? names : []);
}

/** The names of the key's columns. */
function primaryKeyOf(table: FactOf<"table">, planning: Planning): readonly string[] {
  const [key] = planning.from
    .childrenOf("constraint", table.id)
    .filter(({ payload }) => payload.type === "primary key");
  if (key?.payload.type !== "primary key") return [];
  return key.payload.index.keys.map(({ column }) => column ?? "");
}

function rowName(names: readonly string[]): string {
  const [first = "ctid"] = names;
  if (names.length < 2) return `concat(${quoteLiteral(`${first} = `)}, ${quoted(first)})`;
  const values = names.map((name) => quoted(name)).join(", ', ', ");
  return `concat(${quoteLiteral(`(${names.join(", ")}) = (`)}, ${values}, ')')`;
}

/** What the column holds when the plan has run, as an expression over the row as it is now. */
function valueOf(table: FactOf<"table">, name: string, planning: Planning): string | undefined {
  const { schema } = table.name;
  const id = factId("column", {
    ...(schema === undefined ? {} : { schema }),
    relation: table.name.name,
    name,
  });
  const after = planning.to.find("column", id);
  if (after === undefined) return undefined;
  if (planning.fates.creates.has(id)) return newValue(after, planning);
  const before = planning.from.find("column", id);
  if (planning.fates.alters.get(id)?.has("generated") === true) return undefined;
  if (before === undefined || !isRetyped(after, planning)) return quoted(name);
  return retypedValue(before, after, planning);
}

/**
 * A new column is null, or what its default says, when that is a plain value; so says its domain's when it has none.
 * What a domain's conditions say of it is for other checks to ask.
 */
function newValue(column: FactOf<"column">, planning: Planning): string | undefined {
  const domains = domainsOf(column, planning);
  const needed = [...column.references, ...domains.slice(1).map(({ id }) => id)];
  return needed.every((id) => isSteady(id, planning)) ? givenValue(column, planning) : undefined;
}

/** The same where the domain itself may be made by the plan: its value is written as one of the type below. */
export function givenValue(column: FactOf<"column">, planning: Planning): string | undefined {
  const { payload } = column;
  if (payload.generated !== undefined || payload.identity !== undefined) return undefined;
  const domains = domainsOf(column, planning);
  const type = (domains.at(-1) ?? column).payload.type;
  const [own] = planning.to.childrenOf("default", column.id);
  const value = own?.payload.expression ?? domains[0]?.payload.default;
  if (value === undefined) return `NULL::${type}`;
  const isPlain = plainValue.test(value) && (own?.references.length ?? 0) === 0;
  return isPlain ? `(${value})::${type}` : undefined;
}

/** The domain that it is of, the one that this is over, and so on. */
export function domainsOf(typed: Typed, planning: Planning): readonly FactOf<"domain">[] {
  const domain = domainOf(typed, planning);
  return domain === undefined ? [] : [domain, ...domainsOf(domain, planning)];
}

/** What has a type: a column, or a domain over another. */
type Typed = FactOf<"column"> | FactOf<"domain">;

/** The domain that it is of. */
export function domainOf(typed: Typed, planning: Planning): FactOf<"domain"> | undefined {
  const [domain] = typed.references.flatMap((id) => {
    const found = planning.to.find("domain", id);
    return found === undefined || !isItself(typed, found) ? [] : [found];
  });
  return domain;
}

/** It is of the domain, and not of an array of it. */
export function isItself(typed: Typed, domain: FactOf<"domain">): boolean {
  return typed.payload.type === ownName(domain);
}

const plainValue = /^(?:'(?:[^'\\]|'')*'(?:::[\w ".()\d,[\]]+)?|\(?-?\d+(?:\.\d+)?\)?|true|false)$/;

/** A key holds within its table alone; that of a partitioned one, over the rows of all its partitions. */
export function rowsOfKey(
  table: FactOf<"table">,
  columns: readonly string[],
  planning: Planning,
): string | undefined {
  return rowsOf({ table, columns, only: table.payload.partitionKey === undefined }, planning);
}
