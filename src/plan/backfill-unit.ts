/** A migration with the mark of a backfill as a unit of the plan: what can't be cut into ranges is refused here. */
import { LockstepError } from "../core/errors.ts";
import type { BackfillMarks } from "../project/backfill-marks.ts";
import type { SqlMigration } from "../project/migration.ts";
import { rangedStatement } from "../sql/backfill.ts";
import type { BackfillUnit, UnitIdentity } from "./plan.ts";
import { readScript, type ScriptOptions } from "./script.ts";
import type { ClassifiedStatement } from "./segments.ts";

export async function backfillUnitOf(
  { file, identity }: { readonly file: SqlMigration; readonly identity: UnitIdentity },
  { options, verify }: BackfillMarks,
  script: ScriptOptions,
): Promise<BackfillUnit> {
  const statements: ClassifiedStatement[] = [];
  const read = await readScript(file.up, script, (statement) => statements.push(statement));
  const [only, ...others] = statements;
  const parsed = only?.statement;
  if (read.kind !== "read" || only === undefined || parsed === undefined || others.length > 0) {
    const count =
      read.kind === "read" ? `it has ${statements.length} statements` : "it is not plain SQL";
    throw new LockstepError("BACKFILL.STATEMENT", `${file.id} can't be run in batches: ${count}`, {
      where: {
        file: file.path,
        ...(others[0] === undefined ? {} : { line: others[0].place.line }),
      },
    });
  }
  const { path, line, column } = only.place;
  const place = { file: path, line, column };
  const sql = only.text.trim().replace(/;\s*$/, "");
  try {
    rangedStatement(sql, parsed, script.parser);
  } catch (error) {
    throw error instanceof LockstepError ? error.with({ where: place }) : error;
  }
  return { kind: "backfill", identity, sql, place, options, verify };
}
