/**
 * Masks on the way of a copy: what stands in a table's or partition's columns instead of its values, whoever reads or
 * loads its rows. The rules are those of data export, by the table that the partitions belong to.
 */
import { keyOf, type TableName } from "../../../backup/selection.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import type { Secret } from "../../../core/secret.ts";
import { maskKeySetting } from "../../../data/mask/expression.ts";
import { planMask } from "../../../data/mask/plan.ts";
import type { MaskRules } from "../../../data/mask/rules.ts";
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { loadParser } from "../../../sql/parse.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { readInventory } from "../data/inventory.ts";
import { storedKeys } from "./stored-keys.ts";

export interface MaskRequest {
  readonly rules: MaskRules;
  /** The same for every session of one copy, or joins would not hold. */
  readonly key: Secret;
}

export interface TableMask {
  /** The table itself, or the one that it is a partition of. */
  readonly root: TableName;
  /** What is read in a column's place, over the table's own columns. */
  readonly expressions: ReadonlyMap<string, string>;
  /** A column that decides on the partition is among them: rows have to find theirs anew. */
  readonly moves: boolean;
}

export interface Masks {
  /** Undefined: its rows are copied as they are. */
  of(table: TableName): TableMask | undefined;
  /** `schema.table.column` of everything that is replaced. */
  readonly labels: readonly string[];
}

export const noMasks: Masks = { of: () => undefined, labels: [] };

/**
 * Everything of the rules is checked here, before a row is read. `stored` is the catalog of a backup that is being
 * restored: the database has its tables, and none of their keys.
 */
export async function readMasks(
  session: Session,
  rules: MaskRules,
  stored?: Catalog,
): Promise<Masks> {
  if (rules.length === 0) return noMasks;
  const parser = await loadParser();
  const { tables, ...read } = await readInventory(session);
  const foreignKeys = stored === undefined ? read.foreignKeys : storedKeys(stored, tables);
  const plan = planMask({ rules, inventory: { tables, foreignKeys }, parser });
  const keys = (await session.query(partitionKeysQuery)).map((row) => ({
    root: numberOf(row, "root"),
    column: textOf(row, "column"),
  }));
  const labels: string[] = [];
  const byRoot = new Map<number, TableMask>();
  for (const { oid, schema, name } of tables) {
    const columns = [...(plan.get(oid)?.values() ?? [])];
    if (columns.length === 0) continue;
    const expressions = new Map(columns.map(({ column, expression }) => [column, expression]));
    const isMoved = keys.some(
      ({ root, column }) => root === oid && (column === "" || expressions.has(column)),
    );
    byRoot.set(oid, { root: { schema, name }, expressions, moves: isMoved });
    const table = quoteQualifiedName(schema, name);
    labels.push(...columns.map(({ column }) => `${table}.${quoteIdentifier(column)}`));
  }
  const byName = new Map([...byRoot.values()].map((mask) => [keyOf(mask.root), mask]));
  for (const row of await session.query(partitionsQuery)) {
    const mask = byRoot.get(numberOf(row, "root"));
    if (mask === undefined) continue;
    byName.set(keyOf({ schema: textOf(row, "schema"), name: textOf(row, "name") }), mask);
  }
  return { of: (table) => byName.get(keyOf(table)), labels };
}

/** Of every level, by the root; an expression, which may use any column, as an empty name. */
const partitionKeysQuery = `
select distinct pg_catalog.pg_partition_root(p.partrelid)::oid::int8 as root,
  coalesce(a.attname::text, '') as column
from pg_catalog.pg_partitioned_table p
cross join lateral pg_catalog.unnest(p.partattrs::int2[]) k(number)
left join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = k.number and k.number > 0`;

const partitionsQuery = `
select n.nspname::text as schema, c.relname::text as name,
  pg_catalog.pg_partition_root(c.oid)::oid::int8 as root
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relispartition and c.relkind in ('r', 'p')`;

/** For every session that evaluates a mask; the key stands in no statement. */
export async function setMaskKey(session: Session, key: Secret): Promise<void> {
  await session.query("select pg_catalog.set_config($1, $2, false)", [
    maskKeySetting,
    key.reveal(),
  ]);
}

/** The columns as a SELECT hands them out. */
export function maskedList(
  columns: readonly string[],
  expressions: ReadonlyMap<string, string>,
): string {
  return columns
    .map((column) => {
      const own = quoteIdentifier(column);
      const replaced = expressions.get(column);
      return replaced === undefined ? own : `${replaced} as ${own}`;
    })
    .join(", ");
}
