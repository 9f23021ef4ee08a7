/** Refuses migrations that were edited after they were applied, with what was edited, statement by statement. */
import { optionalTextOf } from "../../ledger/row.ts";
import { contentQuery } from "../../ledger/queries.ts";
import { editedError, type Edited } from "../../plan/refusals.ts";
import type { AppliedMigration } from "../../plan/standing.ts";
import type { Session } from "../../ports/database.ts";
import { changedStatements } from "../../sql/meaning.ts";

export async function refuseEdits(
  session: Session,
  scope: string,
  edited: readonly AppliedMigration[],
): Promise<void> {
  const found = await Promise.all(edited.map((applied) => describe(session, scope, applied)));
  const error = editedError(found);
  if (error !== undefined) throw error;
}

async function describe(
  session: Session,
  scope: string,
  { file }: AppliedMigration,
): Promise<Edited> {
  const [row] = await session.query(contentQuery, [scope, file.id]);
  const content = row === undefined ? undefined : optionalTextOf(row, "content");
  const changes =
    content === undefined || file.kind !== "sql"
      ? undefined
      : changedStatements(content, file.up.text);
  return { id: file.id, path: file.path, changes };
}
