/**
 * An exclusion constraint of a partition that is a part of the partitioned table's (PostgreSQL 17), and a key WITHOUT
 * OVERLAPS (18), which is one inside. The server compares no two of them, so none can be attached: each part is made with the one above or with the partition, and
 * called as the server likes. Measured on 18: ATTACH PARTITION is refused, and one that is there already is left
 * beside a second.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { serverMadeName } from "../../catalog/object_name.ts";
import type { ActionDraft } from "../actions.ts";
import { attachmentOf } from "../keys.ts";
import type { Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { quoted } from "../text/names.ts";
import { hasIndex, keyNames } from "./key.ts";
import { tablesBelow } from "./parents.ts";
import { aboveOf, isIncomparable, partsOf } from "./parts.ts";

type Constraint = FactOf<"constraint">;

export function isPartOfExclusion(fact: Constraint, side: Side): boolean {
  return isIncomparable(fact) && aboveOf(fact, side) !== undefined;
}

/** Nothing but its name is left to say. */
export function afterExclusionAbove(
  fact: Constraint,
  owner: string,
  planning: Planning,
): ActionDraft {
  const made = madeName(fact);
  const [above, table] = [aboveOf(fact, planning.to) ?? "", fact.parent ?? ""];
  const isOther = made !== fact.name.name;
  return {
    verb: "create",
    statements: isOther
      ? [`${owner} RENAME CONSTRAINT ${quoted(made)} TO ${quoted(fact.name.name)}`]
      : [],
    needs: [
      table,
      above,
      ...fact.references,
      ...tablesBelow(planning.to, table),
      attachmentOf(table),
    ],
  };
}

/** The names that its parts will have: what has one of them makes way first. */
export function namesOfParts(fact: Constraint, side: Side): readonly string[] {
  if (!isIncomparable(fact)) return [];
  return partsOf(fact.id, side).flatMap((part) =>
    part.kind === "constraint" ? [...keyNames(part), ...namesOfParts(part, side)] : [],
  );
}

/** The names of those that a table had itself, before it is attached and gets others of the same names. */
export function namesBeforeAttachment(table: string, planning: Planning): readonly string[] {
  return planning.to
    .childrenOf("constraint", table)
    .filter((fact) => isPartOfExclusion(fact, planning.to))
    .flatMap((fact) => keyNames(fact));
}

function madeName({ name, payload }: Constraint): string {
  const keys = hasIndex(payload) ? payload.index.keys : [];
  const include = hasIndex(payload) ? (payload.index.include ?? []) : [];
  const columns: string[] = [];
  for (const word of [...keys.map(({ column }) => column ?? "expr"), ...include]) {
    let free = word;
    for (let count = 1; columns.includes(free); count += 1) free = `${word}${count}`;
    columns.push(free);
  }
  const table = name.relation ?? "";
  if (payload.type === "primary key") return serverMadeName(table, undefined, "pkey");
  return serverMadeName(table, columns.join("_"), "excl");
}
