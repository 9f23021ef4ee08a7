/** What can go wrong with the code of a migration in TypeScript or JavaScript, told as its failure. */
import { LockstepError } from "../../../core/errors.ts";
import type { DataUnit } from "../../../plan/plan.ts";
import { ConnectionLost, ServerError } from "../../../ports/database.ts";

/** What the migration's own code throws, told as its failure. */
export async function asDataFailure(unit: DataUnit, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isOurs = [ServerError, ConnectionLost, LockstepError].some(
      (kind) => error instanceof kind,
    );
    if (isOurs) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const where = { file: unit.identity.path };
    throw new LockstepError("DEPLOY.DATA_FAILED", `${unit.identity.id} failed: ${why}`, {
      where,
      // A builder of another tool's has methods that ours has not.
      notes:
        error instanceof TypeError
          ? ["up(db) is given lockstep's own db, which has query(text, values) and nothing else."]
          : [],
      cause: error,
    });
  }
}

export function ended(unit: DataUnit): LockstepError {
  return new LockstepError(
    "DEPLOY.DATA_UNSUPPORTED",
    `${unit.identity.id} queries the database after its function has returned`,
    { where: { file: unit.identity.path }, next: "Await every query." },
  );
}

export function tornOff(unit: DataUnit): LockstepError {
  return new LockstepError(
    "DEPLOY.DATA_UNSUPPORTED",
    `${unit.identity.id} ended the transaction that it runs in`,
    { where: { file: unit.identity.path }, next: "Leave COMMIT and ROLLBACK to lockstep." },
  );
}
