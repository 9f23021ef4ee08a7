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
import { plainLiteral } from "../text/expressions.ts";
import { typeParts } from "../text/types.ts";
import {
  alterTable,
  counterparts,
  isLinkedAnew,
  lastingCounterparts,
  staysBound,
  tableOf,
  tablesBelow,
} from "./parents.ts";
import { droppedWith } from "./column.ts";
import { serialWord } from "./serial.ts";
import { standInFor } from "./stand_in.ts";
import { isAttached } from "./table.ts";

export const defaultRule: Rule<"default"> = {
  kind: "default",
  create: (fact, planning) => {
    const above = defaultsAbove(fact, planning).filter((one) => !isTakenOver(fact, one, planning));
    const common: ActionDraft = {
      verb: "create",
      statements: comesFromAbove(fact, planning) ? [] : [setDefault(fact, planning)],
      needs: [fact.parent ?? "", ...fact.references, ...above.map(({ id }) => id)],
      claims: [`generation ${fact.parent ?? ""}`, `default ${fact.id}`],
    };
    const owner = declaration(fact, planning);
    if (owner === undefined) return [common];
    const column = planning.to.find("column", fact.parent);
    if (column !== undefined && serialWord(column, planning) !== undefined) {
      return [{ ...common, needs: [], fold: { into: owner, always: true } }];
    }
    const clause = `DEFAULT ${valueText(fact, planning)}`;
    const fold = { into: owner, clause, column: fact.name.name, always: false };
    return [{ ...common, statements: [setDefault(fact, planning)], fold }];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [dropDefault(fact, planning)],
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
      statements: comesFromAbove(change.to, planning) ? [] : [setDefault(change.to, planning)],
      needs: [...change.to.references, ...defaultsAbove(change.to, planning).map(({ id }) => id)],
    });
  },
  isFragile: (fact, planning) => {
    const before = planning.from.find("column", fact.parent)?.payload.type ?? "";
    const after = planning.to.find("column", fact.parent)?.payload.type ?? "";
    const isConverted = before === after || typeParts(before).base !== typeParts(after).base;
    return isConverted || planning.fates.alters.has(fact.id);
  },
  dropsWith: (fact, planning) => {
    if (fact.parent === undefined || !isDropped(planning, fact.parent)) return undefined;
    const column = planning.from.find("column", fact.parent);
    const id = column === undefined ? fact.parent : droppedWith(column, planning).id;
    return { id, always: true };
  },
};

function isMade(planning: Planning, id: string): boolean {
  return isCreated(planning, id) || planning.fates.alters.has(id);
}

function defaultsAbove(fact: FactOf<"default">, planning: Planning): readonly FactOf<"default">[] {
  return counterparts(planning.to, fact).flatMap((above) =>
    above.kind === "default" ? [above] : [],
  );
}

/** A new column that is declared here as well comes before the one above, with its default. */
function isTakenOver(
  fact: FactOf<"default">,
  above: FactOf<"default">,
  planning: Planning,
): boolean {
  const column = planning.to.find("column", fact.parent);
  if (column === undefined || column.payload.inherited === true) return false;
  if (isCreated(planning, column.parent ?? "")) return false;
  return isCreated(planning, column.id) && isCreated(planning, above.parent ?? "");
}

/** Whether the parent's default, or its column, brings this one along. */
function comesFromAbove(fact: FactOf<"default">, planning: Planning): boolean {
  const column = planning.to.find("column", fact.parent);
  if (column === undefined) return false;
  const isNew = isCreated(planning, column.id);
  if (isNew && !comesAlong(column, planning)) return false;
  // A partition that leaves to come back is perhaps away when its parent gets the default.
  const reached = isLinkedAnew(column.parent, planning)
    ? []
    : lastingCounterparts(column, planning);
  const lasting = new Set(reached.map(({ id }) => id));
  return defaultsAbove(fact, planning).some((above) => {
    if (above.payload.expression !== fact.payload.expression) return false;
    if (isNew) return true;
    return (
      isMade(planning, above.id) && lasting.has(above.parent ?? "") && reachesAll(above, planning)
    );
  });
}

/** Whether every table below is to have the same default; else each is told its own. */
function reachesAll(fact: FactOf<"default">, planning: Planning): boolean {
  return defaultsBelow(fact, planning).every((below) => below === fact.payload.expression);
}

/** What the same column is to have by default in all tables below, however deep. */
function defaultsBelow(
  fact: FactOf<"default">,
  planning: Planning,
): readonly (string | undefined)[] {
  const table =
    planning.to.find("column", fact.parent)?.parent ??
    planning.from.find("column", fact.parent)?.parent;
  return tablesBelow(planning.to, table).flatMap((below) => {
    const column = planning.to
      .childrenOf("column", below)
      .find(({ name }) => name.name === fact.name.name);
    if (column === undefined) return [];
    return [planning.to.childrenOf("default", column.id)[0]?.payload.expression];
  });
}

/** Whether a new column needs no declaration of its own. */
function comesAlong(column: FactOf<"column">, planning: Planning): boolean {
  const table = tableOf(planning.to, column.parent);
  if (table === undefined || column.payload.inherited !== true) return false;
  return isCreated(planning, table.id)
    ? !isAttached(table, planning)
    : staysBound(table.id, planning) && standInFor(column, planning) === undefined;
}

/** The action whose statement declares the column, when it is made in this plan and declared at all. */
function declaration(fact: FactOf<"default">, planning: Planning): string | undefined {
  const column = planning.to.find("column", fact.parent);
  if (column?.parent === undefined || !isCreated(planning, column.id)) return undefined;
  const table = tableOf(planning.to, column.parent);
  if (table === undefined) return undefined;
  const isNewTable = isCreated(planning, table.id);
  return !comesAlong(column, planning) ? createKey(isNewTable ? table.id : column.id) : undefined;
}

function valueText(fact: FactOf<"default">, planning: Planning): string {
  const column = planning.to.find("column", fact.parent);
  return plainLiteral(fact.payload.expression, column?.payload.type ?? "");
}

function setDefault(fact: FactOf<"default">, planning: Planning): string {
  const only = reachesAll(fact, planning) ? "" : "ONLY ";
  return alterColumn(fact, planning, {
    only,
    clause: `SET DEFAULT ${valueText(fact, planning)}`,
  });
}

function dropDefault(fact: FactOf<"default">, planning: Planning): string {
  const isKept = defaultsBelow(fact, planning).some((below) => below !== undefined);
  return alterColumn(fact, planning, { only: isKept ? "ONLY " : "", clause: "DROP DEFAULT" });
}

interface ColumnClause {
  readonly only: string;
  readonly clause: string;
}

function alterColumn(
  fact: FactOf<"default">,
  planning: Planning,
  { only, clause }: ColumnClause,
): string {
  const column = planning.to.get(fact.parent ?? "") ?? planning.from.get(fact.parent ?? "");
  const relation = planning.to.get(column?.parent ?? "") ?? planning.from.get(column?.parent ?? "");
  const verb = relation?.kind === "view" ? "ALTER VIEW" : alterTable(relation?.kind ?? "table");
  return `${verb} ${only}${relationName(fact)} ALTER COLUMN ${quoted(fact.name.name)} ${clause}`;
}
