/** Rows that a new CHECK of a table or of a domain refuses, and rows that a new foreign key finds no row for. */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { CheckConstraint, ForeignKeyConstraint } from "../../catalog/payloads/relations.ts";
import { createLexer } from "../../sql/lexer.ts";
import type { Planning } from "../planning.ts";
import { standInFor } from "../rules/stand_in.ts";
import { counterparts } from "../rules/parents.ts";
import { ownName, qualified, quoted, relationName } from "../text/names.ts";
import { stable } from "../text/expressions.ts";
import type { RowCheck } from "./check.ts";
import { columnsOfDomain, type DomainColumn } from "./nulls.ts";
import { defaultCollation, keepsEquality } from "./retyped.ts";
import { referredRows } from "./referred.ts";
import {
  keyColumn,
  keyOf,
  lastingTable,
  lateKeyOf,
  offending,
  rowsOfKey,
  rowsWithin,
} from "./source.ts";
import { isSteady } from "./steady.ts";

type Constraint = FactOf<"constraint">;

export function violations(id: FactId, planning: Planning): readonly RowCheck[] {
  const fact = planning.to.find("constraint", id);
  if (fact === undefined || !isAsked(fact, planning)) return [];
  const { payload } = fact;
  if (payload.type === "check") return checkViolations(fact, payload, planning);
  return payload.type === "foreign key" ? missingReferences(fact, payload, planning) : [];
}

/** It speaks of the rows that are there, and did not before. */
function isAsked(fact: Constraint, planning: Planning): boolean {
  const { payload } = fact;
  if (payload.notValid === true || payload.notEnforced === true) return false;
  return !isHeldAlready(fact, planning);
}

/** Valid, and the same but for what says nothing about rows, which hold what they held. */
function isHeldAlready(fact: Constraint, planning: Planning): boolean {
  const before = planning.from.find("constraint", fact.id)?.payload;
  if (before === undefined || before.notValid === true || before.notEnforced === true) return false;
  if (planning.from.get(fact.id)?.parent !== fact.parent) return false;
  if (!fact.references.every((id) => keepsEquality(id, planning))) return false;
  if (planning.fates.creates.has(fact.id) && !saysTheSame(fact, planning)) return false;
  return sameValue(essence(before), essence(fact.payload));
}

/** Made again over routines and types that are others by now, the same words may ask for something else. */
function saysTheSame({ references }: Constraint, planning: Planning): boolean {
  return references.every(
    (id) => planning.to.find("column", id) !== undefined || isSteady(id, planning),
  );
}

function essence(payload: Constraint["payload"]): readonly (string | readonly string[])[] {
  if (payload.type === "check") return [payload.type, payload.expression];
  if (payload.type !== "foreign key") return [payload.type];
  const { columns, table, tableColumns, match, period } = payload;
  return [payload.type, columns, qualified(table), tableColumns, match ?? "", String(period)];
}

function checkViolations(
  fact: Constraint,
  payload: CheckConstraint,
  planning: Planning,
): readonly RowCheck[] {
  const domain = planning.to.find("domain", fact.parent);
  if (domain !== undefined) return domainViolations(fact, payload, planning);
  const table = lastingTable(fact.parent, planning);
  if (table === undefined || isAskedAbove(fact, planning)) return [];
  const columns = columnNames(fact, planning);
  if (columns === undefined || /\.\*/.test(payload.expression)) return [];
  const only = payload.noInherit === true;
  const query = offending({ table, columns, only }, refusedBy(payload), planning);
  return query === undefined ? [] : [violation(fact, table, query)];
}

/**
 * What can't be asked before the plan, since the condition calls a routine that the plan makes, or looks at values that
 * only it brings: asked right before the constraint is made, when all that it speaks of has its final form.
 */
export function lateViolations(id: FactId, planning: Planning): readonly RowCheck[] {
  const fact = planning.to.find("constraint", id);
  if (fact === undefined || !planning.fates.creates.has(id)) return [];
  if (!isAsked(fact, planning) || violations(id, planning).length > 0) return [];
  const { payload } = fact;
  if (payload.type === "check") return lateCheckViolations(fact, payload, planning);
  return payload.type === "foreign key" ? lateMissing(fact, payload, planning) : [];
}

function lateCheckViolations(
  fact: Constraint,
  payload: CheckConstraint,
  planning: Planning,
): readonly RowCheck[] {
  const domain = planning.from.find("domain", fact.parent);
  if (domain !== undefined && !planning.fates.drops.has(domain.id)) {
    return columnsOfDomain(domain, planning).map((each) =>
      domainViolation(
        { ...each, fact, payload, domain, rows: ownName(each.table) },
        lateKeyOf(each.table, planning),
      ),
    );
  }
  const table = lastingTable(fact.parent, planning);
  if (table === undefined || isAskedAbove(fact, planning)) return [];
  const only = payload.noInherit === true ? "ONLY " : "";
  const rows = `${only}${relationName(fact)}`;
  const query = `SELECT ${lateKeyOf(table, planning)} AS ${keyColumn} FROM ${rows} WHERE ${refusedBy(payload)}`;
  return [violation(fact, table, query)];
}

function lateMissing(
  fact: Constraint,
  payload: ForeignKeyConstraint,
  planning: Planning,
): readonly RowCheck[] {
  const table = referringTable(fact, payload, planning);
  if (table === undefined) return [];
  const rowsIn = (name: string, columns: readonly string[], key: string): string =>
    `SELECT ${[...(key === "" ? [] : [key]), ...columns.map((column) => quoted(column))].join(", ")} FROM ${name}`;
  const only = table.payload.partitionKey === undefined ? "ONLY " : "";
  const key = `${lateKeyOf(table, planning)} AS ${keyColumn}`;
  const rows = rowsIn(`${only}${relationName(fact)}`, payload.columns, key);
  const other = planning.to.find("table", factId("table", payload.table));
  if (other === undefined) return [];
  const onlyOther = other.payload.partitionKey === undefined ? "ONLY " : "";
  const there = rowsIn(`${onlyOther}${ownName(other)}`, payload.tableColumns, "");
  const found = targetCondition({ fact, payload, rows: there }, planning);
  return [missing({ fact, payload, table, rows, found })];
}

function refusedBy({ expression }: CheckConstraint): string {
  return `NOT (${stable(expression)})`;
}

function violation(fact: Constraint, table: FactOf<"table">, query: string): RowCheck {
  const expression = fact.payload.type === "check" ? fact.payload.expression : "";
  const reason = `they do not hold ${fact.name.name}, CHECK (${expression})`;
  return { problem: "condition", table: table.id, object: fact.id, reason, query };
}

/** With the rows of the table above. */
function isAskedAbove(fact: Constraint, planning: Planning): boolean {
  if (fact.payload.inherited !== true || standInFor(fact, planning) !== undefined) return false;
  return counterparts(planning.to, fact).some(
    ({ id, parent }) =>
      planning.fates.creates.has(id) && lastingTable(parent, planning) !== undefined,
  );
}

/** The table's columns that the constraint speaks of; undefined when it needs what is not there yet. */
function columnNames(fact: Constraint, planning: Planning): readonly string[] | undefined {
  const names: string[] = [];
  for (const id of fact.references) {
    const column = planning.to.find("column", id);
    if (column !== undefined && column.parent === fact.parent) names.push(column.name.name);
    else if (!isSteady(id, planning)) return undefined;
  }
  return names;
}

function domainViolations(
  fact: Constraint,
  payload: CheckConstraint,
  planning: Planning,
): readonly RowCheck[] {
  const domain = planning.from.find("domain", fact.parent);
  if (domain === undefined || planning.fates.drops.has(domain.id)) return [];
  if (!fact.references.every((id) => isSteady(id, planning))) return [];
  return columnsOfDomain(domain, planning).map((each) =>
    domainViolation(
      { ...each, fact, payload, domain, rows: rowsWithin(each.table, planning) },
      keyOf(each.table, planning),
    ),
  );
}

interface DomainCheck extends DomainColumn {
  readonly fact: Constraint;
  readonly payload: CheckConstraint;
  readonly domain: FactOf<"domain">;
  /** What stands after FROM. */
  readonly rows: string;
}

function domainViolation(check: DomainCheck, key: string): RowCheck {
  const { column, table, fact, payload, domain, rows } = check;
  // No operator of enums takes a domain over one.
  const value = `${quoted(column.name.name)}::${domain.payload.type}`;
  return {
    problem: "condition",
    table: table.id,
    object: fact.id,
    reason: `column ${column.name.name} does not hold ${fact.name.name} of domain ${ownName(domain)}, CHECK (${payload.expression})`,
    query:
      `SELECT ${key} AS ${keyColumn} FROM ${rows} ` +
      `WHERE NOT (${withValue(stable(payload.expression), `(${value})`)})`,
  };
}

/** VALUE is a word of its own in a domain's check; a quoted name or a string of that text is not. */
export function withValue(expression: string, value: string): string {
  const lexer = createLexer(expression);
  let text = "";
  let end = 0;
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    if (token.kind !== "word") continue;
    if (expression.slice(token.start, token.end).toUpperCase() !== "VALUE") continue;
    text += `${expression.slice(end, token.start)}${value}`;
    end = token.end;
  }
  return text + expression.slice(end);
}

function missingReferences(
  fact: Constraint,
  payload: ForeignKeyConstraint,
  planning: Planning,
): readonly RowCheck[] {
  const table = referringTable(fact, payload, planning);
  if (table === undefined) return [];
  const rows = rowsOfKey(table, payload.columns, planning);
  const found = targetRows(fact, payload, planning);
  if (rows === undefined || found === undefined) return [];
  return [missing({ fact, payload, table, rows, found })];
}

function referringTable(
  fact: Constraint,
  payload: ForeignKeyConstraint,
  planning: Planning,
): FactOf<"table"> | undefined {
  if (payload.match === "partial" || payload.inherited === true) return undefined;
  return lastingTable(fact.parent, planning);
}

interface Missing {
  readonly fact: Constraint;
  readonly payload: ForeignKeyConstraint;
  readonly table: FactOf<"table">;
  readonly rows: string;
  /** That the other row is there; empty: none is. */
  readonly found: string;
}

function missing({ fact, payload, table, rows, found }: Missing): RowCheck {
  const columns = payload.columns.map((name) => `one.${quoted(name)}`);
  const isSet = columns.map((column) => `${column} IS NOT NULL`).join(" AND ");
  const isHalf = `NOT (${isSet}) AND (${columns.map((column) => `${column} IS NOT NULL`).join(" OR ")})`;
  const lacks = `${isSet} AND ${found === "" ? "true" : `NOT ${found}`}`;
  const condition = payload.match === "full" ? `(${lacks}) OR (${isHalf})` : lacks;
  return {
    problem: "no reference",
    table: table.id,
    object: fact.id,
    reason: `${payload.columns.join(", ")} refers to no row of ${qualified(payload.table)}, as ${fact.name.name} wants`,
    query: `SELECT ${keyColumn} FROM (${rows}) AS one WHERE ${condition}`,
  };
}

/** That it is there; empty when there are no rows yet. Undefined: not known yet. */
function targetRows(
  fact: Constraint,
  payload: ForeignKeyConstraint,
  planning: Planning,
): string | undefined {
  const rows = referredRows(factId("table", payload.table), payload.tableColumns, planning);
  if (rows === undefined || rows === "") return rows;
  return targetCondition({ fact, payload, rows }, planning);
}

function targetCondition(
  { fact, payload, rows }: Pick<Missing, "fact" | "payload" | "rows">,
  planning: Planning,
): string {
  const id = factId("table", payload.table);
  const pairs = payload.tableColumns.map((name, at) => {
    const column = payload.columns[at] ?? "";
    const collation = comparedBy(
      columnOf(fact.parent, column, planning),
      columnOf(id, name, planning),
    );
    return { there: `other.${quoted(name)}`, here: `one.${quoted(column)}${collation}` };
  });
  const period = payload.period === true ? pairs.pop() : undefined;
  const isOne = pairs.map(({ there, here }) => `${there} = ${here}`).join(" AND ");
  const others = `FROM (${rows}) AS other WHERE ${isOne}`;
  if (period === undefined) return `EXISTS (SELECT ${others})`;
  // All rows of the key together have to cover it.
  const covered = `SELECT pg_catalog.range_agg(${period.there}) ${others}`;
  return `coalesce(${period.here} OPERATOR(pg_catalog.<@) (${covered}), false)`;
}

function columnOf(
  table: FactId | undefined,
  name: string,
  { to }: Planning,
): FactOf<"column"> | undefined {
  return to.childrenOf("column", table ?? "").find((column) => column.name.name === name);
}

/** The server compares by the collation of the column that is referred to; without a word, two that differ don't mix. */
function comparedBy(
  own: FactOf<"column"> | undefined,
  other: FactOf<"column"> | undefined,
): string {
  const [here, there] = [own?.payload.collation, other?.payload.collation];
  if (sameValue(here, there)) return "";
  return ` COLLATE ${there === undefined ? defaultCollation : qualified(there)}`;
}
