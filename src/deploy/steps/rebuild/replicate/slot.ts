/**
 * The changes of the old database since one moment: a replication slot that belongs to one session and is gone with it,
 * however that ends, and a publication that says which tables it tells of. Whoever is killed leaves no slot that keeps
 * the server's log from being removed; the publication, which costs nothing, is dropped by the next run.
 */
import { ownPublicationMark } from "../../../../catalog/own-publication.ts";
import { LockstepError } from "../../../../core/errors.ts";
import type { ReplicaIdentity } from "../../../../data/replicable.ts";
import type { TableFacts } from "../../../../data/tables.ts";
import { booleanOf, numberOf, optionalTextOf, textOf } from "../../../../ledger/row.ts";
import type { Clock } from "../../../../ports/clock.ts";
import {
  ServerError,
  type Database,
  type MessagePiece,
  type Session,
} from "../../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../../sql/quote.ts";
import { copySession } from "../../backup/sessions.ts";

const publication = "lockstep_rebuild";

/** Before anything is made: whether the server can, and the role may. */
export async function refuseReplication(session: Session, encoding: string): Promise<void> {
  const [row = {}] = await session.query(
    `select pg_catalog.current_setting('wal_level') as level, r.rolsuper or r.rolreplication as may,
      (select pg_catalog.count(*) from pg_catalog.pg_replication_slots)
        < pg_catalog.current_setting('max_replication_slots')::int4 as slots,
      (select pg_catalog.count(*) from pg_catalog.pg_stat_replication)
        < pg_catalog.current_setting('max_wal_senders')::int4 as senders,
      pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create') as creates
    from pg_catalog.pg_roles r where r.rolname = current_user`,
  );
  const level = textOf(row, "level");
  if (level !== "logical") {
    throw new LockstepError("REBUILD.REPLICATION", `the server's wal_level is ${level}`);
  }
  for (const [column, setting] of limits) {
    if (booleanOf(row, column)) continue;
    throw new LockstepError("REBUILD.REPLICATION", `all that ${setting} allows are in use`);
  }
  if (encoding !== "UTF8") {
    const message = `the database's encoding is ${encoding}, and changes are read in UTF8`;
    throw new LockstepError("REBUILD.REPLICATION", message, {
      next: "Leave --replicate out.",
    });
  }
  if (booleanOf(row, "may") && booleanOf(row, "creates")) return;
  throw new LockstepError(
    "REBUILD.DENIED",
    "the role may not read the database's changes, or not make a publication in it",
    { next: "ALTER ROLE ... REPLICATION, and GRANT CREATE ON DATABASE; or use a superuser." },
  );
}

const limits = [
  ["slots", "max_replication_slots"],
  ["senders", "max_wal_senders"],
] as const;

export async function readIdentities(session: Session): Promise<readonly ReplicaIdentity[]> {
  const rows = await session.query(
    `select c.oid::int8 as oid, c.relpersistence = 'p' as logged, coalesce((
        select pg_catalog.array_agg(a.attname::text order by a.attnum)
        from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid
          and a.attnum = any (i.indkey::int2[])
        where i.indrelid = c.oid and i.indisvalid
          and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident
            when 'f' then i.indisprimary else false end), '{}') as columns,
      exists (select from pg_catalog.pg_partition_tree(c.oid) p
        join pg_catalog.pg_class l on l.oid = p.relid
        where l.relreplident <> 'd' or l.relpersistence <> 'p') and c.relkind = 'p' as mixed
    from pg_catalog.pg_class c where c.relkind in ('r', 'p') and not c.relispartition`,
  );
  return rows.map((row) => ({
    table: numberOf(row, "oid"),
    columns:
      booleanOf(row, "mixed") || !Array.isArray(row["columns"]) ? [] : row["columns"].map(String),
    isLogged: booleanOf(row, "logged"),
  }));
}

export async function makePublication(
  session: Session,
  tables: readonly TableFacts[],
): Promise<void> {
  const names = tables.map(
    (table) =>
      `${table.isPartitioned ? "" : "only "}${quoteQualifiedName(table.schema, table.name)}`,
  );
  const which = names.length === 0 ? "" : ` for table ${names.join(", ")}`;
  const name = quoteIdentifier(publication);
  try {
    await session.script(
      [
        "begin",
        `create publication ${name}${which} with (publish_via_partition_root = true)`,
        `comment on publication ${name} is ${quoteLiteral(ownPublicationMark)}`,
        "commit",
      ].join(";\n"),
    );
  } catch (error) {
    await session.script("rollback").catch(() => undefined);
    if (!(error instanceof ServerError)) throw error;
    const code = error.sqlState === "42501" ? "REBUILD.DENIED" : "REBUILD.FAILED";
    throw new LockstepError(code, error.message, { sqlState: error.sqlState, cause: error });
  }
}

/** Only what a rebuild made. */
export async function dropPublication(session: Session): Promise<void> {
  const [row] = await session.query(
    `select pg_catalog.obj_description(oid, 'pg_publication') as mark
    from pg_catalog.pg_publication where pubname = $1`,
    [publication],
  );
  if (row === undefined) return;
  if (optionalTextOf(row, "mark") !== ownPublicationMark) {
    const message = `there is a publication ${publication} that no rebuild made`;
    throw new LockstepError("REBUILD.NAME_TAKEN", message);
  }
  await session.script(`drop publication ${quoteIdentifier(publication)}`);
}

export interface ChangeStream {
  /** What the rows are copied of; it can be adopted until the changes are followed. */
  readonly snapshot: string;
  /** Changes since then in the order of their commits, packet by packet, for as long as they are read. */
  readonly follow: () => AsyncIterable<readonly MessagePiece[]>;
  readonly close: () => Promise<void>;
}

export interface StreamRequest {
  readonly clock: Clock;
  /** How long transactions are waited for that began before. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export async function openChanges(
  database: Database,
  request: StreamRequest,
): Promise<ChangeStream> {
  const options = copySession("rebuild");
  const session = await database.connect({
    ...options,
    settings: { ...options.settings, replication: "database" },
  });
  try {
    if (session.server.refusedSettings.includes("replication")) {
      const message = "the connection goes through a pooler, which does not hand changes on";
      const next = "Give the server's own address, or leave --replicate out.";
      throw new LockstepError("REBUILD.REPLICATION", message, { next });
    }
    const confirms = !(await hasSynchronousStandbys(session));
    const slot = quoteIdentifier(`lockstep_rebuild_${session.server.backendPid}`);
    const snapshot = await createSlot(session, slot, request);
    const options = `proto_version '1', messages 'true', publication_names ${quoteLiteral(quoteIdentifier(publication))}`;
    const statement = `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (${options})`;
    return {
      snapshot,
      follow: () => session.follow(statement, confirms),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** What is confirmed could count as a standby's word for a commit, where any standby's does. */
async function hasSynchronousStandbys(session: Session): Promise<boolean> {
  const [result] = await session.script(
    "select pg_catalog.current_setting('synchronous_standby_names') <> '' as has",
  );
  return booleanOf(result?.rows[0] ?? {}, "has");
}

/** Of the messages that we put into the log. */
export const markPrefix = "lockstep rebuild";

async function createSlot(
  session: Session,
  slot: string,
  { clock, timeoutMs, signal }: StreamRequest,
): Promise<string> {
  const statement = `CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT`;
  const over = new AbortController();
  const stop = (): void => void session.cancel().catch(() => undefined);
  signal?.addEventListener("abort", stop);
  void clock.sleep(timeoutMs, over.signal).then(stop, () => undefined);
  try {
    const [result] = await session.script(statement);
    return textOf(result?.rows[0] ?? {}, "snapshot_name");
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ServerError)) throw error;
    const details = { sqlState: error.sqlState, cause: error };
    if (error.sqlState === "57014") {
      const message = "transactions that began before did not end in time";
      throw new LockstepError("REBUILD.FENCE_TIMEOUT", message, details);
    }
    throw new LockstepError("REBUILD.REPLICATION", error.message, details);
  } finally {
    over.abort();
    signal?.removeEventListener("abort", stop);
  }
}
