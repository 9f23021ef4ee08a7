/**
 * A domain whose values columns hold within others: in arrays, composites, ranges. With such a column the server looks at
 * no new NOT NULL and no new check of the domain. So the one comes after the columns that leave such types and before
 * those that come to hold them, and where a column keeps one the domain is made again. Columns of the domain itself that
 * leave it are looked at no more either.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { ActionDraft } from "../actions.ts";
import type { Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { ownName } from "../text/names.ts";
import { isType } from "./type_kinds.ts";

type Domain = FactOf<"domain">;

/** What a new condition on the values of a domain that stays has to say of its place. */
export function amongHolders(
  domain: FactId | undefined,
  planning: Planning,
): Required<Pick<ActionDraft, "makes" | "disturbs">> {
  const [before, after] = [
    planning.from.find("domain", domain),
    planning.to.find("domain", domain),
  ];
  if (before === undefined || after === undefined) return { makes: [], disturbs: [] };
  const holding = holdersOf(before, planning.from);
  const later = holdersOf(after, planning.to);
  const isOf = (id: FactId): boolean => later.direct.has(id) || later.columns.has(id);
  const isLeft = holding.columns.size > 0 || ![...holding.direct].every(isOf);
  return {
    makes: [after.id, ...later.types],
    disturbs: isLeft ? [before.id, ...holding.over, ...holding.types] : [],
  };
}

/** Whether a column holds such values on both sides. */
export function isHeldForGood(domain: FactId | undefined, planning: Planning): boolean {
  const [before, after] = [
    planning.from.find("domain", domain),
    planning.to.find("domain", domain),
  ];
  if (before === undefined || after === undefined) return false;
  const { columns } = holdersOf(before, planning.from);
  if (columns.size === 0) return false;
  const { columns: later } = holdersOf(after, planning.to);
  return [...columns].some((id) => later.has(id) && !planning.fates.drops.has(id));
}

interface Holders {
  /** That have the domain's values within theirs. */
  readonly types: Set<FactId>;
  /** Of tables and materialized views. */
  readonly columns: Set<FactId>;
  /** Domains over it, and columns of it and of those. */
  readonly over: Set<FactId>;
  readonly direct: Set<FactId>;
}

function holdersOf(domain: Domain, side: Side): Holders {
  const holders: Holders = {
    ...{ types: new Set(), columns: new Set(), over: new Set(), direct: new Set() },
  };
  const seen = new Set<string>();
  const visit = (type: Fact, isWithin: boolean): void => {
    const key = `${String(isWithin)} ${type.id}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const holder of side.referrers(type.id)) {
      const holds = isWithin || !isOf(holder, type);
      const whole = holder.kind === "attribute" ? side.get(holder.parent ?? "") : holder;
      if (whole?.kind === "column") {
        if (isStored(whole, side)) (holds ? holders.columns : holders.direct).add(whole.id);
      } else if (isType(whole) && whole !== undefined) {
        (holds ? holders.types : holders.over).add(whole.id);
        visit(whole, holds);
      }
    }
  };
  visit(domain, false);
  return holders;
}

/** It is of the type itself, and no array or composite of it. */
function isOf(holder: Fact, type: Fact): boolean {
  return (
    (holder.kind === "column" || holder.kind === "domain") && holder.payload.type === ownName(type)
  );
}

function isStored({ parent }: FactOf<"column">, side: Side): boolean {
  return (
    side.find("table", parent) !== undefined || side.find("materialized_view", parent) !== undefined
  );
}
