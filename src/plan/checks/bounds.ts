/** Rows that do not lie within a partition's bounds, or that lie in the default partition and belong to a new one. */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import { createLexer } from "../../sql/lexer.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { Planning } from "../planning.ts";
import { childTables } from "../rules/parents.ts";
import { stable } from "../text/expressions.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import type { RowCheck } from "./check.ts";
import { boundItems } from "./bound_items.ts";
import { lastingTable, offending } from "./source.ts";
import { isSteady } from "./steady.ts";

type Table = FactOf<"table">;

export function strays(id: FactId, planning: Planning): readonly RowCheck[] {
  const after = planning.to.find("table", id);
  const link = after?.payload.partitionOf;
  if (after === undefined || link === undefined) return [];
  const before = planning.from.find("table", id)?.payload.partitionOf;
  const parent = planning.to.find("table", factId("table", link.parent));
  if (parent === undefined || isBoundAlready(before, after, planning)) return [];
  const table = lastingTable(id, planning);
  const own = table === undefined ? [] : outside({ table, after, parent }, planning);
  return [...own, ...inDefault({ after, parent }, planning)];
}

function isBoundAlready(
  before: Table["payload"]["partitionOf"],
  after: Table,
  planning: Planning,
): boolean {
  const { partitionOf } = after.payload;
  if (before === undefined || partitionOf === undefined) return false;
  const parent = factId("table", partitionOf.parent);
  return (
    before.bound === partitionOf.bound &&
    sameValue(before.parent, partitionOf.parent) &&
    sameValue(
      planning.from.find("table", parent)?.payload.partitionKey,
      planning.to.find("table", parent)?.payload.partitionKey,
    )
  );
}

interface Partition {
  readonly after: Table;
  readonly parent: Table;
}

function outside(
  { table, after, parent }: Partition & { readonly table: Table },
  planning: Planning,
): readonly RowCheck[] {
  const bound = after.payload.partitionOf?.bound ?? "";
  const within =
    bound === "DEFAULT"
      ? siblings({ after, parent }, planning)
      : boundCondition(parent, bound, planning);
  if (within === undefined || within === "") return [];
  const condition = bound === "DEFAULT" ? within : `NOT coalesce(${within}, false)`;
  const reason =
    bound === "DEFAULT"
      ? `they belong to other partitions of ${ownName(parent)}`
      : `they lie outside of partition ${ownName(after)} ${bound}`;
  return checkOf({ table, parent, object: after.id, condition, reason }, planning);
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
  if (bound === "DEFAULT") return [];
  return childTables(planning.from, parent.id).flatMap((sibling) => {
    const table = lastingTable(sibling.id, planning);
    const staysDefault =
      planning.to.find("table", sibling.id)?.payload.partitionOf?.bound === "DEFAULT" &&
      table?.payload.partitionOf?.bound === "DEFAULT";
    const within = boundCondition(parent, bound, planning);
    if (table === undefined || !staysDefault || within === undefined) return [];
    const reason = `they belong to the new partition ${ownName(after)} ${bound}`;
    return checkOf({ table, parent, object: after.id, condition: within, reason }, planning);
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
  return keys.map(({ column, expression }) =>
    column === undefined ? `(${stable(expression ?? "")})` : quoted(column),
  );
}

/** The parent's columns that the key may look at: no other is named in it. */
function mentioned(parent: Table, { to }: Planning): readonly string[] {
  const keys = parent.payload.partitionKey?.keys ?? [];
  const words = new Set(keys.flatMap(({ expression }) => wordsOf(expression ?? "")));
  const own = new Set(keys.map(({ column }) => column));
  return to
    .childrenOf("column", parent.id)
    .map(({ name }) => name.name)
    .filter((name) => own.has(name) || words.has(quoted(name)));
}

function wordsOf(expression: string): readonly string[] {
  const words: string[] = [];
  const lexer = createLexer(expression);
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    words.push(expression.slice(token.start, token.end));
  }
  return words;
}

/** The partition's constraint over the names of the parent's key. */
function boundCondition(parent: Table, bound: string, planning: Planning): string | undefined {
  const columns = keyParts(parent, planning);
  if (columns === undefined) return undefined;
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
      return hashCondition({ parent, columns, items: first }, planning);
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

function hashCondition(
  { parent, columns, items }: HashBound,
  planning: Planning,
): string | undefined {
  const known = planning.from.find("table", parent.id);
  const isSame = sameValue(known?.payload.partitionKey, parent.payload.partitionKey);
  if (known === undefined || planning.fates.drops.has(parent.id) || !isSame) return undefined;
  const numbers = items.map((item) => /\d+$/.exec(item)?.[0] ?? "0");
  const name = quoteLiteral(
    qualified({ schema: parent.name.schema ?? "public", name: parent.name.name }),
  );
  return `satisfies_hash_partition(${name}::regclass, ${numbers.join(", ")}, ${columns.join(", ")})`;
}
