/** Which tables somebody else has, or waits for, so that nobody may read them: the server's refusal does not say. */
import { LockstepError } from "../../../core/errors.ts";
import { booleanOf, numberOf, optionalTextOf, textOf } from "../../../ledger/row.ts";
import { ServerError, type Row, type Session } from "../../../ports/database.ts";

/** The error with the tables and who has them, where it says that a lock was not granted; any other as it is. */
export async function namingLocked(session: Session, error: unknown): Promise<unknown> {
  if (!(error instanceof ServerError) || error.sqlState !== "55P03") return error;
  if (session.transaction !== "idle") await session.script("rollback");
  const rows = await session.query(lockedQuery);
  const tables = [...new Set(rows.map(nameOf))];
  const what = tables.length === 0 ? "a table" : tables.join(", ");
  const message = `${what} can't be read: somebody changes its structure, or waits to`;
  return new LockstepError("BACKUP.BLOCKED", message, {
    ...{ sqlState: error.sqlState, notes: rows.map(noteOf), cause: error, data: { tables } },
  });
}

/** Who reads nothing of others' sessions sees their process, role and program all the same. */
const lockedQuery = `select n.nspname::text as schema, c.relname::text as name, l.granted as is_held, l.pid,
  a.usename::text as role, a.application_name as application
from pg_catalog.pg_locks l
join pg_catalog.pg_class c on c.oid = l.relation
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid <> pg_catalog.pg_backend_pid()
  and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and c.relkind in ('r', 'p', 'S', 'm', 'v') and n.nspname !~ '^pg_'
order by l.granted desc, n.nspname collate "C", c.relname collate "C" limit 5`;

function nameOf(row: Row): string {
  return `${textOf(row, "schema")}.${textOf(row, "name")}`;
}

function noteOf(row: Row): string {
  const who = [optionalTextOf(row, "role"), optionalTextOf(row, "application")]
    .filter((word) => word !== undefined && word !== "")
    .join(", ");
  const how = booleanOf(row, "is_held") ? "is locked" : "is waited for";
  return `${nameOf(row)} ${how} by pid ${numberOf(row, "pid")}${who === "" ? "" : ` (${who})`}`;
}
