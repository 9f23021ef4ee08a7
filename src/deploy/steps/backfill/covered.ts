/**
 * A backfill that goes on after it was cut off or paused is not backed up again: the deployment that began it took a
 * backup of what its rows were before the first batch, and that one leads back.
 */
import { textOf } from "../../../ledger/row.ts";
import type { PlannedUnit } from "../../../plan/plan.ts";
import type { Session } from "../../../ports/database.ts";

/** Without the backfills that have their receipt. */
export async function withoutCovered(
  session: Session,
  scope: string,
  units: readonly PlannedUnit[],
): Promise<readonly PlannedUnit[]> {
  const rows = await session.query(
    `select s.migration_id as id from lockstep.statements s
    where s.scope = $1 and s.direction = 'up' and s.before ->> 'kind' = 'backfill'
      and exists (select from lockstep.backups b
        where b.scope = s.scope and b.deployment_id::text = s.before ->> 'begunBy')`,
    [scope],
  );
  const covered = new Set(rows.map((row) => textOf(row, "id")));
  return units.filter(({ identity }) => !covered.has(identity.id));
}
