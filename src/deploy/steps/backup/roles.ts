/** The roles that a restore needs: whoever owns something, and whoever something was granted to. */
import type { Catalog } from "../../../catalog/fact.ts";
import { textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";

/** The server keeps a list of its own, less the first superuser, who is among the owners. */
const query = `
select distinct r.rolname::text as name
from pg_catalog.pg_shdepend d
join pg_catalog.pg_roles r on r.oid = d.refobjid
where d.refclassid = 'pg_catalog.pg_authid'::regclass
  and d.dbid = (
    select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()
  )`;

export async function readRoles(session: Session, catalog: Catalog): Promise<readonly string[]> {
  const rows = await session.query(query);
  const names = new Set(rows.map((row) => textOf(row, "name")));
  for (const { payload } of catalog.facts.values()) {
    if ("owner" in payload && typeof payload.owner === "string") names.add(payload.owner);
  }
  // The server's own roles are on every server of that major or a later one.
  return [...names].filter((name) => !name.startsWith("pg_")).sort();
}
