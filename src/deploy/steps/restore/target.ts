/** Whether a database can be restored into: all refusals come before the first change. */
import type { Manifest } from "../../../backup/manifest.ts";
import type { Catalog, Fact } from "../../../catalog/fact.ts";
import type { CatalogFilter } from "../../../catalog/filter.ts";
import { LockstepError } from "../../../core/errors.ts";
import { booleanOf, textOf } from "../../../ledger/row.ts";
import { ledgerVersion } from "../../../ledger/schema.ts";
import type { Session } from "../../../ports/database.ts";
import { everyOwner, type BackupPorts } from "../backup/ports.ts";
import { journalSchema, restoreBegun } from "./journal.ts";

/** The restored part, with every owner named. */
export const restoreFilter: Partial<CatalogFilter> = {
  ...everyOwner,
  exceptSchemas: [journalSchema],
};

/** Of the database that is restored into; any number that nobody else uses. */
const lockKey = "7310587431187436148";

/** Resolves to whether this backup's restore was begun here before. The session keeps its share of the lock. */
export async function inspectTarget(
  ports: BackupPorts,
  session: Session,
  manifest: Manifest,
): Promise<"empty" | "begun"> {
  refuseServer(session, manifest);
  await takeLock(ports, session);
  await refuseEncoding(session, manifest);
  await refuseRoles(session, manifest);
  const begun = await restoreBegun(session);
  if (begun === manifest.id) return "begun";
  if (begun !== undefined) {
    throw new LockstepError(
      "RESTORE.OTHER_BACKUP",
      `a restore of the backup ${begun} is half done`,
    );
  }
  await refuseContentOf(ports, session);
  return "empty";
}

function refuseServer(session: Session, manifest: Manifest): void {
  const { major } = session.server;
  if (major < manifest.server.major) {
    throw new LockstepError(
      "RESTORE.OLDER_SERVER",
      `the backup is of PostgreSQL ${manifest.server.major}, the target is PostgreSQL ${major}`,
    );
  }
  const { ledgerVersion: version } = manifest;
  if (version !== null && version > ledgerVersion) {
    throw new LockstepError(
      "RESTORE.NEWER_LEDGER",
      `the backup's ledger is of version ${version}, this lockstep knows up to ${ledgerVersion}`,
    );
  }
}

/** What is left of a killed restore ends within a second or two: the server looks whether its client is there. */
const leftoversMs = 10_000;

/**
 * Every session of a restore has a share of the lock, and a restore begins when nobody has any: a session of one that
 * was killed may still be committing its last step.
 */
export async function takeLock(
  { clock }: Pick<BackupPorts, "clock">,
  session: Session,
): Promise<void> {
  const giveUpAt = clock.monotonicMs() + leftoversMs;
  for (;;) {
    const [row = {}] = await session.query(
      `select pg_catalog.pg_try_advisory_lock(${lockKey}) as taken`,
    );
    if (booleanOf(row, "taken")) break;
    if (clock.monotonicMs() > giveUpAt) {
      throw new LockstepError("RESTORE.BUSY", "another restore is working on this database");
    }
    await clock.sleep(100);
  }
  await shareLock(session);
  await session.query(`select pg_catalog.pg_advisory_unlock(${lockKey})`);
}

export async function shareLock(session: Session): Promise<void> {
  await session.query(`select pg_catalog.pg_advisory_lock_shared(${lockKey})`);
}

async function refuseEncoding(session: Session, { server }: Manifest): Promise<void> {
  const [row = {}] = await session.query(
    "select pg_catalog.current_setting('server_encoding') as encoding",
  );
  const encoding = textOf(row, "encoding");
  if (server.encoding !== "SQL_ASCII" || encoding === "SQL_ASCII") return;
  throw new LockstepError(
    "RESTORE.ENCODING",
    `the backup is of a database in SQL_ASCII, the target is in ${encoding}`,
  );
}

async function refuseRoles(session: Session, { roles }: Manifest): Promise<void> {
  const missing = await missingRoles(session, roles);
  if (missing.length === 0) return;
  const many = missing.length === 1 ? "a role is" : `${missing.length} roles are`;
  const message = `${many} missing: ${missing.slice(0, 20).join(", ")}`;
  throw new LockstepError("RESTORE.ROLES", message, { data: { roles: missing } });
}

export async function missingRoles(
  session: Session,
  roles: readonly string[],
): Promise<readonly string[]> {
  const rows = await session.query(
    `select name from pg_catalog.unnest($1::text[]) wanted(name)
    where not exists (select from pg_catalog.pg_roles where rolname = wanted.name) order by 1`,
    [roles],
  );
  return rows.map((row) => textOf(row, "name"));
}

export type ContentPorts = Pick<BackupPorts, "readCatalog">;

export async function refuseContentOf(ports: ContentPorts, session: Session): Promise<void> {
  await refuseContent(session, await ports.readCatalog(session, restoreFilter));
}

async function refuseContent(session: Session, catalog: Catalog): Promise<void> {
  const own = [...catalog.facts.values()].filter((fact) => !isInitial(fact, catalog));
  const [row = {}] = await session.query(
    "select pg_catalog.to_regnamespace('lockstep') is not null as has_ledger",
  );
  const names = own.slice(0, 5).map(({ id }) => id);
  if (booleanOf(row, "has_ledger")) names.push("lockstep's ledger");
  if (names.length === 0) return;
  const more = own.length > 5 ? ` and ${own.length - 5} more` : "";
  const message = `the target is not empty: ${names.join(", ")}${more}`;
  throw new LockstepError("RESTORE.NOT_EMPTY", message);
}

/** What every new database has: the schema public and PL/pgSQL, with what is attached to them. */
function isInitial(fact: Fact, catalog: Catalog): boolean {
  if (fact.id === "schema:public" || fact.id === "extension:plpgsql") return true;
  const parent = fact.parent === undefined ? undefined : catalog.facts.get(fact.parent);
  const isAttached = fact.kind === "grant" || fact.kind === "comment";
  return isAttached && parent !== undefined && isInitial(parent, catalog);
}
