/** What a query answered, as psql's variables hold it: text. */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import type { PsqlAnswer } from "./actions.ts";
import { variableNamePattern } from "./arguments.ts";

export function setFromRows(
  variables: Map<string, string>,
  answer: PsqlAnswer | undefined,
  details: { readonly prefix: string; readonly where: SourcePosition },
): void {
  const { prefix, where } = details;
  const rows = answer?.kind === "rows" ? answer.rows : [];
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    const count = rows.length === 0 ? "no row" : `${rows.length} rows`;
    throw new LockstepError("SQL.PSQL_RESULT", `\\gset takes one row and got ${count}.`, { where });
  }
  for (const [column, value] of Object.entries(row)) {
    const name = prefix + column;
    if (!variableNamePattern.test(name)) {
      const message = `\\gset can't make a variable of ${JSON.stringify(name)}: give the column a plain name.`;
      throw new LockstepError("SQL.PSQL_RESULT", message, { where });
    }
    const text = textOfValue(value);
    if (text === undefined) variables.delete(name);
    else variables.set(name, text);
  }
}

/** The server's own text for what a driver decodes; undefined for NULL. */
export function textOfValue(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return JSON.stringify(value);
}
