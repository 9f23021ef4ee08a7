/**
 * What a backup has to hold beside the schema: which tables' rows, in which form, the sequences' values, the large
 * objects. Read in the snapshot that everything is read in.
 */
import { toolSchemas } from "../../../catalog/filter.ts";
import { isBinarySafe, type TypeFacts } from "../../../backup/type-safety.ts";
import type { TableName } from "../../../backup/selection.ts";
import type { CopyFormat, TableEntry } from "../../../backup/manifest.ts";
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
import { namingLocked } from "./locked-tables.ts";

export interface TableUnit {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly format: CopyFormat;
  readonly origin: TableEntry["origin"];
  readonly condition: string | undefined;
  /** A partitioned table whose rows find their partition only by themselves. */
  readonly isPartitioned: boolean;
  /** Blocks of the heap; 0 where rows can't be told apart by their place. */
  readonly blocks: number;
  /** The tables that it is a partition of, the nearest first. */
  readonly above: readonly TableName[];
  /** What is read in a column's place. */
  readonly expressions?: ReadonlyMap<string, string>;
}

/**
 * Locks the tables against changes of their structure until the transaction ends. Nobody who reads or writes waits
 * for that; who waits for an exclusive lock is waited for as long as the session's lock_timeout says. Where only some
 * tables' rows are wanted, those that the role may not read are left out: the reader of the catalog notices changes.
 */
export async function lockTables(
  session: Session,
  { isWhole }: { readonly isWhole: boolean },
): Promise<void> {
  const tables = await session.query(tablesQuery, [systemless(), false]);
  const wanted = tables.filter((row) => isWhole || booleanOf(row, "is_readable"));
  const names = wanted.map((row) => quoteQualifiedName(textOf(row, "schema"), textOf(row, "name")));
  for (let at = 0; at < names.length; at += tablesPerStatement) {
    const batch = names.slice(at, at + tablesPerStatement);
    const list = batch.map((name) => `only ${name}`).join(", ");
    await session.script(`lock table ${list} in access share mode`).catch(async (error) => {
      throw await namingLocked(session, error);
    });
  }
}

const tablesPerStatement = 500;

export async function readTables(session: Session): Promise<readonly TableUnit[]> {
  const [tables, types] = await Promise.all([
    session.query(tablesQuery, [systemless(), true]),
    session.query(typesQuery),
  ]);
  const known = new Map(types.map(toType).map((type) => [type.oid, type]));
  return tables.map((row) => toUnit(row, known));
}

/** What every type is, for whoever copies rows in binary. */
export async function readTypeFacts(session: Session): Promise<ReadonlyMap<number, TypeFacts>> {
  const types = await session.query(typesQuery);
  return new Map(types.map(toType).map((type) => [type.oid, type]));
}

/** Schemas whose objects are not in the catalog and so not in the backup. */
function systemless(): readonly string[] {
  return ["information_schema", ...toolSchemas];
}

/**
 * Plain tables, and partitioned ones in place of their partitions where the rows' place depends on OIDs: the hash of
 * an enum's value. Extensions' tables only where the extension says that their rows are the user's.
 */
const tablesQuery = `
with by_root as (
  select distinct pg_catalog.pg_partition_root(p.partrelid) as root
  from pg_catalog.pg_partitioned_table p
  where p.partstrat = 'h' and exists (
    select from pg_catalog.unnest(p.partattrs::int2[]) k(number)
    left join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = k.number
    where k.number = 0 or a.atttypid > 9999
  )
), configured as (
  select c.oid, c.condition
  from pg_catalog.pg_extension e,
    rows from (
      pg_catalog.unnest(e.extconfig), pg_catalog.unnest(e.extcondition)
    ) c(oid, condition)
)
select n.nspname as schema, c.relname as name, c.relkind = 'p' as is_partitioned,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT') as is_readable,
  case when e.objid is not null then 'extension'
    when n.nspname = 'lockstep' then 'ledger' else 'user' end as origin,
  configured.condition,
  case when $2 and m.amname = 'heap'
    then pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int8
    else 0 end as blocks,
  array(
    select array[an.nspname, ac.relname]
    from pg_catalog.pg_partition_ancestors(c.oid) with ordinality a(oid, place)
    join pg_catalog.pg_class ac on ac.oid = a.oid
    join pg_catalog.pg_namespace an on an.oid = ac.relnamespace
    where a.oid <> c.oid order by a.place
  ) as above,
  array(
    select a.attname from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by a.attnum
  ) as columns,
  array(
    select a.atttypid::int8 from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by a.attnum
  ) as types
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am m on m.oid = c.relam
left join pg_catalog.pg_depend e on e.classid = 'pg_catalog.pg_class'::regclass
  and e.objid = c.oid and e.objsubid = 0 and e.deptype = 'e'
left join configured on configured.oid = c.oid
where c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> all ($1::name[])
  and (n.nspname, c.relname) <> ('lockstep', 'leases')
  and (configured.oid is not null or e.objid is null and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e'
  ))
  and case c.relkind
    when 'r' then not c.relispartition
      or pg_catalog.pg_partition_root(c.oid) not in (select root from by_root)
    when 'p' then c.oid in (select root from by_root)
    else false end
order by n.nspname collate "C", c.relname collate "C"`;

function toUnit(row: Row, types: ReadonlyMap<number, TypeFacts>): TableUnit {
  const isPortable = numbers(row["types"]).every((oid) => isBinarySafe(oid, types));
  const condition = optionalTextOf(row, "condition") ?? "";
  return {
    schema: textOf(row, "schema"),
    name: textOf(row, "name"),
    columns: texts(row["columns"]),
    format: isPortable ? "binary" : "text",
    origin: wordOf(row, "origin", ["user", "extension", "ledger"]),
    condition: condition === "" ? undefined : condition,
    isPartitioned: booleanOf(row, "is_partitioned"),
    blocks: numberOf(row, "blocks"),
    above: pairs(row["above"]),
  };
}

const typesQuery = `
select t.oid::int8 as oid, t.typname::text as name, t.typtype::text as kind,
  t.typsend <> 0 and t.typreceive <> 0 as has_binary,
  case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem::int8 end as element,
  coalesce(nullif(t.typbasetype, 0), r.rngsubtype)::int8 as base,
  array(
    select a.atttypid::int8 from pg_catalog.pg_attribute a
    where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped order by a.attnum
  ) as attributes
from pg_catalog.pg_type t
left join pg_catalog.pg_range r on t.oid in (r.rngtypid, r.rngmultitypid)`;

function toType(row: Row): TypeFacts {
  const element = optionalNumberOf(row, "element");
  const base = optionalNumberOf(row, "base");
  return {
    oid: numberOf(row, "oid"),
    name: textOf(row, "name"),
    kind: wordOf(row, "kind", ["b", "c", "d", "e", "m", "p", "r"]),
    hasBinary: booleanOf(row, "has_binary"),
    attributes: numbers(row["attributes"]),
    ...(element === undefined ? {} : { element }),
    ...(base === undefined ? {} : { base }),
  };
}

function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function pairs(value: unknown): readonly TableName[] {
  if (!Array.isArray(value)) return [];
  return value.map((pair: unknown) => {
    const [schema = "", name = ""] = texts(pair);
    return { schema, name };
  });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
