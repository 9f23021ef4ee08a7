/**
 * The tables in which the tools that a database was adopted from keep their history: they are nobody's schema, so
 * they are left aside wherever the live schema is held against the project's.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { leaveTables, type LeftAside } from "../../../catalog/leave_tables.ts";
import { booleanOf, textOf } from "../../../ledger/row.ts";
import { historyTools } from "../../../plan/histories/tools.ts";
import type { Session } from "../../../ports/database.ts";
import { ownQueries } from "../own-queries.ts";

export async function withoutAdoptedHistories(
  session: Session,
  catalog: Catalog,
): Promise<Catalog> {
  return leaveTables(catalog, await adoptedTables(ownQueries(session)));
}

async function adoptedTables(session: Session): Promise<readonly LeftAside[]> {
  const [row] = await session.query(
    `select coalesce(pg_catalog.has_table_privilege(pg_catalog.to_regclass('lockstep.events'), 'select'), false) as readable`,
  );
  if (row === undefined || !booleanOf(row, "readable")) return [];
  const rows = await session.query(
    `select distinct detail ->> 'tool' as tool, detail ->> 'schema' as schema, detail ->> 'table' as "table"
    from lockstep.events where event = 'adopted' and detail ->> 'table' is not null`,
  );
  return rows.flatMap((found) => {
    const [schema, table] = [textOf(found, "schema"), textOf(found, "table")];
    const tool = historyTools.find(({ name }) => name === textOf(found, "tool"));
    const isOwnSchema = tool?.tables.some((known) => known.schema === schema) === true;
    if (isOwnSchema || schema === table) return [{ schema }];
    const beside = [tool?.beside, tool?.lock?.table, ...(tool?.companions ?? [])];
    return [table, ...beside.flatMap((name) => name ?? [])].map((name) => ({
      schema,
      table: name,
    }));
  });
}
