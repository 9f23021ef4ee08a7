/**
 * Rows of which many may not fit: inserted one by one on the server, in one statement for all of them, so that finding
 * the bad ones takes as long for a thousand as for one. Needs PL/pgSQL, which a database may lack.
 */
import { ServerError, type Row, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import { rowsFaultClasses } from "./fit.ts";

export interface RowByRow {
  /** The temporary table that the rows are in, and its column with their numbers. */
  readonly stage: string;
  readonly lineColumn: string;
  readonly from: number;
  readonly to: number;
  /** Inserts the row whose number this expression gives. */
  readonly insert: (number: string) => string;
}

export interface Unfit {
  readonly line: number;
  readonly error: ServerError;
}

export interface Inserted {
  readonly rows: number;
  readonly unfit: readonly Unfit[];
}

export async function canGoRowByRow(session: Session): Promise<boolean> {
  const [row = {}] = await session.query(
    `select coalesce((select pg_catalog.has_language_privilege(oid, 'usage') from pg_catalog.pg_language
      where lanname = 'plpgsql'), false) as can`,
  );
  return row["can"] === true;
}

const unfitTable = "pg_temp.lockstep_unfit";

/** What the server tells of an error. */
const told = {
  returned_sqlstate: "sql_state",
  message_text: "message",
  pg_exception_detail: "detail",
  column_name: "column_name",
  constraint_name: "constraint_name",
} as const;

export async function insertRowByRow(session: Session, rows: RowByRow): Promise<Inserted> {
  const columns = Object.values(told);
  await session.script(`create temporary table if not exists ${unfitTable}
      (line int8, ${columns.map((name) => `${name} text`).join(", ")}) on commit drop;
    truncate ${unfitTable};
    do ${quoteLiteral(block(rows))}`);
  const found = await session.query(`select * from ${unfitTable} order by line`);
  // One row of them has no line: how many rows came of all.
  const unfit = found.filter((row) => row["message"] !== null);
  const sum = found.find((row) => row["message"] === null);
  return {
    rows: Number(sum?.["detail"] ?? 0),
    unfit: unfit.map((row) => ({ line: Number(row["line"]), error: errorOf(row) })),
  };
}

/** In SQL a variable is named with its block, so that it is no column's name; where it meets one, the column is meant. */
function block({ stage, lineColumn, from, to, insert }: RowByRow): string {
  const line = quoteIdentifier(lineColumn);
  const variables = Object.values(told);
  const diagnostics = Object.entries(told).map(([item, variable]) => `${variable} = ${item}`);
  const values = ["number", ...variables].map((name) => `lockstep_rows.${name}`);
  const classes = rowsFaultClasses.map(quoteLiteral).join(", ");
  return `#variable_conflict use_column
  <<lockstep_rows>>
  declare number int8; one int8; total int8 := 0; ${variables.map((name) => `${name} text;`).join(" ")}
  begin
    for number in select ${line} from ${stage} where ${line} between ${from} and ${to} order by ${line} loop
      begin
        ${insert("lockstep_rows.number")};
        get diagnostics one = row_count;
        total := lockstep_rows.total + lockstep_rows.one;
      exception when others then
        if pg_catalog.left(sqlstate, 2) not in (${classes}) then raise; end if;
        get stacked diagnostics ${diagnostics.join(", ")};
        insert into ${unfitTable} values (${values.join(", ")});
      end;
    end loop;
    insert into ${unfitTable} (line, detail) values (null, lockstep_rows.total::text);
  end`;
}

function errorOf(row: Row): ServerError {
  const text = (name: string): string | undefined => {
    const value = row[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const column = text("column_name");
  const constraint = text("constraint_name");
  return new ServerError(text("message") ?? "", {
    sqlState: text("sql_state") ?? "",
    detail: text("detail"),
    object: {
      ...(column === undefined ? {} : { column }),
      ...(constraint === undefined ? {} : { constraint }),
    },
  });
}
