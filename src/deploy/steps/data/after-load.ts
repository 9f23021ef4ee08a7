/** What has to follow rows: sequences go on behind them, and views that were filled before are named. */
import type { SequenceFacts, TableFacts } from "../../../data/tables.ts";
import { optionalTextOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";

/** Where a table and a column of the export are now. */
export type Whereabouts = (
  schema: string,
  table: string,
  column: string,
) => { readonly table: TableFacts; readonly column: string } | undefined;

export interface SequencesRequest {
  readonly sequences: readonly SequenceFacts[];
  readonly whereabouts: Whereabouts;
  /** The tables that rows came into. */
  readonly tables: readonly TableFacts[];
}

/** Never back: a value that was given out stays given out. Gives how many were set. */
export async function setSequences(session: Session, request: SequencesRequest): Promise<number> {
  const done = new Set<string>();
  for (const sequence of request.sequences) {
    const name = await sequenceNow(session, sequence, request.whereabouts);
    if (name === undefined) continue;
    done.add(name);
    await session.query(forward(name, `${sequence.last}::int8`, String(sequence.called)));
  }
  for (const { name, table, column } of await ownSequences(session, request.tables)) {
    if (done.has(name)) continue;
    done.add(name);
    await behindRows(session, name, { table, column });
  }
  return done.size;
}

async function sequenceNow(
  session: Session,
  { schema, name, of }: SequenceFacts,
  whereabouts: Whereabouts,
): Promise<string | undefined> {
  const place = of === undefined ? undefined : whereabouts(of.schema, of.table, of.column);
  if (place !== undefined) {
    const table = quoteLiteral(quoteQualifiedName(place.table.schema, place.table.name));
    const [row = {}] = await session.query(
      `select pg_catalog.pg_get_serial_sequence(${table}, ${quoteLiteral(place.column)}) as name`,
    );
    const found = optionalTextOf(row, "name");
    if (found !== undefined) return found;
  }
  const [row = {}] = await session.query(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'S' and n.nspname = $1 and c.relname = $2`,
    [schema, name],
  );
  return optionalTextOf(row, "name");
}

/** In the direction that the sequence goes. */
function forward(name: string, value: string, called: string): string {
  const sequence = `${quoteLiteral(name)}::pg_catalog.regclass`;
  return `select pg_catalog.setval(${sequence}, value.next,
    case when value.next = now.last_value and value.next <> value.wanted then now.is_called
      when now.last_value = value.wanted then now.is_called or ${called} else ${called} end)
  from ${name} now, pg_catalog.pg_sequence s, lateral (
    select ${value} as wanted, case when s.seqincrement > 0
      then greatest(now.last_value, ${value}) else least(now.last_value, ${value}) end as next
  ) value
  where s.seqrelid = ${sequence} and value.next between s.seqmin and s.seqmax`;
}

async function ownSequences(
  session: Session,
  tables: readonly TableFacts[],
): Promise<readonly { readonly name: string; readonly table: string; readonly column: string }[]> {
  const rows = await session.query(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
      pg_catalog.format('%I.%I', tn.nspname, t.relname) as table, a.attname::text as column
    from pg_catalog.pg_depend d
    join pg_catalog.pg_class c on c.oid = d.objid and c.relkind = 'S'
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class t on t.oid = d.refobjid
    join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = d.classid
      and d.deptype in ('a', 'i') and d.refobjsubid > 0 and d.refobjid = any ($1::oid[])
    order by 1`,
    [tables.map(({ oid }) => String(oid))],
  );
  return rows.map((row) => ({
    name: textOf(row, "name"),
    table: textOf(row, "table"),
    column: textOf(row, "column"),
  }));
}

/** Nothing says where it was: behind the largest value that there is. */
async function behindRows(
  session: Session,
  name: string,
  { table, column }: { readonly table: string; readonly column: string },
): Promise<void> {
  const [row = {}] = await session.query(
    `select case when s.seqincrement > 0 then pg_catalog.max(t.${quoteIdentifier(column)})
      else pg_catalog.min(t.${quoteIdentifier(column)}) end::text as last
    from pg_catalog.pg_sequence s, ${table} t
    where s.seqrelid = ${quoteLiteral(name)}::pg_catalog.regclass group by s.seqincrement`,
  );
  const last = optionalTextOf(row, "last");
  if (last !== undefined) await session.query(forward(name, `${last}::int8`, "true"));
}

/** Materialized views that hold rows, and so rows of before. */
export async function filledViews(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'm' and c.relispopulated and n.nspname !~ '^pg_' order by 1`,
  );
  return rows.map((row) => textOf(row, "name"));
}
