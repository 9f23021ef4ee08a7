/**
 * Rows that the project itself brings: the ledger's, and what the baseline and its migrations insert. They are read
 * from the model. A table that has no rows gets them all. Where there are rows of the old database, those whose key is
 * not there are added, but only where the key is a name of the thing: number 7 of a sequence is another thing in
 * another database, and so is a uuid that was made at random. One that is written down was there before as well.
 */
import { tableLabel, storedColumns, type TableFacts } from "../../../data/tables.ts";
import { ledgerSteps, ledgerVersion } from "../../../ledger/schema.ts";
import { textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { dataFailure } from "../data/failure.ts";

export async function copyLedger(model: Session, next: Session): Promise<void> {
  const statements = ledgerSteps
    .filter(({ version }) => version <= ledgerVersion)
    .flatMap((step) => [...(step.schemaStatements ?? []), ...step.statements]);
  await next.script(["begin", ...statements, "commit"].join(";\n"));
  const rows = await model.query(
    `select c.relname::text as name, array(
      select pg_catalog.quote_ident(a.attname) from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum) as columns
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'lockstep' and c.relkind = 'r' and c.relname <> 'leases'
    order by c.relname not in ('ledger_versions', 'deployments'), c.relname`,
  );
  for (const row of rows) {
    const name = quoteQualifiedName("lockstep", textOf(row, "name"));
    const list = Array.isArray(row["columns"]) ? row["columns"].join(", ") : "";
    await next.script(`delete from ${name}`);
    await next.copyIn(
      `copy ${name} (${list}) from stdin`,
      model.copyOut(`copy ${name} (${list}) to stdout`),
    );
  }
  await next.script(`select pg_catalog.setval(s.name::pg_catalog.regclass, s.last)
    from (select 'lockstep.migrations_position_seq' as name, pg_catalog.max(position) as last from lockstep.migrations
      union all select 'lockstep.events_position_seq', pg_catalog.max(position) from lockstep.events) s
    where s.last is not null and pg_catalog.to_regclass(s.name) is not null`);
}

export interface OwnRows {
  readonly table: string;
  readonly added: number;
  /** Of uuids of which none was there. */
  readonly left: number;
}

/** Unique keys are there already, triggers and foreign keys are not. */
export async function addOwnRows(
  model: Session,
  next: Session,
  tables: readonly TableFacts[],
): Promise<readonly OwnRows[]> {
  const added: OwnRows[] = [];
  for (const table of await tablesWithRows(model, tables)) {
    const name = quoteQualifiedName(table.schema, table.name);
    if ((await hasRows(next, table, name)) && !isNamed(table)) continue;
    const rows = await addTo({ model, next, table, name }).catch((error: unknown) => {
      throw dataFailure(error, `the project's own rows of ${tableLabel(table)}`);
    });
    if (rows.added + rows.left > 0) added.push({ table: tableLabel(table), ...rows });
  }
  return added;
}

export async function tablesWithRows(
  session: Session,
  tables: readonly TableFacts[],
): Promise<readonly TableFacts[]> {
  const found = await Promise.all(
    tables.map((table) => hasRows(session, table, quoteQualifiedName(table.schema, table.name))),
  );
  return tables.filter((_table, at) => found[at] === true);
}

async function hasRows(session: Session, table: TableFacts, name: string): Promise<boolean> {
  const only = table.isPartitioned ? "" : "only ";
  const [row = {}] = await session.query(`select exists (select from ${only}${name}) as found`);
  return row["found"] === true;
}

/** Nothing makes its key up. */
function isNamed({ key, columns }: TableFacts): boolean {
  const made = columns.filter(({ filled }) => filled).map(({ name }) => name);
  return key.length > 0 && !key.some((column) => made.includes(column));
}

interface Adding {
  readonly model: Session;
  readonly next: Session;
  readonly table: TableFacts;
  readonly name: string;
}

type Counts = Pick<OwnRows, "added" | "left">;

async function addTo({ model, next, table, name }: Adding): Promise<Counts> {
  const list = storedColumns(table)
    .map((column) => quoteIdentifier(column.name))
    .join(", ");
  const only = table.isPartitioned ? "" : "only ";
  await next.script(`begin; create temporary table lockstep_own on commit drop as
    select ${list} from ${name} limit 0`);
  await next.copyIn(
    `copy pg_temp.lockstep_own (${list}) from stdin`,
    model.copyOut(`copy (select ${list} from ${only}${name}) to stdout`),
  );
  const left = await countRandom(next, table, name);
  if (left > 0) {
    await next.script("rollback");
    return { added: 0, left };
  }
  const [row = {}] = await next.query(
    `with added as (insert into ${name} (${list}) overriding system value
      select ${list} from pg_temp.lockstep_own on conflict do nothing returning 1)
    select pg_catalog.count(*)::text as rows from added`,
  );
  await next.script("commit");
  return { added: Number(textOf(row, "rows")), left: 0 };
}

/** How many rows there are, where the table has others, keys are uuids, and not one of them is known. */
async function countRandom(next: Session, table: TableFacts, name: string): Promise<number> {
  const { key, columns } = table;
  if (!columns.some((column) => key.includes(column.name) && column.base === "uuid")) return 0;
  const list = key.map((column) => quoteIdentifier(column)).join(", ");
  const [row = {}] = await next.query(
    `select case
      when exists (select from ${name}) and not exists (select from ${name} join pg_temp.lockstep_own using (${list}))
      then (select pg_catalog.count(*) from pg_temp.lockstep_own) else 0 end::text as rows`,
  );
  return Number(textOf(row, "rows"));
}
