/**
 * Which column of a row does not take its value. The server says so of a COPY, and of an INSERT it does not: each value
 * is assigned alone then, as an INSERT assigns it, to a variable of the column's type. Needs PL/pgSQL.
 */
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { ServerError, Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";

export interface ColumnQuestion {
  /** The temporary table that the rows are in, and its column with their numbers. */
  readonly stage: string;
  readonly lineColumn: string;
  readonly lines: readonly number[];
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    /** Over the temporary table's columns. */
    readonly value: string;
  }[];
}

/** What a value alone can be to blame for: data exceptions, and what a domain refuses. */
export function isOfOneValue({ sqlState, object }: ServerError): boolean {
  return object.column === undefined && (sqlState.startsWith("22") || sqlState === "23514");
}

const faults = "pg_temp.lockstep_faults";

/** By line; a row whose values are all taken is at fault as a whole, and is not among them. */
export async function columnsAtFault(
  session: Session,
  question: ColumnQuestion,
): Promise<ReadonlyMap<number, string>> {
  if (question.lines.length === 0) return new Map();
  await session.script(`create temporary table if not exists ${faults}
      (line int8, column_name text) on commit drop;
    truncate ${faults};
    do ${quoteLiteral(block(question))}`);
  const found = await session.query(`select line::int8 as line, column_name from ${faults}`);
  return new Map(found.map((row) => [numberOf(row, "line"), textOf(row, "column_name")]));
}

/** The first column that refuses ends the look at a row. */
function block({ stage, lineColumn, lines, columns }: ColumnQuestion): string {
  const line = quoteIdentifier(lineColumn);
  const tries = columns.map(
    ({ name, type, value }) => `begin
        declare lockstep_value ${type} := (select ${value} from ${stage}
          where ${line} = lockstep_rows.number);
        begin null; end;
      exception when others then
        insert into ${faults} values (lockstep_rows.number, ${quoteLiteral(name)});
        continue;
      end;`,
  );
  return `#variable_conflict use_column
  <<lockstep_rows>>
  declare number int8;
  begin
    foreach number in array array[${lines.join(", ")}]::int8[] loop
      ${tries.join("\n      ")}
    end loop;
  end`;
}
