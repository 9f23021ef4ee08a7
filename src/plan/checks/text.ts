/**
 * A check as SQL that psql runs as well: a DO block that says nothing when all is well, and raises what stands in the
 * way otherwise, with the number of rows and a few of them. Its own SQLSTATE tells it from the server's errors.
 */
import { quoteLiteral } from "../../sql/quote.ts";
import { dollarQuoted } from "../text/routine.ts";
import type { RowCheck } from "./check.ts";
import { keyColumn } from "./source.ts";

/** The class is not the server's. */
export const rowsInTheWay = "LSROW";

const examplesMax = 5;

/** What the database is like when a check has refused its rows. */
export type CheckPlace = "first" | "late";

const states: Readonly<Record<CheckPlace, string>> = {
  first: "Nothing was changed yet.",
  late: "This transaction is rolled back.",
};

export function checkStatement(check: RowCheck, place: CheckPlace = "first"): string {
  const { attempt } = check;
  const body = attempt === undefined ? countingBody(check, place) : tryingBody(check, place);
  return `DO ${dollarQuoted(`\n${columnsFirst}\n${body}`)}`;
}

/** A column may be called as one of the block's own variables. */
const columnsFirst = "#variable_conflict use_column";

function countingBody(check: RowCheck, place: CheckPlace): string {
  return `DECLARE
  found bigint;
  examples text;
BEGIN
  SELECT count(*), string_agg(${keyColumn}, '; ') FILTER (WHERE "lockstep number" <= ${examplesMax})
  INTO found, examples
  FROM (SELECT ${keyColumn}, row_number() OVER () AS "lockstep number" FROM (
    ${check.query}
  ) AS rows) AS numbered;
${raise(check, place)}
END
`;
}

function tryingBody(check: RowCheck, place: CheckPlace): string {
  const { type, expression } = check.attempt ?? { type: "text", expression: "one.value" };
  // With its value from the start: of a domain that allows no null there can be no variable without one.
  const assigned = `DECLARE target ${type} := ${expression}; BEGIN END;`;
  return `DECLARE
  one record;
  found bigint := 0;
  examples text;
BEGIN
  BEGIN
    FOR one IN ${check.query} LOOP
      ${assigned}
    END LOOP;
    RETURN;
  EXCEPTION WHEN data_exception OR integrity_constraint_violation OR raise_exception THEN NULL;
  END;
  FOR one IN ${check.query} LOOP
    BEGIN
      ${assigned}
    EXCEPTION WHEN data_exception OR integrity_constraint_violation OR raise_exception THEN
      found := found + 1;
      IF found <= ${examplesMax} THEN examples := concat_ws('; ', examples, one.${keyColumn}); END IF;
    END;
  END LOOP;
${raise(check, place)}
END
`;
}

function raise({ table, reason }: RowCheck, place: CheckPlace): string {
  const name = table.slice(table.indexOf(":") + 1);
  return `  IF found > 0 THEN
    RAISE EXCEPTION USING ERRCODE = '${rowsInTheWay}',
      MESSAGE = concat('DIFF.ROWS: ', found, CASE found WHEN 1 THEN ' row of ' ELSE ' rows of ' END, ${quoteLiteral(name)}, CASE found WHEN 1 THEN ' stands' ELSE ' stand' END, ' in the way: ', ${quoteLiteral(reason)}),
      DETAIL = examples,
      HINT = '${states[place]} Change these rows, or the schema, and make the plan again.';
  END IF;`;
}
