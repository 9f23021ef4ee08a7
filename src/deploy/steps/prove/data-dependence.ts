/**
 * Whether what a file leaves behind may depend on rows. A DO block or a procedure is code that can look at them before
 * it alters anything: such a file is run once more on a copy with rows in every table, and has to leave the same catalog.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { compareCatalogs, isEmptyDifference } from "../../../catalog/compare.ts";
import { lockLevel } from "../../../catalog/level.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { MigrationFile } from "../../../project/migration.ts";
import { checkScript } from "../../../sql/check.ts";
import { loadParser } from "../../../sql/parse.ts";
import type { Replay, ReplayStep } from "../replay/replay.ts";
import { fillTables } from "./rows.ts";

export async function holdsCode(file: MigrationFile): Promise<boolean> {
  if (file.kind !== "sql") return false;
  let isFound = false;
  checkScript(
    { file: file.up.path, text: file.up.text },
    {
      parser: await loadParser(),
      onStatement: ({ facts }) => {
        if (facts.effect === "code") isFound = true;
      },
    },
  );
  return isFound;
}

/**
 * With the catalog before the step. `refused`: a plan's check found the rows in the way, so that with such rows it never
 * happens; undefined: they stood in its way otherwise.
 */
export async function catalogWithRows(
  replay: Replay,
  step: ReplayStep,
  before: Catalog,
): Promise<Catalog | "refused" | undefined> {
  const copy = await replay.copy();
  try {
    await fillTables(await copy.session(), before);
    await copy.apply(step);
    return await copy.catalog();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return error.code === "DIFF.ROWS" ? "refused" : undefined;
  } finally {
    await copy.close();
  }
}

export function isSame(left: Catalog, right: Catalog | "refused" | undefined): boolean {
  if (right === "refused") return true;
  return right !== undefined && isEmptyDifference(compareCatalogs(left, right, lockLevel));
}
