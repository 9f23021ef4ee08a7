/**
 * A TypeScript or JavaScript migration: `export async function up(db)`, in one transaction with its ledger row. What
 * it does to the database, it does through `db`; it can neither commit nor end the transaction.
 */
import type { DataUnit } from "../../../plan/plan.ts";
import { ConnectionLost, type Session } from "../../../ports/database.ts";
import type { MigrationDatabase, MigrationTools } from "../backfill/tools.ts";
import { discardSession, recordApplied, resetSession } from "../ledger/record.ts";
import type { ApplyContext } from "./context.ts";
import { statementFailure } from "./failure.ts";
import { asDataFailure, ended, tornOff } from "./data-failure.ts";
import { isRefusal, retryLocks } from "./retry.ts";
import { rollBack, transactionSettings } from "./transaction.ts";
import type { Up } from "./ups.ts";

export type MigrationFunction = (
  database: MigrationDatabase,
  tools: MigrationTools,
) => Promise<void>;

export async function runData(
  context: ApplyContext,
  session: Session,
  { unit, up }: { readonly unit: DataUnit; readonly up: Up },
): Promise<void> {
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
    await session.script([...resetSession, ...entry, "commit", ...discardSession].join(";\n"));
  } catch (error) {
    if (!(error instanceof ConnectionLost)) await rollBack(session);
    throw isRefusal(error)
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
