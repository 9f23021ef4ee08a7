/**
 * Columns of tables. A column that is declared in a parent comes, changes and goes with the parent's; those of views
 * are their query's business.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import type { Rule } from "../rule.ts";
import { columnText } from "../text/column.ts";
import { quoted, relationName } from "../text/names.ts";
import { columnAlteration } from "./column_alter.ts";
import { afterwards } from "./column_settings.ts";
import { alterTable, counterparts, tableOf } from "./parents.ts";
import { isType } from "./type_kinds.ts";

export const columnRule: Rule<"column"> = {
  kind: "column",
  create: (fact, planning) => {
    const table = tableOf(planning.to, fact.parent);
    if (table === undefined || isCreated(planning, table.id)) return [];
    const above = counterparts(planning.to, fact);
    if (fact.payload.inherited === true)
      return comesWith(
        fact,
        above.map(({ id }) => id),
        planning,
      );
    return [
      {
        verb: "create",
        body: {
          form: "add column",
          head: `${alterTable(table.kind)} ${relationName(fact)} ADD COLUMN`,
          columns: [columnText(fact)],
          tail: "",
        },
        statements: afterwards(fact),
        loss: addingRewrites(fact) ? "rewrites" : "none",
      },
    ];
  },
  drop: (fact, planning) => {
    const table = tableOf(planning.from, fact.parent);
    if (table === undefined) return [{ verb: "drop", statements: [] }];
    const above = counterparts(planning.from, fact);
    const only = isKeptBelow(fact, planning) ? "ONLY " : "";
    const statement = `${alterTable(table.kind)} ${only}${relationName(fact)} DROP COLUMN ${quoted(fact.name.name)}`;
    const goesWith =
      fact.payload.inherited === true && above.some(({ id }) => isDropped(planning, id));
    return [
      {
        verb: "drop",
        statements: goesWith ? [] : [statement],
        loss: fact.payload.generated === undefined ? "drops columns" : "none",
      },
    ];
  },
  alter: columnAlteration,
  canRelease: (fact, replaced, planning) => {
    const isTable = tableOf(planning.from, fact.parent) !== undefined;
    const after = planning.to.find("column", fact.id);
    return isTable && isType(planning.from.get(replaced)) && after?.payload.generated === undefined;
  },
  isFragile: (fact) => fact.payload.generated !== undefined,
  dropsWith: (fact) => (fact.parent === undefined ? undefined : { id: fact.parent, always: true }),
};

/** An action without a statement: the parent's brings the column along. */
function comesWith(
  fact: FactOf<"column">,
  above: readonly string[],
  planning: Planning,
): readonly ActionDraft[] {
  const isNew = above.some((id) => isCreated(planning, id));
  const attachment = `attachment ${fact.parent ?? ""}`;
  return [{ verb: "create", statements: [], needs: isNew ? above : [attachment] }];
}

/** A volatile default or an identity is computed for each row; so is a stored expression. */
function addingRewrites(fact: FactOf<"column">): boolean {
  return fact.payload.identity !== undefined || fact.payload.generated?.kind === "stored";
}

/** Whether a table below keeps the column as its own: then it must not go there with the parent's. */
function isKeptBelow(fact: FactOf<"column">, planning: Planning): boolean {
  return planning.from.referrers(fact.parent ?? "").some((other) => {
    const child = tableOf(planning.from, other.id);
    if (child === undefined || child.payload.partitionOf !== undefined) return false;
    const below = planning.to
      .childrenOf("column", child.id)
      .find(({ name }) => name.name === fact.name.name);
    return below !== undefined && !isDropped(planning, below.id);
  });
}
