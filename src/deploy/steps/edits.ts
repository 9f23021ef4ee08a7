/** Refuses migrations that were edited after they were applied, with what was edited, statement by statement. */
import { optionalTextOf } from "../../ledger/row.ts";
import { keptIncludesOf, type KeptInclude } from "../../ledger/included.ts";
import { contentQuery } from "../../ledger/queries.ts";
import { editedError, type Edited, type EditedPart } from "../../plan/refusals.ts";
import type { AppliedMigration } from "../../plan/standing.ts";
import type { Session } from "../../ports/database.ts";
import type { IncludedFile } from "../../project/includes.ts";
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
  const { id, path } = file;
  const [row] = await session.query(contentQuery, [scope, id]);
  const content = row === undefined ? undefined : optionalTextOf(row, "content");
  if (row === undefined || content === undefined || file.kind !== "sql") {
    return { id, path, parts: undefined };
  }
  const own = { path, changes: changedStatements(content, file.up.text) };
  const parts = [own, ...comparedIncludes(keptIncludesOf(row, "included"), file.included)];
  return { id, path, parts };
}

function comparedIncludes(
  before: readonly KeptInclude[],
  now: readonly IncludedFile[],
): readonly EditedPart[] {
  const kept = new Map(before.map((one) => [one.path, one]));
  const paths = new Set(now.map(({ path }) => path));
  const gone = before.filter(({ path }) => !paths.has(path)).map(({ path }) => leftOut(path));
  return [...now.map((file) => compared(kept.get(file.path), file)), ...gone];
}

function compared(before: KeptInclude | undefined, { path, ...now }: IncludedFile): EditedPart {
  if (before === undefined)
    return { path, changes: [], note: "read now, and not when it was applied" };
  if (before.bytesHash === now.bytesHash) return { path, changes: [] };
  if (before.text === undefined || now.text === undefined) {
    return { path, changes: [], note: "its rows were changed" };
  }
  return { path, changes: changedStatements(before.text, now.text) };
}

function leftOut(path: string): EditedPart {
  return { path, changes: [], note: "read when it was applied, and not there now" };
}
