/**
 * Enum types. Values are added where they belong; a new value can be used only after a commit, which cuts the plan.
 * Values that are gone or in another order need a new type: the rows' values move over by their names.
 */
import { quoteLiteral } from "../../sql/quote.ts";
import type { FactOf } from "../../catalog/fact.ts";
import { alterBy, replace, type Rule } from "../rule.ts";
import { ownName } from "../text/names.ts";
import { dropType } from "./aside.ts";

const namesOf = (fact: FactOf<"enum">): readonly string[] => [`type ${ownName(fact)}`];

export const enumRule: Rule<"enum"> = {
  kind: "enum",
  names: namesOf,
  create: (fact) => [
    { verb: "create", statements: [`CREATE TYPE ${ownName(fact)} AS ENUM (${labels(fact)})`] },
  ],
  drop: (fact, planning) => dropType(fact, planning, { word: "TYPE", names: namesOf(fact) }),
  alter: ({ from, to, attributes }) => {
    if (!attributes.has("labels")) return alterBy();
    const before = from.payload.labels;
    const after = to.payload.labels;
    const kept = after.filter((label) => before.includes(label));
    if (kept.length !== before.length || kept.some((label, at) => label !== before[at]))
      return replace;
    return alterBy({
      verb: "alter",
      statements: additions(before, after).map(
        (addition) => `ALTER TYPE ${ownName(to)} ADD VALUE ${addition}`,
      ),
      transaction: "commit after",
      // Whatever fails after the commit, nothing is left behind but new values.
      rank: 0,
    });
  },
};

function labels(fact: FactOf<"enum">): string {
  return fact.payload.labels.map((label) => quoteLiteral(label)).join(", ");
}

/** `'b' AFTER 'a'`, in an order in which each neighbour is there already. */
function additions(before: readonly string[], after: readonly string[]): readonly string[] {
  const last = before.at(-1);
  const lastAt = last === undefined ? -1 : after.indexOf(last);
  return after.flatMap((label, at) => {
    if (before.includes(label)) return [];
    if (at > lastAt) return [quoteLiteral(label)];
    const previous = after[at - 1];
    if (previous !== undefined) return [`${quoteLiteral(label)} AFTER ${quoteLiteral(previous)}`];
    return [`${quoteLiteral(label)} BEFORE ${quoteLiteral(before[0] ?? "")}`];
  });
}
