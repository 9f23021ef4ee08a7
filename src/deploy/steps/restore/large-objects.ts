/** Makes large objects again under their old numbers, since that is what rows refer to them by. */
import type { ChunkEntry, LargeObject } from "../../../backup/manifest.ts";
import { copyInput } from "../../../backup/rows.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import type { OpenBackup } from "./backup-file.ts";
import { restoreFailure } from "./failure.ts";
import type { Journal } from "./journal.ts";
import { itemOf } from "./rows.ts";

/** Each is a lock of its transaction. */
const objectsPerTransaction = 500;

export async function restoreLargeObjects(
  session: Session,
  backup: OpenBackup,
  journal: Journal,
): Promise<void> {
  const { objects, chunks, pageBytes } = backup.manifest.largeObjects;
  try {
    for (let at = 0; at < objects.length; at += objectsPerTransaction) {
      const item = `large objects ${at}`;
      if (journal.isDone(item)) continue;
      const batch = objects.slice(at, at + objectsPerTransaction).flatMap(largeObjectStatements);
      await session.script(["begin", ...batch, journal.line(item), "commit"].join(";\n"));
    }
    for (const chunk of chunks) {
      if (journal.isDone(itemOf(chunk))) continue;
      await loadPages(session, { chunk, pageBytes, raw: await backup.read(chunk) }, journal);
    }
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback").catch(() => undefined);
    throw restoreFailure(error, "the large objects");
  }
}

export function largeObjectStatements({
  oid,
  owner,
  grants,
  comment,
}: LargeObject): readonly string[] {
  const object = `large object ${oid}`;
  const ownerName = quoteIdentifier(owner);
  return [
    `select pg_catalog.lo_create(${oid})`,
    `alter ${object} owner to ${ownerName}`,
    ...(grants === undefined ? [] : [`revoke all on ${object} from ${ownerName}`]),
    ...(grants ?? []).map(({ grantee, privilege, grantable }) => {
      const whom = grantee === undefined ? "public" : quoteIdentifier(grantee);
      const option = grantable ? " with grant option" : "";
      return `grant ${privilege} on ${object} to ${whom}${option}`;
    }),
    ...(comment === undefined ? [] : [`comment on ${object} is ${quoteLiteral(comment)}`]),
  ];
}

interface Pages {
  readonly chunk: ChunkEntry;
  readonly pageBytes: number;
  readonly raw: Uint8Array;
}

async function loadPages(
  session: Session,
  { chunk, pageBytes, raw }: Pages,
  journal: Journal,
): Promise<void> {
  await session.script(`begin;
    ${journal.line(itemOf(chunk))};
    create temporary table lockstep_pages (loid oid, pageno int4, data bytea) on commit drop`);
  const statement = "copy pg_temp.lockstep_pages from stdin (format binary)";
  await session.copyIn(statement, copyInput("binary", [raw]));
  await session.script(`
    select pg_catalog.count(pg_catalog.lo_put(loid, pageno::int8 * ${pageBytes}, data)::text)
    from pg_temp.lockstep_pages;
    commit`);
}
