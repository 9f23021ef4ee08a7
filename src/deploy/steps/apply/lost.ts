/**
 * The connection was lost while a segment was under way: whether it happened is looked up in the ledger, once the
 * old server process is gone, and never guessed. If it did, the deploy carries on with a new session.
 */
import { LockstepError } from "../../../core/errors.ts";
import { booleanOf, textOf } from "../../../ledger/row.ts";
import type { LedgerEventKind } from "../../../ledger/events.ts";
import type { PlannedUnit, UnitIdentity } from "../../../plan/plan.ts";
import { ConnectionLost, type Session } from "../../../ports/database.ts";
import { connectPatiently } from "../connect.ts";
import { ownQueries } from "../own-queries.ts";
import { workOptions } from "../work-session.ts";
import type { ApplyContext, WorkSession } from "./context.ts";
import { endLeftovers } from "../leftovers.ts";
import { remedyOf } from "../remedies.ts";

export interface Loss {
  readonly context: ApplyContext;
  readonly work: WorkSession;
  readonly identity: UnitIdentity;
  readonly direction: "up" | "down";
  /** Which part was under way; undefined for the last, which records the unit as a whole. */
  readonly ordinal: number | undefined;
  /** It ran outside a transaction. */
  readonly alone: boolean;
  /** What this deploy has committed before. */
  readonly whole: readonly PlannedUnit[];
  readonly error: ConnectionLost;
}

/** Also of a session that is given up. */
type Cut = Omit<Loss, "error"> & { readonly error: Error };

/** Returns when the segment is done after all; throws with what is known when not. */
export async function lookAfterLoss(loss: Loss): Promise<void> {
  const { context, work, error } = loss;
  const session = await reconnect(loss);
  work.current = session;
  await endLeftovers(ownQueries(session), [context.record.deploymentId], context.clock);
  await refuseOtherServer(ownQueries(session), loss);
  if (await isRecorded(ownQueries(session), loss)) {
    const message = `${loss.identity.id}: the connection was lost, and the ledger says that it is done`;
    context.progress({ event: "connection.recovered", message });
    return;
  }
  const isInDoubt = loss.alone && loss.identity.kind !== "seed";
  throw lostError(loss, error, {
    isInDoubt,
    notes: [
      isInDoubt
        ? "The statement was cut off; the next deploy looks up whether it took effect."
        : "Looked up after connecting again: its transaction was not committed.",
    ],
  });
}

/**
 * Behind one address another server may answer by now. A standby still follows, and may yet hear of what is looked up;
 * one that was promoted before it had heard of all commits will never know them, and they are not told as done.
 */
async function refuseOtherServer(session: Session, loss: Loss): Promise<void> {
  const { context, identity, error } = loss;
  const [row] = await session.query(
    `select pg_catalog.pg_is_in_recovery() as in_recovery,
      pg_catalog.to_regclass('lockstep.events') is not null as has_ledger`,
  );
  const isStandby = row !== undefined && booleanOf(row, "in_recovery");
  const hasLedger = row !== undefined && booleanOf(row, "has_ledger");
  const absent = hasLedger ? await absentOf(session, loss) : loss.whole.map(idOf);
  if (!isStandby && hasLedger && absent.length === 0) return;
  const what =
    absent.length > 0 ? `lacks ${absent.join(", ")}` : hasLedger ? "is a standby" : "has no ledger";
  throw new LockstepError(
    "DEPLOY.OTHER_SERVER",
    `the connection was lost while ${identity.id} ran, and the server that answers now ${what}`,
    {
      where: { file: identity.path },
      notes: isStandby ? ["It is a standby: it may still hear of more."] : [],
      data: { otherServer: true, absent, deploymentId: context.record.deploymentId },
      cause: error,
    },
  );
}

/** Every unit leaves an event, a seed and a way back too. */
async function absentOf(session: Session, { context, whole }: Loss): Promise<readonly string[]> {
  const rows = await session.query(
    `select id from pg_catalog.unnest($1::text[]) with ordinality as done (id, place)
    where not exists (select from lockstep.events e
      where e.scope = $2 and e.migration_id = done.id and e.deployment_id = $3)
    order by place`,
    [whole.map(idOf), context.record.scope, context.record.deploymentId],
  );
  return rows.map((row) => textOf(row, "id"));
}

function idOf({ identity }: PlannedUnit): string {
  return identity.id;
}

async function reconnect(loss: Cut): Promise<Session> {
  const { context, error } = loss;
  try {
    return await connectPatiently({
      database: context.database,
      options: workOptions(
        context.record.deploymentId,
        context.settings.settings,
        context.settings.statementTimeoutMs,
      ),
      clock: context.clock,
      progress: context.progress,
      retryForMs: 10_000,
      signal: context.signal,
    });
  } catch (failure) {
    throw lostError(loss, error, {
      isInDoubt: true,
      notes: [
        "Connecting again failed, so whether it was committed is not known.",
        ...(failure instanceof Error ? [failure.message] : []),
      ],
    });
  }
}

/**
 * Whether the unit is done although the server refused its last message: then what cleans the session up behind COMMIT
 * failed (DISCARD TEMP of more temporary tables than the server has locks for), and another session takes its place.
 */
export async function isDoneDespite(loss: Omit<Loss, "error">, error: unknown): Promise<boolean> {
  const isRefused = error instanceof LockstepError && error.code === "DEPLOY.STATEMENT_FAILED";
  if (!isRefused || loss.ordinal !== undefined) return false;
  const { context, work, identity } = loss;
  const left = work.current;
  if (!(await isRecorded(ownQueries(left), loss).catch(() => false))) return false;
  work.current = await reconnect({ ...loss, error });
  await left.close();
  const message = `${identity.id} is applied; its session could not be cleaned up, so another takes its place`;
  context.progress({ event: "connection.recovered", message });
  return true;
}

/** Whether the ledger says that this deployment did it. */
export async function isRecorded(
  session: Session,
  loss: Pick<Loss, "identity" | "direction" | "ordinal"> & {
    readonly context: Pick<ApplyContext, "record">;
  },
): Promise<boolean> {
  const { scope, deploymentId } = loss.context.record;
  const { direction, ordinal } = loss;
  const { id } = loss.identity;
  if (ordinal !== undefined) {
    const [row] = await session.query(
      `select exists (select from lockstep.statements where scope = $1 and migration_id = $2 and direction = $3
        and ordinal = $4 and state = 'done' and deployment_id = $5) as recorded`,
      [scope, id, direction, ordinal, deploymentId],
    );
    return row !== undefined && booleanOf(row, "recorded");
  }
  const [row] = await session.query(
    `select exists (select from lockstep.events where scope = $1 and migration_id = $2
      and deployment_id = $3 and event = $4) as recorded`,
    [scope, id, deploymentId, doneEvent(loss)],
  );
  return row !== undefined && booleanOf(row, "recorded");
}

function doneEvent({ identity, direction }: Pick<Loss, "identity" | "direction">): LedgerEventKind {
  if (identity.kind === "seed") return "seeded";
  return direction === "up" ? "applied" : "reverted";
}

function lostError(
  loss: Pick<Loss, "identity">,
  error: Error,
  details: { readonly isInDoubt: boolean; readonly notes: readonly string[] },
): LockstepError {
  const lastWords = error instanceof ConnectionLost ? error.lastWords : undefined;
  const remedy = lastWords === undefined ? undefined : remedyOf(lastWords.sqlState);
  const said = lastWords === undefined ? "" : ` (the server said: ${lastWords.message})`;
  return new LockstepError(
    "DEPLOY.CONNECTION_LOST",
    `the connection was lost while ${loss.identity.id} ran${said}`,
    {
      where: { file: loss.identity.path },
      notes: details.notes,
      ...(remedy === undefined ? {} : { next: `${remedy}, then: lockstep deploy` }),
      data: details.isInDoubt ? { inDoubt: true } : {},
      cause: error,
    },
  );
}
