/** Statistics of all that has rows, on all sessions. The catalogs' are left to the server: as after CREATE DATABASE. */
import { textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { workThrough, type Task } from "../work-through.ts";
import { firstOf } from "./finish.ts";

export async function analyzeAll(sessions: readonly Session[]): Promise<void> {
  // A partitioned table's partitions are analysed with it.
  const rows = await firstOf(sessions).query(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm', 'p') and not c.relispartition and c.relpersistence <> 't'
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    order by pg_catalog.pg_relation_size(c.oid) desc`,
  );
  const tasks = rows.map((row): Task<Session> => ({
    isReady: () => true,
    run: async (session) => {
      await session.script(`analyze ${textOf(row, "name")}`);
    },
  }));
  await workThrough(sessions, tasks);
}
