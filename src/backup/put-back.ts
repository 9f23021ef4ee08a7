/**
 * The SQL that puts a table's rows back from a staging table, by key. Pure: names in, statements out. Rows are
 * compared as the server stores them, since not every type has an equality, and 1.0 is not 1.00.
 */
import { quoteIdentifier, quoteQualifiedName } from "../sql/quote.ts";
import type { TableName } from "./selection.ts";

export interface PutBackTable extends TableName {
  /** Where the backup's rows lie: a qualified name, quoted. */
  readonly staging: string;
  /** Of the key that tells rows apart; empty: the table is empty, and rows are only added. */
  readonly key: readonly string[];
  /** That the backup holds and the table has, the key's among them, each with the type that it has now. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** One row: rows that are missing, rows that differ, rows that the backup does not hold. */
export function countsQuery(table: PutBackTable): string {
  const { staging } = table;
  const name = nameOf(table);
  if (table.key.length === 0) {
    return `select pg_catalog.count(*) as missing, 0 as different, 0 as surplus from ${staging}`;
  }
  const isThere = `l.${quoteIdentifier(table.key[0] ?? "")} is not null`;
  return `select pg_catalog.count(*) filter (where not ${isThere}) as missing,
    pg_catalog.count(*) filter (where ${isThere} and ${differs(table)}) as different,
    (select pg_catalog.count(*) from ${name} l where not exists (
      select from ${staging} s where ${sameKey(table)})) as surplus
  from ${staging} s left join ${name} l on ${sameKey(table)}`;
}

export function deleteStatement(table: PutBackTable): string {
  return `delete from ${nameOf(table)} l where not exists (
    select from ${table.staging} s where ${sameKey(table)})`;
}

export function updateStatement(table: PutBackTable): string | undefined {
  const values = table.columns.filter(({ name }) => !table.key.includes(name));
  if (values.length === 0 || table.key.length === 0) return undefined;
  const set = values.map((column) => `${quoteIdentifier(column.name)} = ${staged(column)}`);
  return `update ${nameOf(table)} l set ${set.join(", ")}
  from ${table.staging} s where ${sameKey(table)} and ${differs(table)}`;
}

export function insertStatement(table: PutBackTable): string {
  const { columns, key } = table;
  const list = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
  const missing =
    key.length === 0
      ? ""
      : ` where not exists (select from ${nameOf(table)} l where ${sameKey(table)})`;
  return `insert into ${nameOf(table)} (${list}) overriding system value
  select ${columns.map(staged).join(", ")} from ${table.staging} s${missing}`;
}

function nameOf({ schema, name }: TableName): string {
  return quoteQualifiedName(schema, name);
}

function staged({ name, type }: { readonly name: string; readonly type: string }): string {
  return `s.${quoteIdentifier(name)}::${type}`;
}

function sameKey({ key, columns }: PutBackTable): string {
  return columns
    .filter(({ name }) => key.includes(name))
    .map((column) => {
      const own = `l.${quoteIdentifier(column.name)}`;
      // The operator of a type from elsewhere may lie anywhere; what is stored can be compared in any case.
      const isOwn = !/[."]/.test(column.type);
      if (isOwn) return `${own} operator(pg_catalog.=) ${staged(column)}`;
      return `row(${own})::record operator(pg_catalog.*=) row(${staged(column)})::record`;
    })
    .join(" and ");
}

function differs({ columns }: PutBackTable): string {
  const live = columns.map(({ name }) => `l.${quoteIdentifier(name)}`).join(", ");
  return `row(${live})::record operator(pg_catalog.*<>) row(${columns.map(staged).join(", ")})::record`;
}

/**
 * Tables that others refer to come first. Where they refer to each other in a circle, the order within it is that of
 * the names: the server refuses what it can't defer.
 */
export function parentsFirst<Table extends TableName>(
  tables: readonly Table[],
  refersTo: (from: Table, to: Table) => boolean,
): readonly Table[] {
  const left = [...tables];
  const ordered: Table[] = [];
  while (left.length > 0) {
    const free = left.findIndex((table) =>
      left.every((other) => other === table || !refersTo(table, other)),
    );
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
}
