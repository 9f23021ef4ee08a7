/**
 * What a plan asks of the rows before its first change, asked once before the backup that it is due: rows in the way end
 * the deploy then, and each new attempt would else leave another backup behind.
 */
import type { SchemaPlan } from "../../../plan/schema_plan.ts";
import { rowsInTheWay } from "../../../plan/checks/text.ts";
import type { PlannedUnit } from "../../../plan/plan.ts";
import { ConnectionLost, ServerError, type Session } from "../../../ports/database.ts";
import type { ApplyContext } from "../apply/context.ts";
import { statementFailure } from "../apply/failure.ts";
import { withFurtherRows } from "../apply/further-rows.ts";
import { rollBack, transactionSettings } from "../apply/transaction.ts";

export interface RowQuestions {
  readonly unit: PlannedUnit;
  readonly schema: SchemaPlan;
}

export async function askRows(
  context: ApplyContext,
  session: Session,
  { unit, schema }: RowQuestions,
): Promise<void> {
  const [first] = schema.segments;
  const checks = (first?.steps ?? []).filter(({ verb }) => verb === "check");
  if (checks.length === 0) return;
  const opening = transactionSettings({ ...context, guard: undefined }, session, unit);
  const questions = checks.flatMap(({ statements }) => statements);
  try {
    await session.script(["begin", ...opening, ...questions, "rollback"].join(";\n"));
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    await rollBack(session);
    if (!(error instanceof ServerError)) throw error;
    // Whatever else it is, such as a lock that did not come, is the plan's own to try again and to tell.
    if (error.sqlState !== rowsInTheWay) return;
    const failure = statementFailure(error, undefined).with({ data: { id: unit.identity.id } });
    const behind = questions.slice(error.completed - opening.length);
    throw await withFurtherRows(session, failure, {
      ...{ checks: behind, opening, signal: context.signal },
    });
  }
}
