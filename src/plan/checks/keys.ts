/** Rows that a new primary key, unique constraint, unique index or exclusion constraint would not let stand together. */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { ExclusionConstraint, IndexShape } from "../../catalog/payloads/relations.ts";
import type { Planning } from "../planning.ts";
import { hasIndex } from "../rules/key.ts";
import { operatorReference, ownName, quoted } from "../text/names.ts";
import type { RowCheck } from "./check.ts";
import { keepsEquality } from "./retyped.ts";
import { keyColumn, lastingTable, lateKeyOf, rowsOfKey } from "./source.ts";
import { isSteady } from "./steady.ts";

type KeyFact = FactOf<"constraint"> | FactOf<"index">;

export function duplicates(id: FactId, planning: Planning): readonly RowCheck[] {
  const asked = askedKey(id, planning);
  if (asked === undefined || !isKnownBefore(asked.fact, planning)) return [];
  const { fact, table } = asked;
  const rows = rowsOfKey(table, columnsOf(fact), planning);
  return rows === undefined ? [] : duplicatesIn(asked, rows);
}

/** Asked right before the key is made: what it calls, or looks at, is there only by then. */
export function lateDuplicates(id: FactId, planning: Planning): readonly RowCheck[] {
  const asked = askedKey(id, planning);
  if (asked === undefined || !planning.fates.creates.has(id)) return [];
  if (duplicates(id, planning).length > 0) return [];
  const { fact, table } = asked;
  const only = table.payload.partitionKey === undefined ? "ONLY " : "";
  const columns = [...new Set(columnsOf(fact))].map((name) => quoted(name));
  const list = [`${lateKeyOf(table, planning)} AS ${keyColumn}`, ...columns].join(", ");
  const after = planning.to.find("table", fact.parent) ?? table;
  return duplicatesIn(asked, `SELECT ${list} FROM ${only}${ownName(after)}`);
}

interface AskedKey {
  readonly fact: KeyFact;
  readonly shape: IndexShape;
  readonly table: FactOf<"table">;
}

/** A key that speaks of rows which are there, and that no other has seen to. */
function askedKey(id: FactId, planning: Planning): AskedKey | undefined {
  const fact = planning.to.find("constraint", id) ?? planning.to.find("index", id);
  const shape = fact === undefined ? undefined : uniqueShape(fact);
  if (fact === undefined || shape === undefined) return undefined;
  if (!planning.fates.creates.has(id) && keepsValues(fact, planning)) return undefined;
  const table = lastingTable(fact.parent, planning);
  if (table === undefined || isUniqueAlready(fact, { shape, table }, planning)) return undefined;
  return { fact, shape, table };
}

function isKnownBefore(fact: KeyFact, planning: Planning): boolean {
  return otherReferences(fact).every((other) => isSteady(other, planning));
}

function duplicatesIn({ fact, shape, table }: AskedKey, rows: string): readonly RowCheck[] {
  const query = duplicateRows(fact, shape, rows);
  if (query === undefined) return [];
  const reason =
    isExclusion(fact) || isWithoutOverlaps(fact)
      ? `they exclude each other by ${fact.name.name}`
      : `${shape.keys.map(({ column, expression }) => column ?? expression).join(", ")} is not unique, and is to be by ${fact.name.name}`;
  return [{ problem: "duplicate", table: table.id, object: fact.id, reason, query }];
}

function uniqueShape(fact: KeyFact): IndexShape | undefined {
  if (fact.kind === "index") return fact.payload.unique === true ? fact.payload : undefined;
  return hasIndex(fact.payload) ? fact.payload.index : undefined;
}

/** The last of its columns holds ranges, and no two of a key may overlap. */
function isWithoutOverlaps({ payload }: KeyFact): boolean {
  return "withoutOverlaps" in payload && payload.withoutOverlaps;
}

/** The references that are not columns. */
function otherReferences(fact: KeyFact): readonly FactId[] {
  return fact.references.filter((id) => !id.startsWith("column:") && !isAttachment(fact, id));
}

/** The partitioned table's own. */
function isAttachment(fact: KeyFact, id: FactId): boolean {
  return id.startsWith(`${fact.kind}:`);
}

/** Names of the table's columns that the key and its predicate speak of. */
function columnsOf(fact: KeyFact): readonly string[] {
  const shape = uniqueShape(fact);
  const keys = (shape?.keys ?? []).flatMap(({ column }) => (column === undefined ? [] : [column]));
  const needsAll =
    shape?.predicate !== undefined || shape?.keys.some(({ column }) => column === undefined);
  return needsAll === true ? [...keys, ...referredColumns(fact)] : keys;
}

/** By the end of the id, whose form is `column:schema.table.name`. */
function referredColumns(fact: KeyFact): readonly string[] {
  const prefix = columnPrefix(fact);
  return fact.references.flatMap((id) => {
    if (prefix === undefined || !id.startsWith(prefix)) return [];
    const name = id.slice(prefix.length);
    return [name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name];
  });
}

function columnPrefix(fact: KeyFact): string | undefined {
  const table = fact.parent?.slice(fact.parent.indexOf(":") + 1);
  return table === undefined ? undefined : `column:${table}.`;
}

function duplicateRows(fact: KeyFact, shape: IndexShape, rows: string): string | undefined {
  const expressions = shape.keys.map(({ column, expression, collation: other }) => {
    const text = column === undefined ? `(${expression ?? "NULL"})` : quoted(column);
    return other === undefined
      ? text
      : `${text} COLLATE ${quoted(other.schema)}.${quoted(other.name)}`;
  });
  if (isExclusion(fact)) {
    const operators = fact.payload.operators.map(operatorReference);
    return excludedRows(operators, { expressions, shape, rows });
  }
  if (isWithoutOverlaps(fact)) return overlappingRows({ expressions, shape, rows });
  const conditions = [
    ...(shape.predicate === undefined ? [] : [`(${shape.predicate})`]),
    ...(shape.nullsNotDistinct === true
      ? []
      : expressions.map((expression) => `${expression} IS NOT NULL`)),
  ];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const partition = expressions.join(", ");
  return (
    `SELECT ${keyColumn} FROM (SELECT ${keyColumn}, count(*) OVER (PARTITION BY ${partition}) AS "lockstep count" ` +
    `FROM (${rows}) AS one${where}) AS counted WHERE "lockstep count" > 1`
  );
}

function isExclusion(
  fact: KeyFact,
): fact is FactOf<"constraint"> & { payload: ExclusionConstraint } {
  return fact.kind === "constraint" && fact.payload.type === "exclusion";
}

interface Excluding {
  readonly expressions: readonly string[];
  readonly shape: IndexShape;
  readonly rows: string;
}

/** Each row beside each other one: what EXCLUDE forbids no grouping finds. */
function excludedRows(operators: readonly string[], excluding: Excluding): string {
  const { expressions, shape, rows } = excluding;
  const where = shape.predicate === undefined ? "" : ` WHERE (${shape.predicate})`;
  const values = expressions.map((text, at) => `${text} AS "lockstep ${at}"`).join(", ");
  const side = `SELECT ${keyColumn}, row_number() OVER () AS "lockstep number", ${values} FROM (${rows}) AS one${where}`;
  const conflicts = operators.map(
    (operator, at) => `a."lockstep ${at}" ${operator} b."lockstep ${at}"`,
  );
  return (
    `WITH side AS MATERIALIZED (${side}) SELECT DISTINCT a.${keyColumn} FROM side AS a JOIN side AS b ` +
    `ON a."lockstep number" <> b."lockstep number" AND ${conflicts.join(" AND ")}`
  );
}

/** An empty range overlaps nothing, and so is in one half only; it is refused all the same. */
function overlappingRows(excluding: Excluding): string {
  const { expressions, rows } = excluding;
  const period = expressions.at(-1) ?? "NULL";
  const operators = expressions.map((_, at) =>
    at < expressions.length - 1 ? "=" : "OPERATOR(pg_catalog.&&)",
  );
  const empty = `SELECT ${keyColumn} FROM (${rows}) AS one WHERE pg_catalog.isempty(${period})`;
  return `(${excludedRows(operators, excluding)}) UNION ALL (${empty})`;
}

/** Whether a key of the from-side, made again perhaps, has seen to it. */
function isUniqueAlready(
  fact: KeyFact,
  { shape, table }: { readonly shape: IndexShape; readonly table: FactOf<"table"> },
  planning: Planning,
): boolean {
  return planning.from.children(table.id).some((other) => {
    if (other.kind !== "constraint" && other.kind !== "index") return false;
    const before = uniqueShape(other);
    if (before === undefined || before.invalid === true) return false;
    if (isExclusion(other) || (isWithoutOverlaps(fact) && !isWithoutOverlaps(other))) return false;
    const isSame = sameValue(keysOf(before), keysOf(shape));
    const isAsStrict = before.nullsNotDistinct === true || shape.nullsNotDistinct !== true;
    return isSame && isAsStrict && before.predicate === undefined && keepsValues(other, planning);
  });
}

function keysOf(shape: IndexShape): readonly string[] {
  return shape.keys.map(({ column, expression }) => column ?? expression ?? "").toSorted();
}

/** Values that are converted may fall together. */
function keepsValues(fact: KeyFact, planning: Planning): boolean {
  return fact.references.every(
    (id) => !planning.fates.creates.has(id) && keepsEquality(id, planning),
  );
}
