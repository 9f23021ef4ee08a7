/**
 * Large objects under their old numbers, since that is what rows refer to them by. The fence keeps their writers away
 * too. Their pages are read as rows: the functions for large objects would wait for the fence even to read.
 */
import type { LargeObject } from "../../../backup/manifest.ts";
import { LockstepError } from "../../../core/errors.ts";
import { booleanOf, numberOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { readLargeObjects } from "../backup/large-objects.ts";
import { dataFailure } from "../data/failure.ts";
import { largeObjectStatements } from "../restore/large-objects.ts";
import type { CopyPair } from "./copy-rows.ts";

/** Whoever writes a large object writes a row of this table, so who may lock it keeps them away. */
export const largeObjectPages = "pg_catalog.pg_largeobject";

/** Asked before anything is made. */
export async function mayMoveLargeObjects(session: Session): Promise<boolean> {
  const [row = {}] = await session.query(
    `select pg_catalog.has_table_privilege('${largeObjectPages}', 'select')
      and pg_catalog.has_table_privilege('${largeObjectPages}', 'update') as may`,
  );
  return booleanOf(row, "may");
}

/** Where there were none, nobody was kept away. */
export async function refuseLargeObjects(session: Session): Promise<void> {
  const [row = {}] = await session.query(
    "select exists (select from pg_catalog.pg_largeobject_metadata) as found",
  );
  if (!booleanOf(row, "found")) return;
  const message = "large objects were made while the rebuild was at work";
  throw new LockstepError("REBUILD.FENCE_LOST", message);
}

/** Each is a lock of its transaction. */
const objectsPerTransaction = 200;

export async function copyLargeObjects({ reader, writer }: CopyPair): Promise<number> {
  const objects = await readLargeObjects(reader);
  try {
    for (let at = 0; at < objects.length; at += objectsPerTransaction) {
      const batch = objects.slice(at, at + objectsPerTransaction);
      await writer.script(["begin", ...batch.flatMap(largeObjectStatements)].join(";\n"));
      await copyPages({ reader, writer }, batch);
      await writer.script("commit");
    }
    await compare({ reader, writer }, objects);
  } catch (error) {
    if (writer.transaction !== "idle") await writer.script("rollback").catch(() => undefined);
    throw dataFailure(error, "the large objects");
  }
  return objects.length;
}

async function copyPages(
  { reader, writer }: CopyPair,
  objects: readonly LargeObject[],
): Promise<void> {
  const [row = {}] = await reader.query(
    "select pg_catalog.current_setting('block_size')::int4 / 4 as page_bytes",
  );
  const pageBytes = numberOf(row, "page_bytes");
  await writer.script(
    "create temporary table lockstep_pages (loid oid, pageno int4, data bytea) on commit drop",
  );
  const oids = objects.map(({ oid }) => oid).join(", ");
  await writer.copyIn(
    "copy pg_temp.lockstep_pages from stdin (format binary)",
    reader.copyOut(
      `copy (select loid, pageno, data from ${largeObjectPages} where loid in (${oids}))
      to stdout (format binary)`,
    ),
  );
  await writer.script(`select pg_catalog.count(pg_catalog.lo_put(loid, pageno::int8 * ${pageBytes}, data)::text)
    from pg_temp.lockstep_pages`);
}

/** By their pages. One whose end was never written has fewer of them, and reads the same. */
async function compare(
  { reader, writer }: CopyPair,
  objects: readonly LargeObject[],
): Promise<void> {
  const query = `select (select pg_catalog.count(*) from pg_catalog.pg_largeobject_metadata)::int8 as objects,
    coalesce(pg_catalog.sum(pg_catalog.hash_record_extended(row(loid, pageno, data), 0)), 0)::text as sum
    from ${largeObjectPages}`;
  const [[was = {}], [is = {}]] = await Promise.all([reader.query(query), writer.query(query)]);
  const isSame = textOf(was, "sum") === textOf(is, "sum");
  if (isSame && numberOf(is, "objects") === objects.length) return;
  throw new LockstepError("REBUILD.DIFFERS", "the large objects are others than they were");
}
