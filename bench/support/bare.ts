/** The catalog's own queries sent by bare `pg`, with nothing made of the answers: what the server takes for them. */
import { performance } from "node:perf_hooks";
import pg from "pg";
import { families } from "../../src/adapters/postgres/catalog/families.ts";
import { readServerView } from "../../src/adapters/postgres/catalog/view.ts";
import { wholeDatabase } from "../../src/catalog/filter.ts";

export async function timeBare(
  url: string,
  session: Parameters<typeof readServerView>[0],
): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const view = await readServerView(session, wholeDatabase);
  await client.query(
    "set search_path = pg_catalog, pg_temp; set jit = off; set work_mem = '64MB'; set enable_sort = off",
  );
  const startedMs = performance.now();
  await client.query("begin isolation level repeatable read, read only");
  for (const { query } of families) {
    const text = query(view);
    if (text !== undefined) await client.query(text);
  }
  await client.query("commit");
  const elapsedMs = performance.now() - startedMs;
  await client.end();
  return elapsedMs;
}
