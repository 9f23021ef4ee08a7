/**
 * The tables of a database as moving rows needs them: a few set-based queries, whatever the number of tables. Which
 * tables are somebody's data is decided here: not the system's, not lockstep's, not an extension's own.
 */
import { toolSchemas } from "../../../catalog/filter.ts";
import { InternalError } from "../../../core/errors.ts";
import type {
  ColumnFacts,
  DataInventory,
  ForeignKeyFacts,
  SequenceFacts,
  TableFacts,
  TriggerFacts,
} from "../../../data/tables.ts";
import {
  booleanOf,
  numberOf,
  optionalNumberOf,
  optionalTextOf,
  textOf,
  wordOf,
} from "../../../ledger/row.ts";
import type { Row, Session } from "../../../ports/database.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import { importSchema } from "./names.ts";

const hiddenSchemas: readonly string[] = [
  ...["information_schema", "lockstep", "lockstep_restore", importSchema],
  ...toolSchemas,
];

export async function readInventory(session: Session): Promise<DataInventory> {
  const schemas = [[...hiddenSchemas]];
  const [tables, foreignKeys, foreign, [objects = {}]] = await Promise.all([
    session.query(tablesQuery, schemas),
    session.query(foreignKeysQuery),
    session.query(foreignTablesQuery, schemas),
    session.query(
      "select pg_catalog.count(*)::int8 as objects from pg_catalog.pg_largeobject_metadata",
    ),
  ]);
  return {
    tables: tables.map(toTable),
    foreignKeys: foreignKeys.map(toForeignKey),
    foreignTables: foreign.map((row) => textOf(row, "label")),
    largeObjects: numberOf(objects, "objects"),
  };
}

const ownSchemas = `n.nspname !~ '^pg_' and n.nspname <> all ($1::name[])`;

/** Tables by OID, each with its columns as one text. It touches no table, so it waits for nobody's lock. */
export async function readShapes(session: Session): Promise<ReadonlyMap<number, TableShape>> {
  const rows = await session.query(shapesQuery, [[...hiddenSchemas]]);
  return new Map(
    rows.map((row) => [
      numberOf(row, "oid"),
      { label: textOf(row, "label"), columns: textOf(row, "columns") },
    ]),
  );
}

export interface TableShape {
  readonly label: string;
  readonly columns: string;
}

const shapesQuery = `select c.oid::int8 as oid, pg_catalog.format('%s.%s', n.nspname, c.relname) as label,
  coalesce((select pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname,
      pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '') as columns
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't' and ${ownSchemas}`;

/** A domain's columns are what its base is. */
const baseTypes = `with recursive base as (
  select t.oid, t.oid as base from pg_catalog.pg_type t where t.typtype <> 'd'
  union all
  select t.oid, base.base from pg_catalog.pg_type t join base on base.oid = t.typbasetype
  where t.typtype = 'd'
)`;

const tablesQuery = `${baseTypes}, configured as (
  select c.oid, c.condition from pg_catalog.pg_extension e,
    rows from (pg_catalog.unnest(e.extconfig), pg_catalog.unnest(e.extcondition)) c(oid, condition)
), columns as (
  select a.attrelid, pg_catalog.json_agg(pg_catalog.json_build_object(
    'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
    'typeOid', a.atttypid::int8, 'base', b.typname, 'unbounded', pg_catalog.format('%I.%I', bn.nspname, b.typname), 'baseKind', b.typtype,
    'lengthMax', case when b.typname in ('varchar', 'bpchar') and a.atttypmod > 4
      then a.atttypmod - 4 end,
    'notNull', a.attnotnull, 'generated', a.attgenerated <> '', 'identity', a.attidentity <> '',
    'filled', a.atthasdef or a.attidentity <> '' or t.typdefault is not null
  ) order by a.attnum) as columns
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
  join pg_catalog.pg_type t on t.oid = a.atttypid
  join base on base.oid = a.atttypid
  join pg_catalog.pg_type b on b.oid = base.base
  join pg_catalog.pg_namespace bn on bn.oid = b.typnamespace
  where a.attnum > 0 and not a.attisdropped group by a.attrelid
), keys as (
  select k.conrelid, pg_catalog.json_agg(a.attname order by o.position) as key
  from pg_catalog.pg_constraint k
  cross join lateral pg_catalog.unnest(k.conkey) with ordinality o(number, position)
  join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.number
  where k.contype = 'p' group by k.conrelid
), triggers as (
  select t.tgrelid, pg_catalog.json_agg(pg_catalog.json_build_object(
    'name', t.tgname, 'mode', t.tgenabled,
    'insert', t.tgtype & 4 > 0, 'update', t.tgtype & 16 > 0) order by t.tgname) as triggers
  from pg_catalog.pg_trigger t
  where not t.tgisinternal and t.tgenabled in ('O', 'A') group by t.tgrelid
)
select c.oid::int8 as oid, n.nspname::text as schema, c.relname::text as name,
  c.relkind = 'p' as is_partitioned, coalesce(columns.columns, '[]') as columns,
  coalesce(keys.key, '[]') as key, coalesce(triggers.triggers, '[]') as triggers,
  case when e.objid is not null then 'extension' else 'user' end as origin, configured.condition,
  case when m.amname = 'heap' then pg_catalog.pg_relation_size(c.oid)
    / pg_catalog.current_setting('block_size')::int8 else 0 end as blocks,
  case when c.relkind = 'p' then (
      select coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(p.relid)), 0)
      from pg_catalog.pg_partition_tree(c.oid) p where p.isleaf)
    else pg_catalog.pg_relation_size(c.oid) end::int8 as bytes,
  pg_catalog.has_table_privilege(c.oid, 'select') as can_read,
  pg_catalog.has_table_privilege(c.oid, 'insert') as can_insert,
  pg_catalog.pg_has_role(c.relowner, 'usage') as is_owner,
  pg_catalog.row_security_active(c.oid) as hides_rows
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am m on m.oid = c.relam
left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and e.objid = c.oid and e.objsubid = 0 and e.deptype = 'e'
left join configured on configured.oid = c.oid
left join columns on columns.attrelid = c.oid
left join keys on keys.conrelid = c.oid
left join triggers on triggers.tgrelid = c.oid
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't' and ${ownSchemas}
  and (configured.oid is not null or e.objid is null and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.objid = n.oid
      and d.deptype = 'e'))
order by n.nspname collate "C", c.relname collate "C"`;

/** Of a partitioned table the constraint itself, not its copies on the partitions. */
const foreignKeysQuery = `
select k.conname::text as name, n.nspname::text as holder_schema, c.relname::text as holder_name,
  coalesce(pg_catalog.pg_partition_root(k.conrelid)::oid, k.conrelid)::int8 as holder,
  coalesce(pg_catalog.pg_partition_root(k.confrelid)::oid, k.confrelid)::int8 as target,
  k.condeferrable, k.condeferred,
  array(select a.attname::text from pg_catalog.unnest(k.conkey) with ordinality o(number, position)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.number
    order by o.position) as columns,
  array(select a.attname::text from pg_catalog.unnest(k.confkey) with ordinality o(number, position)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.number
    order by o.position) as target_columns
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where k.contype = 'f' and k.conparentid = 0
order by n.nspname, c.relname, k.conname`;

const foreignTablesQuery = `
select pg_catalog.format('%s.%s', n.nspname, c.relname) as label
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'f' and not c.relispartition and ${ownSchemas}
order by 1`;

function toTable(row: Row): TableFacts {
  const condition = optionalTextOf(row, "condition") ?? "";
  return {
    oid: numberOf(row, "oid"),
    schema: textOf(row, "schema"),
    name: textOf(row, "name"),
    isPartitioned: booleanOf(row, "is_partitioned"),
    columns: rowsOf(row, "columns").map(toColumn),
    key: listOf(row, "key").map(String),
    blocks: numberOf(row, "blocks"),
    bytes: numberOf(row, "bytes"),
    origin: wordOf(row, "origin", ["user", "extension"]),
    condition: condition === "" ? undefined : condition,
    canRead: booleanOf(row, "can_read"),
    canInsert: booleanOf(row, "can_insert"),
    isOwner: booleanOf(row, "is_owner"),
    hidesRows: booleanOf(row, "hides_rows"),
    triggers: rowsOf(row, "triggers").map((trigger): TriggerFacts => ({
      name: textOf(trigger, "name"),
      mode: textOf(trigger, "mode"),
      on: (["insert", "update"] as const).filter((event) => booleanOf(trigger, event)),
    })),
  };
}

function toColumn(row: Row): ColumnFacts {
  const lengthMax = optionalNumberOf(row, "lengthMax");
  return {
    name: textOf(row, "name"),
    type: textOf(row, "type"),
    typeOid: numberOf(row, "typeOid"),
    unbounded: textOf(row, "unbounded"),
    base: textOf(row, "base"),
    baseKind: textOf(row, "baseKind"),
    ...(lengthMax === undefined ? {} : { lengthMax }),
    notNull: booleanOf(row, "notNull"),
    generated: booleanOf(row, "generated"),
    identity: booleanOf(row, "identity"),
    filled: booleanOf(row, "filled"),
  };
}

function toForeignKey(row: Row): ForeignKeyFacts {
  return {
    name: textOf(row, "name"),
    table: numberOf(row, "holder"),
    heldBy: { schema: textOf(row, "holder_schema"), name: textOf(row, "holder_name") },
    columns: listOf(row, "columns").map(String),
    target: numberOf(row, "target"),
    targetColumns: listOf(row, "target_columns").map(String),
    deferrable: booleanOf(row, "condeferrable"),
    deferred: booleanOf(row, "condeferred"),
  };
}

function listOf(row: Row, column: string): readonly unknown[] {
  const value = row[column];
  if (Array.isArray(value)) return value;
  throw new InternalError(`${column} of the inventory is no list`);
}

function rowsOf(row: Row, column: string): readonly Row[] {
  return listOf(row, column).map((value) => {
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value));
    throw new InternalError(`${column} of the inventory holds what is no row`);
  });
}

const sequencesQuery = `
select n.nspname::text as schema, c.relname::text as name,
  tn.nspname::text as of_schema, t.relname::text as of_table, a.attname::text as of_column
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.objid = c.oid and d.refclassid = d.classid and d.deptype in ('a', 'i') and d.refobjsubid > 0
left join pg_catalog.pg_class t on t.oid = d.refobjid
left join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where case when c.relkind = 'S' then pg_catalog.has_sequence_privilege(c.oid, 'select')
    else false end and c.relpersistence <> 't' and ${ownSchemas}
  and not exists (select from pg_catalog.pg_depend e
    where e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and e.objid = c.oid
      and e.deptype = 'e')
order by n.nspname collate "C", c.relname collate "C"`;

const sequencesPerQuery = 200;

/** Their values are outside of any snapshot: never less than what the rows of the snapshot were numbered with. */
export async function readSequenceFacts(session: Session): Promise<readonly SequenceFacts[]> {
  const schemas = [["information_schema", "lockstep", importSchema, ...toolSchemas]];
  const listed = await session.query(sequencesQuery, schemas);
  const found: SequenceFacts[] = [];
  for (let at = 0; at < listed.length; at += sequencesPerQuery) {
    const part = listed.slice(at, at + sequencesPerQuery);
    const values = await session.query(part.map(valueQuery).join("\nunion all\n"));
    const byPosition = new Map(values.map((row) => [numberOf(row, "position"), row]));
    found.push(...part.map((row, position) => toSequence(row, byPosition.get(position) ?? {})));
  }
  return found;
}

function valueQuery(row: Row, position: number): string {
  const name = quoteQualifiedName(textOf(row, "schema"), textOf(row, "name"));
  return `select ${position} as position, last_value::text as last, is_called as called from ${name}`;
}

function toSequence(row: Row, value: Row): SequenceFacts {
  const [schema, table, column] = ["of_schema", "of_table", "of_column"].map((name) =>
    optionalTextOf(row, name),
  );
  const isOwned = schema !== undefined && table !== undefined && column !== undefined;
  return {
    schema: textOf(row, "schema"),
    name: textOf(row, "name"),
    last: textOf(value, "last"),
    called: booleanOf(value, "called"),
    ...(isOwned ? { of: { schema, table, column } } : {}),
  };
}

/** So that nobody changes a table's structure meanwhile; readers and writers do not wait for it. */
export async function holdTables(session: Session, tables: readonly TableFacts[]): Promise<void> {
  for (let at = 0; at < tables.length; at += tablesPerStatement) {
    const names = tables
      .slice(at, at + tablesPerStatement)
      .map(
        (table) =>
          `${table.isPartitioned ? "" : "only "}${quoteQualifiedName(table.schema, table.name)}`,
      );
    await session.script(`lock table ${names.join(", ")} in access share mode`);
  }
}

const tablesPerStatement = 500;
