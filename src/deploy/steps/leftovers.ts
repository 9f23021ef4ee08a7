/**
 * Server processes of deploys that are over: a client that was killed leaves its statement running for a moment, or,
 * past a pooler, for longer. What it does must be over before anybody looks what happened. Only processes that carry
 * the id of a deployment of this scope are touched, and only by whoever holds its lock.
 */
import { LockstepError } from "../../core/errors.ts";
import { numberOf } from "../../ledger/row.ts";
import type { Clock } from "../../ports/clock.ts";
import { ServerError, type Session } from "../../ports/database.ts";

/** They notice by themselves within a second, most of the time. */
const patienceMs = 2_000;
const limitMs = 30_000;

export async function endLeftovers(
  session: Session,
  deploymentIds: readonly string[],
  clock: Clock,
): Promise<void> {
  if (deploymentIds.length === 0) return;
  const startedAt = clock.monotonicMs();
  for (;;) {
    const pids = await leftovers(session, deploymentIds);
    if (pids.length === 0) return;
    const waitedMs = clock.monotonicMs() - startedAt;
    if (waitedMs > limitMs) throw stuck(pids);
    if (waitedMs > patienceMs) {
      await endProcesses(session, pids);
    }
    await clock.sleep(100);
  }
}

/** Of another role, the one may be that ours may not end; it may end by itself. */
async function endProcesses(session: Session, pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    await session
      .query("select pg_catalog.pg_terminate_backend($1)", [pid])
      .catch((error: unknown) => {
        if (!(error instanceof ServerError) || error.sqlState !== "42501") throw error;
      });
  }
}

async function leftovers(
  session: Session,
  deploymentIds: readonly string[],
): Promise<readonly number[]> {
  const rows = await session.query(
    `select pid from pg_catalog.pg_stat_activity
    where datname = pg_catalog.current_database() and pid <> pg_catalog.pg_backend_pid()
      and application_name = any ($1)`,
    [deploymentIds.map((id) => `lockstep ${id}`)],
  );
  return rows.map((row) => numberOf(row, "pid"));
}

function stuck(pids: readonly number[]): LockstepError {
  return new LockstepError(
    "DEPLOY.LEFTOVER",
    `a server process of an earlier deploy (pid ${pids.join(", ")}) is still at work and does not end`,
    { data: { pids: [...pids] } },
  );
}
