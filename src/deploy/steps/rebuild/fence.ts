/**
 * Keeps writers away from the old database while it is copied: a lock on every table that readers do not notice and
 * that writers wait for. It belongs to one transaction, whose snapshot is what is copied; when that session ends, for
 * whatever reason, everybody goes on as if nothing had been.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { TableFacts } from "../../../data/tables.ts";
import { textOf } from "../../../ledger/row.ts";
import type { Clock } from "../../../ports/clock.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import { isLockFailure } from "../apply/retry.ts";
import type { TableShape } from "../data/inventory.ts";
import { exportSnapshot, type DataSnapshot } from "../data/snapshot.ts";
import { largeObjectPages } from "./large-objects.ts";

export interface FenceRequest {
  readonly leader: Session;
  readonly tables: readonly TableFacts[];
  /** Whether writers of large objects are kept away too. */
  readonly largeObjects: boolean;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Whoever wants to write waits behind us while we wait, so each try is short and others get their turn between. */
const tryMs = 2_000;
const pauseMs = 500;

/** The leader is in its transaction and holds every table against changes of its structure: see readers.ts. */
export async function raiseFence(request: FenceRequest): Promise<DataSnapshot> {
  const { leader, clock, timeoutMs, signal } = request;
  const giveUpAt = clock.monotonicMs() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      await lockAll(request);
      return await exportSnapshot(leader);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      await leader.script("rollback to savepoint fence; release savepoint fence");
      if (error.sqlState === "42501") throw denied(error);
      if (!isLockFailure(error)) throw error;
      if (clock.monotonicMs() > giveUpAt) throw await timedOut(request, error);
      await clock.sleep(pauseMs, signal);
    }
  }
}

async function lockAll({ leader, tables, largeObjects }: FenceRequest): Promise<void> {
  await leader.script(`savepoint fence; set local lock_timeout = ${tryMs}`);
  for (let at = 0; at < tables.length; at += tablesPerStatement) {
    const names = tables
      .slice(at, at + tablesPerStatement)
      .map(
        (table) =>
          `${table.isPartitioned ? "" : "only "}${quoteQualifiedName(table.schema, table.name)}`,
      );
    await leader.script(`lock table ${names.join(", ")} in share mode`);
  }
  if (largeObjects) await leader.script(`lock table ${largeObjectPages} in share mode`);
  // A snapshot can't be exported from within a savepoint.
  await leader.script("release savepoint fence");
}

const tablesPerStatement = 200;

async function timedOut(
  { leader, tables }: FenceRequest,
  cause: ServerError,
): Promise<LockstepError> {
  const rows = await leader.query(
    `select distinct pg_catalog.format('process %s (%s, %s, %s) holds %s of %s', a.pid, a.usename,
      a.application_name, a.state, l.mode, l.relation::pg_catalog.regclass) as who
    from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
    where l.relation = any ($1::oid[]) and l.granted and a.pid <> pg_catalog.pg_backend_pid()
      and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareRowExclusiveLock',
        'ExclusiveLock', 'AccessExclusiveLock') limit 5`,
    [tables.map(({ oid }) => String(oid))],
  );
  return new LockstepError("REBUILD.FENCE_TIMEOUT", "the tables could not be locked in time", {
    notes: rows.map((row) => textOf(row, "who")),
    cause,
  });
}

function denied(cause: ServerError): LockstepError {
  return new LockstepError("REBUILD.DENIED", cause.message, { sqlState: cause.sqlState, cause });
}

/** The transaction is the same one: nobody has written since. */
export async function assertFence(leader: Session): Promise<void> {
  if (await isHeld(leader)) return;
  throw new LockstepError("REBUILD.FENCE_LOST", "the session that kept writers away is gone");
}

export async function isHeld(leader: Session): Promise<boolean> {
  if (leader.transaction !== "open") return false;
  return await leader.query("select 1").then(
    () => true,
    () => false,
  );
}

/** Tables can be made while others are locked, and altered before they are; they were not copied as they are now. */
export function refuseChanged(
  before: ReadonlyMap<number, TableShape>,
  now: ReadonlyMap<number, TableShape>,
): void {
  const changed = [...now].filter(([oid, { label, columns }]) => {
    const was = before.get(oid);
    return was?.label !== label || was.columns !== columns;
  });
  const gone = [...before].filter(([oid]) => !now.has(oid));
  const names = [...changed, ...gone].map(([, { label }]) => label);
  if (names.length === 0) return;
  const message = `made, changed or dropped while the rebuild was at work: ${names.join(", ")}`;
  throw new LockstepError("REBUILD.FENCE_LOST", message);
}
