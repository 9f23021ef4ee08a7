/** Large objects: their owners, rights and comments as values, their pages as rows like a table's. */
import type { Finding } from "../../../core/findings.ts";
import type {
  ChunkEntry,
  LargeObject,
  LargeObjectGrant,
  LargeObjectsEntry,
} from "../../../backup/manifest.ts";
import { LockstepError } from "../../../core/errors.ts";
import { booleanOf, numberOf, optionalTextOf, textOf, wordOf } from "../../../ledger/row.ts";
import type { Row, Session } from "../../../ports/database.ts";
import { readFailure } from "./failure.ts";
import { readChunks } from "./chunks.ts";
import type { EntryWriter } from "./writer.ts";

const objectsQuery = `
select m.oid::int8 as oid, pg_catalog.pg_get_userbyid(m.lomowner)::text as owner,
  m.lomacl is not null as has_grants, d.description as comment
from pg_catalog.pg_largeobject_metadata m
left join pg_catalog.pg_description d on d.objoid = m.oid
  and d.classoid = 'pg_catalog.pg_largeobject'::regclass
order by m.oid`;

const grantsQuery = `
select m.oid::int8 as oid, a.privilege_type as privilege, a.is_grantable as grantable,
  case when a.grantee <> 0 then pg_catalog.pg_get_userbyid(a.grantee)::text end as grantee
from pg_catalog.pg_largeobject_metadata m, pg_catalog.aclexplode(m.lomacl) a`;

export async function readLargeObjects(session: Session): Promise<readonly LargeObject[]> {
  const [objects, grants] = await Promise.all([
    session.query(objectsQuery),
    session.query(grantsQuery),
  ]);
  const granted = new Map<number, LargeObjectGrant[]>();
  for (const row of grants) {
    const oid = numberOf(row, "oid");
    const known = granted.get(oid);
    if (known === undefined) granted.set(oid, [toGrant(row)]);
    else known.push(toGrant(row));
  }
  return objects.map((row) => toObject(row, granted));
}

function toGrant(row: Row): LargeObjectGrant {
  const grantee = optionalTextOf(row, "grantee");
  return {
    ...(grantee === undefined ? {} : { grantee }),
    privilege: wordOf(row, "privilege", ["SELECT", "UPDATE"]),
    grantable: booleanOf(row, "grantable"),
  };
}

function toObject(row: Row, granted: ReadonlyMap<number, LargeObjectGrant[]>): LargeObject {
  const oid = numberOf(row, "oid");
  const comment = optionalTextOf(row, "comment");
  return {
    oid,
    owner: textOf(row, "owner"),
    ...(booleanOf(row, "has_grants") ? { grants: granted.get(oid) ?? [] } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
}

const pagesStatement = `copy (
  select loid, pageno, data from pg_catalog.pg_largeobject order by loid, pageno
) to stdout (format binary)`;

export async function writeLargeObjects(
  session: Session,
  objects: readonly LargeObject[],
  entries: EntryWriter,
): Promise<LargeObjectsEntry> {
  const [row = {}] = await session.query(
    `select pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT') as may,
      pg_catalog.current_setting('block_size')::int4 / 4 as page_bytes`,
  );
  const pageBytes = numberOf(row, "page_bytes");
  if (objects.length === 0) return { objects, pageBytes, chunks: [] };
  if (!booleanOf(row, "may")) {
    const message = `there are ${objects.length} large objects, and the role may not read pg_largeobject`;
    throw new LockstepError("BACKUP.DENIED", message);
  }
  return { objects, pageBytes, chunks: await writePages(session, entries) };
}

async function writePages(session: Session, entries: EntryWriter): Promise<readonly ChunkEntry[]> {
  try {
    const chunks = await readChunks(session.copyOut(pagesStatement), "binary", entries);
    await entries.drain();
    return await Promise.all(
      chunks.map(async ({ entry, ...more }): Promise<ChunkEntry> => ({
        ...(await entry),
        ...more,
      })),
    );
  } catch (error) {
    throw readFailure(error, "the large objects");
  }
}

/** A backup of everything holds them; that a comparison of structures does not is no news of it. */
export function withoutHeld(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    ({ code, object }) => code !== "CATALOG.NOT_MODELLED" || object !== "large objects",
  );
}
