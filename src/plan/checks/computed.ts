/**
 * Rows that an index over an expression can't be made of, since the expression raises an error for them: a conversion
 * that does not fit, a routine of the project that refuses. What raises none is not asked about: that costs a look at
 * every row.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { createLexer } from "../../sql/lexer.ts";
import type { Planning } from "../planning.ts";
import { quoted } from "../text/names.ts";
import type { RowCheck } from "./check.ts";
import { keyColumn, lastingTable, lateKeyOf, rowsOfKey } from "./source.ts";
import { isSteady } from "./steady.ts";

export function unanswered(id: FactId, planning: Planning): readonly RowCheck[] {
  const asked = askedIndex(id, planning);
  if (asked === undefined || !asked.others.every((other) => isSteady(other, planning))) return [];
  const rows = rowsOfKey(asked.table, asked.columns, planning);
  return rows === undefined ? [] : [attempt(asked, rows)];
}

/** Asked right before the index is made: what it calls, or looks at, is there only by then. */
export function lateUnanswered(id: FactId, planning: Planning): readonly RowCheck[] {
  const asked = askedIndex(id, planning);
  if (asked === undefined || unanswered(id, planning).length > 0) return [];
  const { table, columns, name } = asked;
  const list = columns.map((column) => `${quoted(column)} AS ${quoted(column)}`);
  const key = `${lateKeyOf(table, planning)} AS ${keyColumn}`;
  return [attempt(asked, `SELECT ${[key, ...list].join(", ")} FROM ONLY ${name}`)];
}

interface AskedIndex {
  readonly index: FactOf<"index">;
  readonly table: FactOf<"table">;
  /** How the table is called when the plan has run. */
  readonly name: string;
  readonly columns: readonly string[];
  /** What it refers to and is no column of its table. */
  readonly others: readonly FactId[];
}

/** A new index of rows that are there, over what may raise an error. */
function askedIndex(id: FactId, planning: Planning): AskedIndex | undefined {
  const index = planning.to.find("index", id);
  if (index === undefined || !planning.fates.creates.has(id)) return undefined;
  const table = lastingTable(index.parent, planning);
  const after = planning.to.find("table", index.parent);
  if (table === undefined || after === undefined) return undefined;
  // Each partition has a part of the index, and is asked.
  if (table.payload.partitionKey !== undefined || wasComputed(index, planning)) return undefined;
  const columns: string[] = [];
  const others: FactId[] = [];
  for (const reference of index.references) {
    const column = planning.to.find("column", reference);
    if (column !== undefined && column.parent === index.parent) columns.push(column.name.name);
    else if (planning.to.get(reference)?.kind !== "index") others.push(reference);
  }
  if (columns.some((name) => variables.has(name)) || !mayRaise(index, planning)) return undefined;
  const { schema = "public", name } = after.name;
  return { index, table, name: `${quoted(schema)}.${quoted(name)}`, columns, others };
}

/** Names that the check's own block has, and that the expression's columns would be taken for. */
const variables: ReadonlySet<string> = new Set(["one", "found", "examples", "target"]);

/** The same expressions of the same columns have been told of the rows before. */
function wasComputed(index: FactOf<"index">, planning: Planning): boolean {
  const before = planning.from.find("index", index.id);
  if (before === undefined || before.payload.invalid === true) return false;
  const isSame = JSON.stringify(expressionsOf(before)) === JSON.stringify(expressionsOf(index));
  return isSame && index.references.every((id) => isSteady(id, planning));
}

/** The predicate as well: it is asked of every row. */
function expressionsOf({ payload }: FactOf<"index">): readonly string[] {
  const keys = payload.keys.flatMap(({ expression }) =>
    expression === undefined ? [] : [expression],
  );
  return payload.predicate === undefined ? keys : [...keys, payload.predicate];
}

function mayRaise(index: FactOf<"index">, { to }: Planning): boolean {
  const callsRoutine = index.references.some((id) => to.find("function", id) !== undefined);
  const texts = expressionsOf(index);
  return texts.length > 0 && (callsRoutine || texts.some(convertsValues));
}

/** Of what the server makes of a text with a conversion; one to another kind of text always fits. */
function convertsValues(expression: string): boolean {
  const lexer = createLexer(expression);
  let isConversion = false;
  let isConstant = false;
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    const text = expression.slice(token.start, token.end);
    if (isConversion && !texts.has(text)) return true;
    isConversion = text === "::" && !isConstant;
    isConstant = token.kind === "string";
  }
  return false;
}

const texts: ReadonlySet<string> = new Set(["text", "character", "bpchar", "name"]);

function attempt({ index, table, columns }: AskedIndex, rows: string): RowCheck {
  const { payload } = index;
  const keys = payload.keys.flatMap(({ expression }) =>
    expression === undefined ? [] : [`(${expression})`],
  );
  const row = columns.map((name) => `one.${quoted(name)} AS ${quoted(name)}`).join(", ");
  // A WHERE would not do: with the row's values known the planner computes what is behind it first.
  const condition = payload.predicate ?? "true";
  const told = `CASE WHEN ${condition} THEN ROW(${["1", ...keys].join(", ")}) IS NULL END`;
  const expression = `(SELECT ${told} FROM (SELECT ${row}) AS row)`;
  return {
    problem: "condition",
    table: table.id,
    object: index.id,
    reason: `${index.name.name} can't be made of them: ${expressionsOf(index).join(", ")} raises an error`,
    query: rows,
    attempt: { type: "boolean", expression },
  };
}
