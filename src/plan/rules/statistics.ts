/** Extended statistics. */
import type { FactOf } from "../../catalog/fact.ts";
import { alterBy, replace, type Rule } from "../rule.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { droppedColumn } from "./constraint_drop.ts";
import { parenthesised } from "../text/parentheses.ts";

export const statisticsRule: Rule<"statistics"> = {
  kind: "statistics",
  names: (fact) => [`statistics ${ownName(fact)}`],
  create: (fact) => {
    const { kinds, columns, expressions, table, statisticsTarget } = fact.payload;
    const list = kinds === undefined || kinds.length === 0 ? "" : ` (${kinds.join(", ")})`;
    const keys = [
      ...(columns ?? []).map(quoted),
      ...(expressions ?? []).map((text) => parenthesised(text)),
    ];
    const text = `CREATE STATISTICS ${ownName(fact)}${list} ON ${keys.join(", ")} FROM ${qualified(table)}`;
    return [
      {
        verb: "create",
        statements: statisticsTarget === undefined ? [text] : [text, target(fact)],
      },
    ];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP STATISTICS ${ownName(fact)}`] }],
  alter: ({ to, attributes }) => {
    const isOther = [...attributes].some((name) => name !== "statisticsTarget" && name !== "owner");
    if (isOther) return replace;
    return attributes.has("statisticsTarget")
      ? alterBy({ verb: "alter", statements: [target(to)] })
      : alterBy();
  },
  dropsWith: (fact, planning) => {
    const column = droppedColumn(fact, planning);
    if (column !== undefined) return column;
    const table = [...fact.references, fact.parent ?? ""].find(
      (id) => planning.fates.drops.has(id) && planning.from.find("table", id) !== undefined,
    );
    return table === undefined ? undefined : { id: table, always: false };
  },
};

function target(fact: FactOf<"statistics">): string {
  return `ALTER STATISTICS ${ownName(fact)} SET STATISTICS ${fact.payload.statisticsTarget ?? -1}`;
}
