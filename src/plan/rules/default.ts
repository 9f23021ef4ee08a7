/**
 * Defaults of columns, a thing of their own since what they call may itself need the table. In CREATE TABLE and ADD
 * COLUMN they fold into the column's declaration. A parent's default reaches its children by itself.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { createKey } from "../keys.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import { alterBy, replace, type Rule } from "../rule.ts";
import { quoted, relationName } from "../text/names.ts";
import { stable } from "../text/expressions.ts";
import { typeParts } from "../text/types.ts";
import { alterTable, counterparts, tableOf } from "./parents.ts";

export const defaultRule: Rule<"default"> = {
  kind: "default",
  create: (fact, planning) => {
    const above = defaultsAbove(fact, planning);
    const needs = [fact.parent ?? "", ...fact.references, ...above.map(({ id }) => id)];
    const isInherited = above.some(
      (other) => isMade(planning, other.id) && other.payload.expression === fact.payload.expression,
    );
    const common: ActionDraft = {
      verb: "create",
      statements:
        isInherited && columnComesFromAbove(fact, planning) ? [] : [setDefault(fact, planning)],
      needs,
      claims: [`generation ${fact.parent ?? ""}`, `default ${fact.id}`],
    };
    const owner = declaration(fact, planning);
    if (owner === undefined) return [common];
    const clause = `DEFAULT ${stable(fact.payload.expression)}`;
    return [{ ...common, fold: { into: owner, clause, column: fact.name.name, always: false } }];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [alterColumn(fact, planning, "DROP DEFAULT")],
      releases: [`generation ${fact.parent ?? ""}`, `default ${fact.id}`],
    },
  ],
  alter: (change, planning) => {
    const column = planning.from.find("column", change.from.parent);
    const after = planning.to.find("column", change.to.parent);
    if (column === undefined || after === undefined) return replace;
    if (column.payload.type !== after.payload.type) return replace;
    return alterBy({
      verb: "alter",
      statements: [setDefault(change.to, planning)],
      needs: [...change.to.references, ...defaultsAbove(change.to, planning).map(({ id }) => id)],
    });
  },
  isFragile: (fact, planning) => {
    const before = planning.from.find("column", fact.parent)?.payload.type ?? "";
    const after = planning.to.find("column", fact.parent)?.payload.type ?? "";
    const isConverted = before === after || typeParts(before).base !== typeParts(after).base;
    return isConverted || planning.fates.alters.has(fact.id);
  },
  dropsWith: (fact, planning) =>
    fact.parent !== undefined && isDropped(planning, fact.parent)
      ? { id: fact.parent, always: true }
      : undefined,
};

function isMade(planning: Planning, id: string): boolean {
  return isCreated(planning, id) || planning.fates.alters.has(id);
}

function defaultsAbove(fact: FactOf<"default">, planning: Planning): readonly FactOf<"default">[] {
  return counterparts(planning.to, fact).flatMap((above) =>
    above.kind === "default" ? [above] : [],
  );
}

function columnComesFromAbove(fact: FactOf<"default">, planning: Planning): boolean {
  return planning.to.find("column", fact.parent)?.payload.inherited === true;
}

/** The action whose statement declares the column, when it is made in this plan and declared at all. */
function declaration(fact: FactOf<"default">, planning: Planning): string | undefined {
  const column = planning.to.find("column", fact.parent);
  if (column?.parent === undefined || !isCreated(planning, column.id)) return undefined;
  const table = tableOf(planning.to, column.parent);
  if (table === undefined || column.payload.inherited === true) return undefined;
  return createKey(isCreated(planning, table.id) ? table.id : column.id);
}

function setDefault(fact: FactOf<"default">, planning: Planning): string {
  return alterColumn(fact, planning, `SET DEFAULT ${stable(fact.payload.expression)}`);
}

function alterColumn(fact: FactOf<"default">, planning: Planning, clause: string): string {
  const column = planning.to.get(fact.parent ?? "") ?? planning.from.get(fact.parent ?? "");
  const relation = planning.to.get(column?.parent ?? "") ?? planning.from.get(column?.parent ?? "");
  const verb = relation?.kind === "view" ? "ALTER VIEW" : alterTable(relation?.kind ?? "table");
  return `${verb} ${relationName(fact)} ALTER COLUMN ${quoted(fact.name.name)} ${clause}`;
}
