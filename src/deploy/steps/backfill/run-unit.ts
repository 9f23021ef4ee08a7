/** A backfill as one unit of a deploy: all batches, then its own question whether it is done, then its record. */
import { LockstepError } from "../../../core/errors.ts";
import type { BackfillUnit } from "../../../plan/plan.ts";
import type { Row, Session } from "../../../ports/database.ts";
import type { ApplyContext } from "../apply/context.ts";
import { clearJournal } from "../ledger/journal.ts";
import { recordApplied } from "../ledger/record.ts";
import { ledgerTransaction } from "../ledger/transaction.ts";
import { describeProgress, runBackfill } from "./runner.ts";
import { statementBackfill } from "./statement.ts";
import type { BackfillState } from "./state.ts";

export async function runBackfillUnit(
  context: ApplyContext,
  session: Session,
  unit: BackfillUnit,
): Promise<void> {
  const startedMs = context.clock.monotonicMs();
  const state = await runBackfill(
    context,
    session,
    await statementBackfill(context, session, unit),
  );
  for (const query of unit.verify) await verify(session, unit, query);
  const durationMs = Math.round(context.clock.monotonicMs() - startedMs);
  await ledgerTransaction(session, context, [
    ...recordApplied(context.record, {
      identity: unit.identity,
      provenance: "deployed",
      event: "applied",
      includesUpTo: undefined,
      durationSql: String(durationMs),
      ...context.contentOf(unit.identity.id),
      detail: detailOf(state),
    }),
    clearJournal(context.record, { unitId: unit.identity.id, direction: "up" }),
  ]);
  const message = `${unit.identity.id}: ${describeProgress({ ...state, estimate: undefined })}, done`;
  context.progress({
    event: "backfill.done",
    message,
    data: { id: unit.identity.id, rows: state.rows },
  });
}

function detailOf({ batches, rows }: BackfillState): {
  readonly batches: number;
  readonly rows: number;
} {
  return { batches, rows };
}

/** No row, or one that is true, is well. */
async function verify(session: Session, unit: BackfillUnit, query: string): Promise<void> {
  const rows = await session.query(query);
  const [first, ...others] = rows;
  const isTrue =
    first !== undefined &&
    others.length === 0 &&
    Object.values(first).every((value) => value === true);
  if (first === undefined || (isTrue && Object.keys(first).length === 1)) return;
  const { id, path } = unit.identity;
  throw new LockstepError(
    "BACKFILL.VERIFY",
    `${id}: every row was reached, and its check fails: ${query}`,
    {
      where: { file: path },
      notes: rows.slice(0, 5).map(shown),
      data: { id, rows: rows.length },
      next: `Look at those rows. To go through the table again: lockstep backfill restart ${id}, then lockstep deploy`,
    },
  );
}

function shown(row: Row): string {
  return JSON.stringify(row);
}
