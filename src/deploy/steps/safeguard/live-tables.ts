/** The tables that there are, as far as a decision about a backup needs them: sizes, relatives, triggers. */
import type { LiveNames, LiveTable, Referrer } from "../../../backup/harmed-tables.ts";
import type { UnitHarm } from "../../../backup/plan-harm.ts";
import { keyOf } from "../../../backup/selection.ts";
import { toolSchemas } from "../../../catalog/filter.ts";
import { booleanOf, numberOf, textOf } from "../../../ledger/row.ts";
import type { Row, Session } from "../../../ports/database.ts";

const tablesQuery = `
select c.oid::int8 as oid, n.nspname as schema, c.relname as name,
  pg_catalog.pg_table_size(c.oid) as bytes, pg_catalog.pg_relation_size(c.oid) > 0 as has_rows,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
    and not pg_catalog.row_security_active(c.oid) as is_readable,
  c.relhasrules or exists (
    select from pg_catalog.pg_trigger t
    where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled <> 'D'
  ) as has_triggers
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname !~ '^pg_'
  and n.nspname <> all ($1) and n.nspname <> 'lockstep'`;

const parentsQuery = `
select inhrelid::int8 as child, inhparent::int8 as parent from pg_catalog.pg_inherits`;

const referrersQuery = `
select confrelid::int8 as target, conrelid::int8 as source,
  confdeltype in ('c', 'n', 'd') as on_delete, confupdtype in ('c', 'n', 'd') as on_update
from pg_catalog.pg_constraint where contype = 'f'`;

export async function readLiveTables(session: Session): Promise<readonly LiveTable[]> {
  const outside = ["information_schema", ...toolSchemas];
  const tables = await session.query(tablesQuery, [outside]);
  const parents = groupBy(await session.query(parentsQuery), "child");
  const referrers = groupBy(await session.query(referrersQuery), "target");
  const keys = new Map(tables.map((row) => [numberOf(row, "oid"), keyOfRow(row)]));
  return tables.map((row) => {
    const oid = numberOf(row, "oid");
    return {
      schema: textOf(row, "schema"),
      name: textOf(row, "name"),
      bytes: numberOf(row, "bytes"),
      hasRows: booleanOf(row, "has_rows"),
      isReadable: booleanOf(row, "is_readable"),
      hasTriggers: booleanOf(row, "has_triggers"),
      parents: (parents.get(oid) ?? []).flatMap((each) => keys.get(numberOf(each, "parent")) ?? []),
      referrers: (referrers.get(oid) ?? []).flatMap((each) => referrerOf(each, keys)),
    };
  });
}

const unreadableQuery = `
select n.nspname || '.' || c.relname as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
  and n.nspname <> all ($1) and n.nspname <> 'lockstep'
  and not (
    pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    and pg_catalog.has_sequence_privilege(c.oid, 'SELECT'))
union all
select 'the large objects'
where exists (select from pg_catalog.pg_largeobject_metadata)
  and not pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')
order by 1`;

/** What is not a table, belongs into a backup of the whole database, and is closed to the role. */
export async function readUnreadable(session: Session): Promise<readonly string[]> {
  const rows = await session.query(unreadableQuery, [["information_schema", ...toolSchemas]]);
  return rows.map((row) => textOf(row, "name"));
}

function referrerOf(row: Row, keys: ReadonlyMap<number, string>): readonly Referrer[] {
  const table = keys.get(numberOf(row, "source"));
  if (table === undefined) return [];
  return [{ table, onDelete: booleanOf(row, "on_delete"), onUpdate: booleanOf(row, "on_update") }];
}

function keyOfRow(row: Row): string {
  return keyOf({ schema: textOf(row, "schema"), name: textOf(row, "name") });
}

function groupBy(rows: readonly Row[], column: string): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const key = numberOf(row, column);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return groups;
}

/**
 * A function that is not volatile can change no rows; those of extensions that are written in C do what the extension
 * is for. dblink's run a text as SQL.
 */
const harmlessQuery = `
select name from pg_catalog.unnest($1::name[]) called(name)
where exists (select from pg_catalog.pg_proc p where p.proname = called.name)
  and not exists (
    select from pg_catalog.pg_proc p
    join pg_catalog.pg_language l on l.oid = p.prolang
    where p.proname = called.name and p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
      and p.provolatile = 'v' and (
        p.proname ~ '^dblink' or l.lanname <> 'c' or not exists (
          select from pg_catalog.pg_depend d
          where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
            and d.deptype = 'e'
        ))
  )`;

const viewsQuery = `
select distinct c.relname as name from pg_catalog.pg_class c
where c.relkind = 'v' and c.relname = any ($1::name[])`;

/** Only for the names that the plan uses. */
export async function readLiveNames(
  session: Session,
  harms: readonly UnitHarm[],
): Promise<LiveNames> {
  const called = harms.flatMap(({ harm }) => harm.functions.map(({ name }) => name));
  const written = harms.flatMap(({ harm }) =>
    [...harm.tables, ...harm.written].map(({ name }) => name),
  );
  return {
    harmlessFunctions: await namesOf(session, harmlessQuery, called),
    views: await namesOf(session, viewsQuery, written),
  };
}

async function namesOf(
  session: Session,
  query: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const rows = await session.query(query, [[...new Set(names)]]);
  return new Set(rows.map((row) => textOf(row, "name")));
}
