/** Rows that do not lie within a partition's bounds, or that lie in the default partition and belong to a new one. */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import { createLexer } from "../../sql/lexer.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { childTables, tablesBelow } from "../rules/parents.ts";
import { stable } from "../text/expressions.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { isString, isWidening } from "../text/types.ts";
import type { RowCheck } from "./check.ts";
import { boundItems } from "./bound_items.ts";
import { keyColumn, lastingTable, lateKeyOf, offending } from "./source.ts";
import { isSteady } from "./steady.ts";

type Table = FactOf<"table">;

export function strays(id: FactId, planning: Planning): readonly RowCheck[] {
  const partition = partitionOf(id, planning);
  if (partition === undefined || isBoundAlready(partition, planning)) return [];
  return [...outside(partition, planning), ...inDefault(partition, planning)];
}

interface Partition {
  readonly after: Table;
  readonly parent: Table;
}

function partitionOf(id: FactId, planning: Planning): Partition | undefined {
  const after = planning.to.find("table", id);
  const link = after?.payload.partitionOf;
  const parent =
    link === undefined ? undefined : planning.to.find("table", factId("table", link.parent));
  return after === undefined || parent === undefined ? undefined : { after, parent };
}

/** Its rows went through the same bound of the same key before, and are what they were. */
function isBoundAlready({ after, parent }: Partition, planning: Planning): boolean {
  const before = planning.from.find("table", after.id)?.payload.partitionOf;
  const now = after.payload.partitionOf;
  if (before === undefined || now === undefined) return false;
  return (
    sameValue(bare(before.bound), bare(now.bound)) &&
    sameValue(before.parent, now.parent) &&
    sameValue(
      planning.from.find("table", parent.id)?.payload.partitionKey,
      parent.payload.partitionKey,
    ) &&
    planning.to
      .childrenOf("column", parent.id)
      .filter(({ name }) => isMentioned(parent, name.name))
      .every((column) => isSameColumn(column, planning))
  );
}

/** 7 of an integer is '7' of a bigint. */
function bare(bound: string): readonly (readonly string[])[] {
  return [[bound.slice(0, bound.indexOf("("))], ...boundItems(bound)].map((items) =>
    items.map((item) => item.replace(/^'(-?\d+)'$/, "$1")),
  );
}

/** Its values are what they were, in the order that they had. */
function isSameColumn(column: FactOf<"column">, planning: Planning): boolean {
  const before = planning.from.find("column", column.id);
  if (before === undefined) return false;
  const [old, now] = [before.payload.type, column.payload.type];
  return (
    (old === now || (isWidening(old, now) && isString(old) === isString(now))) &&
    sameValue(before.payload.collation, column.payload.collation) &&
    !column.references.some((id) => isReplaced(planning, id))
  );
}

/** The tables that are there before and whose rows will be the partition's: its own, or those of its partitions. */
function holders(id: FactId, planning: Planning): readonly Table[] {
  const after = planning.to.find("table", id);
  if (after === undefined) return [];
  const table = lastingTable(id, planning);
  const isParted = after.payload.partitionKey !== undefined;
  if (table !== undefined && (!isParted || keepsPartitions(id, planning))) return [table];
  return isParted
    ? childTables(planning.to, id).flatMap((child) => holders(child.id, planning))
    : [];
}

function keepsPartitions(id: FactId, { from, to }: Planning): boolean {
  return sameValue(tablesBelow(from, id).toSorted(), tablesBelow(to, id).toSorted());
}

/** What it comes to takes no more than what that is a partition of. */
function outside(partition: Partition, planning: Planning): readonly RowCheck[] {
  const above = partitionOf(partition.parent.id, planning);
  const more =
    above === undefined || !isBoundAlready(above, planning) ? [] : levels(above, planning);
  return holders(partition.after.id, planning).flatMap((table) =>
    [partition, ...more].flatMap((level) => {
      const stray = strayCondition(level, planning);
      const check = { table, parent: level.parent, object: partition.after.id, ...stray };
      return stray === undefined ? [] : checkOf({ ...check, ...stray }, planning);
    }),
  );
}

function levels(partition: Partition, planning: Planning): readonly Partition[] {
  const above = partitionOf(partition.parent.id, planning);
  return above === undefined ? [partition] : [partition, ...levels(above, planning)];
}

interface Stray {
  readonly condition: string;
  readonly reason: string;
}

/** Of rows that the partition does not take; undefined where that is not known, or there are none. */
function strayCondition({ after, parent }: Partition, planning: Planning): Stray | undefined {
  const bound = after.payload.partitionOf?.bound ?? "";
  if (bound === "DEFAULT") {
    const condition = siblings({ after, parent }, planning);
    if (condition === undefined || condition === "") return undefined;
    return { condition, reason: `they belong to other partitions of ${ownName(parent)}` };
  }
  const within = boundCondition(parent, bound, planning);
  if (within === undefined) return undefined;
  const reason = `they lie outside of partition ${ownName(after)} ${bound}`;
  return { condition: `NOT coalesce(${within}, false)`, reason };
}

/** What the other partitions take, when this one is to take the rest. */
function siblings({ after, parent }: Partition, planning: Planning): string | undefined {
  const conditions = childTables(planning.to, parent.id)
    .filter(({ id }) => id !== after.id)
    .map(({ payload }) => boundCondition(parent, payload.partitionOf?.bound ?? "", planning));
  if (conditions.includes(undefined)) return undefined;
  return conditions.map((condition) => `(${condition ?? ""})`).join(" OR ");
}

/** The default partition must have no row that a new one would have taken. */
function inDefault({ after, parent }: Partition, planning: Planning): readonly RowCheck[] {
  const bound = after.payload.partitionOf?.bound ?? "";
  const within = bound === "DEFAULT" ? undefined : boundCondition(parent, bound, planning);
  if (within === undefined) return [];
  const reason = `they belong to the new partition ${ownName(after)} ${bound}`;
  return childTables(planning.from, parent.id).flatMap((sibling) => {
    const now = planning.to.find("table", sibling.id)?.payload.partitionOf;
    const staysDefault =
      sibling.payload.partitionOf?.bound === "DEFAULT" &&
      now?.bound === "DEFAULT" &&
      sameValue(now.parent, sibling.payload.partitionOf.parent);
    if (!staysDefault || isAskedItself(sibling.id, planning)) return [];
    return holders(sibling.id, planning).flatMap((table) =>
      checkOf({ table, parent, object: after.id, condition: within, reason }, planning),
    );
  });
}

/** About all that others take. */
function isAskedItself(id: FactId, planning: Planning): boolean {
  const partition = partitionOf(id, planning);
  return (
    partition !== undefined &&
    !isBoundAlready(partition, planning) &&
    strayCondition(partition, planning) !== undefined
  );
}

/**
 * Asked right before the partition is attached: where its rows lie is not known until its table has its final form, or,
 * with hash partitions, until the tables above are there.
 */
export function lateStrays(id: FactId, planning: Planning): readonly RowCheck[] {
  const partition = partitionOf(id, planning);
  const [table] = holders(id, planning);
  if (partition === undefined || table === undefined || isBoundAlready(partition, planning))
    return [];
  const key =
    table.id === id ? lateKeyOf(table, planning) : "concat(tableoid::regclass, ', ctid = ', ctid)";
  return levels(partition, planning).flatMap((level) => {
    const { after, parent } = level;
    const bound = after.payload.partitionOf?.bound ?? "";
    if (bound === "DEFAULT" || strayCondition(level, planning) !== undefined) return [];
    const within = conditionOf(parent, bound, keyNames(parent));
    if (within === undefined) return [];
    const reason = `they lie outside of partition ${ownName(after)} ${bound}`;
    const query =
      `SELECT ${key} AS ${keyColumn} FROM ${ownName(partition.after)} ` +
      `WHERE CASE WHEN to_regclass(${regclass(parent)}) IS NULL THEN false ELSE NOT coalesce(${within}, false) END`;
    return [{ problem: "bounds", table: table.id, object: id, reason, query }];
  });
}

interface BoundCheck {
  readonly table: Table;
  readonly parent: Table;
  readonly object: FactId;
  readonly condition: string;
  readonly reason: string;
}

function checkOf(check: BoundCheck, planning: Planning): readonly RowCheck[] {
  const { table, parent, object, condition, reason } = check;
  const columns = mentioned(parent, planning);
  const query = offending({ table, columns }, condition, planning);
  return query === undefined ? [] : [{ problem: "bounds", table: table.id, object, reason, query }];
}

/** What the rows are told apart by; undefined when that needs a routine that is not there yet, or is another then. */
function keyParts(parent: Table, planning: Planning): readonly string[] | undefined {
  const keys = parent.payload.partitionKey?.keys ?? [];
  const hasExpression = keys.some(({ column }) => column === undefined);
  if (hasExpression && !parent.references.every((id) => isSteady(id, planning))) return undefined;
  return keyNames(parent);
}

function keyNames(parent: Table): readonly string[] {
  return (parent.payload.partitionKey?.keys ?? []).map(({ column, expression }) =>
    column === undefined ? `(${stable(expression ?? "")})` : quoted(column),
  );
}

/** The parent's columns that the key may look at: no other is named in it. */
function mentioned(parent: Table, { to }: Planning): readonly string[] {
  return to
    .childrenOf("column", parent.id)
    .map(({ name }) => name.name)
    .filter((name) => isMentioned(parent, name));
}

function isMentioned(parent: Table, name: string): boolean {
  const keys = parent.payload.partitionKey?.keys ?? [];
  return keys.some(
    ({ column, expression }) =>
      column === name || (expression !== undefined && wordsOf(expression).includes(quoted(name))),
  );
}

function wordsOf(expression: string): readonly string[] {
  const words: string[] = [];
  const lexer = createLexer(expression);
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    words.push(expression.slice(token.start, token.end));
  }
  return words;
}

/** The partition's constraint over the names of the parent's key; undefined where it can't be asked yet. */
function boundCondition(parent: Table, bound: string, planning: Planning): string | undefined {
  const columns = keyParts(parent, planning);
  if (columns === undefined) return undefined;
  const isHash = parent.payload.partitionKey?.strategy === "hash";
  if (isHash && !isKnownHash(parent, planning)) return undefined;
  if (isHash || !namesNewValue(parent, bound, planning)) {
    return conditionOf(parent, bound, columns);
  }
  return undefined;
}

/** A value that an enum does not have yet can't even be said. */
function namesNewValue(parent: Table, bound: string, planning: Planning): boolean {
  const enums = planning.to
    .childrenOf("column", parent.id)
    .filter(({ name }) => isMentioned(parent, name.name))
    .flatMap(({ references }) => references);
  const added = enums.flatMap((id) => {
    const [before, after] = [planning.from.find("enum", id), planning.to.find("enum", id)];
    if (before === undefined || after === undefined) return [];
    return after.payload.labels.filter((label) => !before.payload.labels.includes(label));
  });
  const items = new Set(boundItems(bound).flat());
  return added.some((label) => items.has(quoteLiteral(label)));
}

function conditionOf(parent: Table, bound: string, columns: readonly string[]): string | undefined {
  const [first = [], second = []] = boundItems(bound);
  switch (parent.payload.partitionKey?.strategy) {
    case "list":
      return listCondition(columns[0] ?? "", first);
    case "range": {
      const set = columns.map((column) => `${column} IS NOT NULL`);
      const lower = beyond(columns, first, { sign: ">", never: "MAXVALUE", last: "true" });
      const upper = beyond(columns, second, { sign: "<", never: "MINVALUE", last: "false" });
      return [...set, lower, upper].join(" AND ");
    }
    case "hash":
      return hashCondition({ parent, columns, items: first });
    default:
      return undefined;
  }
}

function listCondition(column: string, items: readonly string[]): string {
  const values = items.filter((item) => item.toUpperCase() !== "NULL");
  const parts = [
    ...(values.length > 0 ? [`${column} IN (${values.join(", ")})`] : []),
    ...(values.length < items.length ? [`${column} IS NULL`] : []),
  ];
  return `(${parts.join(" OR ")})`;
}

interface Bound {
  readonly sign: ">" | "<";
  /** The word that no value is beyond; the other one all are. */
  readonly never: "MINVALUE" | "MAXVALUE";
  /** Of a row that is equal to the bound. */
  readonly last: "true" | "false";
}

/** Column by column: a lower bound belongs to the partition, an upper one does not. */
function beyond(columns: readonly string[], items: readonly string[], bound: Bound): string {
  return items.reduceRight((rest, item, at) => {
    if (item === "MINVALUE" || item === "MAXVALUE") return String(item !== bound.never);
    const column = columns[at] ?? "";
    return `(${column} ${bound.sign} ${item} OR (${column} = ${item} AND ${rest}))`;
  }, bound.last);
}

interface HashBound {
  readonly parent: Table;
  readonly columns: readonly string[];
  readonly items: readonly string[];
}

/** The server has to be asked by the partitioned table, as it is before. */
function isKnownHash(parent: Table, planning: Planning): boolean {
  const known = planning.from.find("table", parent.id);
  const isSame = sameValue(known?.payload.partitionKey, parent.payload.partitionKey);
  return known !== undefined && !planning.fates.drops.has(parent.id) && isSame;
}

function hashCondition({ parent, columns, items }: HashBound): string {
  const numbers = items.map((item) => /\d+$/.exec(item)?.[0] ?? "0");
  const table = `to_regclass(${regclass(parent)})`;
  return `satisfies_hash_partition(${table}, ${numbers.join(", ")}, ${columns.join(", ")})`;
}

function regclass({ name: { schema = "public", name } }: Table): string {
  return quoteLiteral(qualified({ schema, name }));
}
