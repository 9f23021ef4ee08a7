/**
 * Conditions and masks as the server reads them, before a file is made. Whether there are such columns and operators only
 * it can tell; what it refuses is told with its table, and with what that has.
 */
import { LockstepError } from "../../../core/errors.ts";
import { wrapped } from "../../../data/expression.ts";
import type { MaskPlan } from "../../../data/mask/plan.ts";
import { storedColumns, tableLabel, type TableFacts } from "../../../data/tables.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";

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
    const condition = conditions.get(table.oid);
    if (condition !== undefined) {
      await ask(session, table, {
        what: `the condition of ${label}`,
        query: `select ${from} where ${wrapped(condition)}`,
      });
    }
    for (const { column, rule, expression } of mask.get(table.oid)?.values() ?? []) {
      if (rule.kind !== "sql") continue;
      const query = `select ${expression} ${from}`;
      await ask(session, table, { what: `the mask of ${label}.${column}`, query });
    }
  }
}

interface Question {
  readonly what: string;
  readonly query: string;
}

async function ask(session: Session, table: TableFacts, { what, query }: Question): Promise<void> {
  try {
    await session.query(`explain ${query}`);
  } catch (error) {
    // Syntax and names, or values that can't be.
    if (!(error instanceof ServerError) || !/^(?:42|22)/.test(error.sqlState)) throw error;
    if (error.sqlState === "42501") throw error;
    const code = error.sqlState === "42703" ? "DATA.COLUMN_UNKNOWN" : "DATA.EXPRESSION";
    const columns = storedColumns(table).map(({ name }) => quoteIdentifier(name));
    throw new LockstepError(code, `${what}: ${error.message}`, {
      ...{ sqlState: error.sqlState, cause: error },
      notes: error.hint === undefined ? [] : [`hint: ${error.hint}`],
      next: `Correct it, and run the command again. ${tableLabel(table)} has ${columns.join(", ")}.`,
      data: { table: tableLabel(table) },
    });
  }
}
