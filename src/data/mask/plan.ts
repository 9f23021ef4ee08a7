/**
 * Which column of which table is masked and how, checked as a whole before a row is read: every pattern names
 * something, and what refers to something is masked like what it refers to.
 */
import { LockstepError } from "../../core/errors.ts";
import type { Parser } from "../../sql/parse.ts";
import { checkExpression } from "../expression.ts";
import {
  storedColumns,
  tableLabel,
  type ColumnFacts,
  type DataInventory,
  type ForeignKeyFacts,
  type TableFacts,
} from "../tables.ts";
import { maskExpression } from "./expression.ts";
import { matchesColumn, ruleOf, type MaskRule, type MaskRules } from "./rules.ts";

export interface MaskedColumn {
  readonly column: string;
  readonly rule: MaskRule;
  /** What stands in the SELECT in the column's place. */
  readonly expression: string;
}

/** By the table's oid, then by the column's name. */
export type MaskPlan = ReadonlyMap<number, ReadonlyMap<string, MaskedColumn>>;

export type MaskedKey = Pick<
  ForeignKeyFacts,
  "name" | "table" | "columns" | "target" | "targetColumns"
>;

export interface MaskRequest {
  readonly rules: MaskRules;
  readonly inventory: Pick<DataInventory, "tables"> & {
    readonly foreignKeys: readonly MaskedKey[];
  };
  readonly parser: Parser;
}

export function planMask({ rules, inventory, parser }: MaskRequest): MaskPlan {
  refuseIdle(rules, inventory.tables);
  const plan = new Map(
    inventory.tables.map((table) => [table.oid, maskTable(table, rules, parser)] as const),
  );
  refuseBrokenJoins(inventory, plan);
  return plan;
}

export function needsKey(plan: MaskPlan): boolean {
  const masked = [...plan.values()].flatMap((columns) => [...columns.values()]);
  return masked.some(({ rule }) => rule.kind === "hash" || rule.kind === "fake");
}

/** A pattern that names nothing, or nothing that is stored, is a mistake, and a leak. */
function refuseIdle(rules: MaskRules, tables: readonly TableFacts[]): void {
  for (const entry of rules) {
    const named = tables.flatMap((table) =>
      table.columns.filter(({ name }) =>
        matchesColumn(entry, { schema: table.schema, table: table.name, column: name }),
      ),
    );
    if (named.length === 0) {
      const message = `no column is named by the mask ${entry.pattern}`;
      throw new LockstepError("DATA.MASK_IDLE", message);
    }
    if (entry.rule.kind === "keep" || named.some(({ generated }) => !generated)) continue;
    const message = `the server computes what the mask ${entry.pattern} names`;
    throw new LockstepError("DATA.MASK_UNFIT", message, {
      next: "Mask the columns that it is computed of; it is computed again of what stands in their place.",
    });
  }
}

function maskTable(
  table: TableFacts,
  rules: MaskRules,
  parser: Parser,
): ReadonlyMap<string, MaskedColumn> {
  const masked = new Map<string, MaskedColumn>();
  for (const column of storedColumns(table)) {
    const found = ruleOf(rules, { schema: table.schema, table: table.name, column: column.name });
    if (found === undefined) continue;
    const place = `${tableLabel(table)}.${column.name}`;
    if (found.rule.kind === "sql") checkExpression(parser, found.rule.expression, place);
    const expression = maskExpression(found.rule, column, place);
    if (expression === undefined) continue;
    masked.set(column.name, { column: column.name, rule: found.rule, expression });
  }
  return masked;
}

/** Null refers to nothing, and so can replace what refers; everything else has to be done on both ends. */
function refuseBrokenJoins(
  { tables, foreignKeys }: MaskRequest["inventory"],
  plan: MaskPlan,
): void {
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  for (const key of foreignKeys) {
    const [child, parent] = [byOid.get(key.table), byOid.get(key.target)];
    if (child === undefined || parent === undefined) continue;
    for (const [position, name] of key.columns.entries()) {
      const targetName = key.targetColumns[position] ?? "";
      const from = plan.get(child.oid)?.get(name);
      const to = plan.get(parent.oid)?.get(targetName);
      if (from?.rule.kind === "null" || isAlike([from, child, name], [to, parent, targetName])) {
        continue;
      }
      throw brokenJoin(key, `${tableLabel(child)}.${name}`, `${tableLabel(parent)}.${targetName}`);
    }
  }
}

type End = readonly [MaskedColumn | undefined, TableFacts, string];

function isAlike([from, child, name]: End, [to, parent, targetName]: End): boolean {
  if (from === undefined || to === undefined) return from === to;
  if (JSON.stringify(from.rule) !== JSON.stringify(to.rule)) return false;
  const [left, right] = [columnOf(child, name), columnOf(parent, targetName)];
  return left?.base === right?.base && left?.lengthMax === right?.lengthMax;
}

function columnOf(table: TableFacts, name: string): ColumnFacts | undefined {
  return table.columns.find((column) => column.name === name);
}

function brokenJoin(key: MaskedKey, from: string, to: string): LockstepError {
  const message = `${from} refers to ${to} (${key.name}), and the two are not masked alike`;
  return new LockstepError("DATA.MASK_JOIN", message, {
    next: `Give ${from} and ${to} the same rule, or none.`,
  });
}
