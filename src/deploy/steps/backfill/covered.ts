/**
 * A backfill that goes on after it was cut off or paused is not backed up again: the deployment that began it took a
 * backup of what its rows were before the first batch, and that one leads back.
 */
import { textOf } from "../../../ledger/row.ts";
import type { PlannedUnit } from "../../../plan/plan.ts";
import type { Session } from "../../../ports/database.ts";

export interface CoveredBefore {
  readonly unit: PlannedUnit;
  /** Of the backup. */
  readonly location: string;
}

/** The backfills that have their receipt. */
export async function coveredBefore(
  session: Session,
  scope: string,
  units: readonly PlannedUnit[],
): Promise<readonly CoveredBefore[]> {
  const rows = await session.query(
    `select s.migration_id as id, b.location from lockstep.statements s
    join lockstep.backups b on b.scope = s.scope and b.deployment_id::text = s.before ->> 'begunBy'
    where s.scope = $1 and s.direction = 'up' and s.before ->> 'kind' = 'backfill'`,
    [scope],
  );
  const locations = new Map(rows.map((row) => [textOf(row, "id"), textOf(row, "location")]));
  return units.flatMap((unit) => {
    const location = locations.get(unit.identity.id);
    return location === undefined ? [] : [{ unit, location }];
  });
}
