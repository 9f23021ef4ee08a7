/**
 * What people wrote in SQL, as the server reads it, before a file is made or a table emptied. Whether there are such columns
 * and operators only it can tell; what it refuses is told with its table, and with what that has.
 */
import { LockstepError } from "../../../core/errors.ts";
import { wrapped } from "../../../data/expression.ts";
import type { MaskPlan } from "../../../data/mask/plan.ts";
import { storedColumns, tableLabel, type TableFacts } from "../../../data/tables.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import type { ExportMapping } from "./load-context.ts";
import { stageType, valueOf } from "./stage.ts";

export interface Expressions {
  readonly tables: readonly TableFacts[];
  /** By table. */
  readonly conditions: ReadonlyMap<number, string>;
  readonly mask: MaskPlan;
}

export async function askExpressions(
  session: Session,
  { tables, conditions, mask }: Expressions,
): Promise<void> {
  for (const table of tables) {
    const label = tableLabel(table);
    const from = `from ${quoteQualifiedName(table.schema, table.name)}`;
    const columns = storedColumns(table);
    const condition = conditions.get(table.oid);
    if (condition !== undefined) {
      const what = `the condition of ${label}`;
      const query = `select ${from} where ${wrapped(condition)}`;
      await ask(session, { what, query, label, columns });
    }
    for (const { column, rule, expression } of mask.get(table.oid)?.values() ?? []) {
      if (rule.kind !== "sql") continue;
      const what = `the mask of ${label}.${column}`;
      await ask(session, { what, query: `select ${expression} ${from}`, label, columns });
    }
  }
}

/** Those of a map, over the columns that the export has. */
export async function askMapped(
  session: Session,
  mappings: readonly ExportMapping[],
): Promise<void> {
  for (const { source, target, columns } of mappings) {
    // Rows that nobody knows yet: the server computes nothing of them.
    const from = `from (select ${source.columns.map(nothingOf).join(", ")} offset 0) as staged`;
    const label = `${tableLabel(source)} of the export`;
    for (const column of columns) {
      if (column.expression === undefined) continue;
      const what = `the expression of ${tableLabel(target)}.${column.target.name}`;
      const query = `select ${valueOf(column)} ${from}`;
      await ask(session, { what, query, label, columns: source.columns });
    }
  }
}

function nothingOf({ name, type }: ExportMapping["source"]["columns"][number]): string {
  return `null::${stageType(type)} as ${quoteIdentifier(name)}`;
}

interface Question {
  readonly what: string;
  readonly query: string;
  readonly label: string;
  readonly columns: readonly { readonly name: string }[];
}

async function ask(session: Session, question: Question): Promise<void> {
  const { what, query, label, columns } = question;
  try {
    await session.query(`explain ${query}`);
  } catch (error) {
    // Syntax and names, or values that can't be.
    if (!(error instanceof ServerError) || !/^(?:42|22)/.test(error.sqlState)) throw error;
    if (error.sqlState === "42501") throw error;
    const code = error.sqlState === "42703" ? "DATA.COLUMN_UNKNOWN" : "DATA.EXPRESSION";
    const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
    throw new LockstepError(code, `${what}: ${error.message}`, {
      ...{ sqlState: error.sqlState, cause: error },
      notes: error.hint === undefined ? [] : [`hint: ${error.hint}`],
      next: `Correct it, and run the command again. ${label} has ${names}.`,
    });
  }
}
