/**
 * A TypeScript or JavaScript migration: `export async function up(db)`, in one transaction with its ledger row. What
 * it does to the database, it does through `db`; it can neither commit nor end the transaction.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { DataUnit } from "../../../plan/plan.ts";
import { ConnectionLost, ServerError, type Session } from "../../../ports/database.ts";
import type { MigrationDatabase, MigrationTools } from "../backfill/tools.ts";
import { discardSession, recordApplied, resetSession } from "../ledger/record.ts";
import type { ApplyContext } from "./context.ts";
import { statementFailure } from "./failure.ts";
import { asDataFailure, ended, tornOff } from "./data-failure.ts";
import { retryLocks } from "./retry.ts";
import { rollBack, transactionSettings } from "./transaction.ts";

export type MigrationFunction = (
  database: MigrationDatabase,
  tools: MigrationTools,
) => Promise<void>;

export async function runData(
  context: ApplyContext,
  session: Session,
  unit: DataUnit,
): Promise<void> {
  const up = await loadUp(context, unit);
  if (up.length > 1) {
    const { runWithTools } = await import("../backfill/with-tools.ts");
    await runWithTools({ context, session, unit, up });
    return;
  }
  await retryLocks(() => attempt(context, session, unit, up), {
    clock: context.clock,
    retriesMax: context.settings.lockRetries,
    signal: context.signal,
    onRetry: (error, attempts, pauseMs) => {
      const message = `${unit.identity.id}: ${error.message}; attempt ${attempts + 1} in ${pauseMs} ms`;
      context.progress({ event: "lock.retry", message, data: { id: unit.identity.id, attempts } });
    },
  });
}

/** As the module exports it; how many parameters it names says whether it takes the tools. */
type Up = (database: MigrationDatabase, tools?: MigrationTools) => unknown;

async function loadUp(context: ApplyContext, unit: DataUnit): Promise<Up> {
  const where = { file: unit.identity.path };
  const exported = await context.loadModule(unit.identity.path).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LockstepError("DEPLOY.DATA_FAILED", `it can't be loaded: ${why}`, { where, cause });
  });
  const up = upOf(exported);
  if (up !== undefined) return up;
  throw new LockstepError(
    "DEPLOY.DATA_UNSUPPORTED",
    `${unit.identity.path} exports no function named up`,
    { where },
  );
}

function upOf(exported: unknown): Up | undefined {
  if (typeof exported !== "object" || exported === null || !("up" in exported)) return undefined;
  const { up } = exported;
  // What a function takes and gives is its author's word.
  return typeof up === "function" ? (up as Up) : undefined;
}

async function attempt(
  context: ApplyContext,
  session: Session,
  unit: DataUnit,
  up: Up,
): Promise<void> {
  const { record } = context;
  try {
    await session.script(["begin", ...transactionSettings(context, session, unit)].join(";\n"));
    await callUp(session, unit, up);
    const entry = recordApplied(record, {
      identity: unit.identity,
      provenance: "deployed",
      event: "applied",
      includesUpTo: undefined,
      ...context.contentOf(unit.identity.id),
    });
    await session.script([...resetSession, entry, "commit", ...discardSession].join(";\n"));
  } catch (error) {
    if (!(error instanceof ConnectionLost)) await rollBack(session);
    throw error instanceof ServerError && error.sqlState !== "55P03" && error.sqlState !== "40P01"
      ? statementFailure(error, undefined).with({ where: { file: unit.identity.path } })
      : error;
  }
}

async function callUp(session: Session, unit: DataUnit, up: Up): Promise<void> {
  let isOpen = true;
  const database: MigrationDatabase = {
    query: async (text, values) => {
      if (!isOpen) throw ended(unit);
      const rows = await session.query(text, values);
      if (session.transaction === "idle") throw tornOff(unit);
      return { rows };
    },
  };
  try {
    await asDataFailure(unit, async () => await up(database));
  } finally {
    isOpen = false;
  }
}
