/**
 * A migration in TypeScript that takes the tools: its batches each in a transaction of its own, what it does besides in
 * one more, which ends with the migration's record. That one may only write after the last batch: what came before a
 * batch would be done again when the migration is gone on with.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { DataUnit } from "../../../plan/plan.ts";
import { ConnectionLost, type Session } from "../../../ports/database.ts";
import type { ApplyContext } from "../apply/context.ts";
import { asDataFailure, ended, tornOff } from "../apply/data-failure.ts";
import { statementFailure } from "../apply/failure.ts";
import { isRefusal } from "../apply/retry.ts";
import { rollBack, transactionSettings } from "../apply/transaction.ts";
import { clearJournal } from "../ledger/journal.ts";
import { discardSession, recordApplied, resetSession } from "../ledger/record.ts";
import { migrationTools, type MigrationDatabase, type MigrationTools } from "./tools.ts";

export interface ToolsRun {
  readonly context: ApplyContext;
  readonly session: Session;
  readonly unit: DataUnit;
  readonly up: (database: MigrationDatabase, tools: MigrationTools) => unknown;
}

export async function runWithTools(run: ToolsRun): Promise<void> {
  const { context, session, unit, up } = run;
  const startedMs = context.clock.monotonicMs();
  let isOpen = true;
  const begin = async (): Promise<void> => {
    if (session.transaction !== "idle") return;
    await session.script(["begin", ...transactionSettings(context, session, unit)].join(";\n"));
  };
  const database: MigrationDatabase = {
    query: async (text, values) => {
      if (!isOpen) throw ended(unit);
      await begin();
      const rows = await session.query(text, values);
      if (session.transaction === "idle") throw tornOff(unit);
      return { rows };
    },
  };
  const tools = migrationTools({
    ...{ context, session, unit },
    beforeBatch: () => endReading(session, unit),
    databaseOf: () => batchDatabase(session, unit),
  });
  try {
    await asDataFailure(unit, async () => await up(database, tools));
    isOpen = false;
    await begin();
    const durationMs = Math.round(context.clock.monotonicMs() - startedMs);
    await session.script(endOf(run, durationMs).join(";\n"));
  } catch (error) {
    if (!(error instanceof ConnectionLost)) await rollBack(session);
    if (!isRefusal(error)) throw error;
    throw statementFailure(error, undefined).with({ where: { file: unit.identity.path } });
  } finally {
    isOpen = false;
  }
}

function endOf({ context, unit }: ToolsRun, durationMs: number): readonly string[] {
  const { id } = unit.identity;
  const entry = recordApplied(context.record, {
    identity: unit.identity,
    provenance: "deployed",
    event: "applied",
    includesUpTo: undefined,
    durationSql: String(durationMs),
    ...context.contentOf(id),
  });
  const cleared = clearJournal(context.record, { unitId: id, direction: "up" });
  return [...resetSession, ...entry, cleared, "commit", ...discardSession];
}

function batchDatabase(session: Session, unit: DataUnit): MigrationDatabase {
  return {
    query: async (text, values) => {
      if (session.transaction === "idle") throw tornOff(unit);
      return { rows: await session.query(text, values) };
    },
  };
}

/** What was only read is let go; what was written would be written again. */
async function endReading(session: Session, unit: DataUnit): Promise<void> {
  if (session.transaction === "idle") return;
  const [row] = await session.query(
    "select pg_catalog.pg_current_xact_id_if_assigned() is not null as written",
  );
  if (row?.["written"] !== true) {
    await session.script("commit");
    return;
  }
  throw new LockstepError(
    "DEPLOY.DATA_UNSUPPORTED",
    `${unit.identity.id} writes before it calls batch(): gone on with after a crash, it would write again`,
    {
      where: { file: unit.identity.path },
      next: "Write after the last batch, or in a migration of its own before this one.",
    },
  );
}
