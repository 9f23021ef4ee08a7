/**
 * Columns that hold whole rows of a relation: of its row type, of arrays, domains and ranges of that, of composites and
 * other rows with such a part. While a stored column does, the server changes no type, no stored expression and no value
 * of a new column of the relation. So the values of that column are put aside before the change and come back after it,
 * and a materialized view is made again. This says which; put_aside.ts has the statements.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { ownName } from "../text/names.ts";
import { addingRewrites } from "./adding_rewrites.ts";
import { tableOf } from "./parents.ts";
import { changesType } from "./type_change.ts";

type Column = FactOf<"column">;

/** The relations, and the types made of them, whose values the column's values are made of. */
export function rowsWithin(column: Column, side: Side): ReadonlySet<FactId> {
  const found = new Set<FactId>();
  const visit = (id: FactId): void => {
    const fact = side.get(id);
    if (fact === undefined || found.has(id) || !isMadeOfOthers(fact)) return;
    found.add(id);
    if (isRelation(fact))
      for (const each of side.childrenOf("column", id)) typesOf(each, side).forEach(visit);
    else if (fact.kind === "composite") {
      for (const { references } of side.childrenOf("attribute", id)) references.forEach(visit);
    } else fact.references.forEach(visit);
  };
  typesOf(column, side).forEach(visit);
  return found;
}

/** Stored columns that hold the relation's rows. */
function holdersOf(relation: FactId, side: Side): ReadonlySet<FactId> {
  const found = new Set<FactId>();
  const seen = new Set<FactId>();
  const visit = (id: FactId | undefined): void => {
    if (id === undefined || seen.has(id)) return;
    seen.add(id);
    for (const column of side.referrersOf("column", id)) {
      if (!typesOf(column, side).includes(id)) continue;
      const holder = side.get(column.parent ?? "");
      if (holder?.kind === "table" || holder?.kind === "materialized_view") found.add(column.id);
      visit(column.parent);
    }
    for (const { parent } of side.referrersOf("attribute", id)) visit(parent);
    for (const kind of ["domain", "range"] as const) {
      for (const type of side.referrersOf(kind, id)) visit(type.id);
    }
  };
  visit(relation);
  return found;
}

export function isRelation(fact: Fact | undefined): boolean {
  const kind = fact?.kind;
  return (
    kind === "table" || kind === "foreign_table" || kind === "view" || kind === "materialized_view"
  );
}

function isMadeOfOthers(fact: Fact): boolean {
  return (
    isRelation(fact) || fact.kind === "composite" || fact.kind === "domain" || fact.kind === "range"
  );
}

/** What the column's expression looks at is among its references as well. */
function typesOf({ payload, references }: Column, side: Side): readonly FactId[] {
  const type = payload.type.replace(/\[\]$/, "");
  return references.filter((id) => {
    const fact = side.get(id);
    return (
      fact !== undefined && isMadeOfOthers(fact) && (!isRelation(fact) || ownName(fact) === type)
    );
  });
}

/** Whether the plan makes the relation again, or does to it what nobody may who has rows of it. */
export function changesRows(relation: FactId, planning: Planning): boolean {
  if (!isRelation(planning.from.get(relation))) return false;
  if (isCreated(planning, relation)) return isDropped(planning, relation);
  if (tableOf(planning.to, relation) === undefined) return false;
  return (
    isWrittenAgain(relation, planning) ||
    planning.to.childrenOf("column", relation).some((column) => changesValues(column, planning))
  );
}

function isWrittenAgain(table: FactId, planning: Planning): boolean {
  const changed = planning.fates.alters.get(table);
  return changed?.has("unlogged") === true || changed?.has("accessMethod") === true;
}

function changesValues(to: Column, planning: Planning): boolean {
  if (isCreated(planning, to.id)) return addsValues(to, planning);
  const from = planning.from.find("column", to.id);
  if (from === undefined || !planning.fates.alters.has(to.id)) return false;
  const isComputedAnew =
    to.payload.generated?.kind === "stored" &&
    !sameValue(from.payload.generated, to.payload.generated);
  return isComputedAnew || changesType({ from, to }, planning) || isPutAside(to, planning);
}

function addsValues(column: Column, planning: Planning): boolean {
  return (
    planning.to.childrenOf("default", column.id).length > 0 ||
    addingRewrites(column, planning) ||
    column.references.some((id) => planning.to.find("domain", id)?.payload.default !== undefined)
  );
}

/** Whether the column, which stays, holds rows on both sides that change meanwhile. */
export function isPutAside(column: Column, planning: Planning): boolean {
  if (isDropped(planning, column.id) || isCreated(planning, column.id)) return false;
  const [from, to] = [planning.from, planning.to].map((side) => {
    const fact = side.find("column", column.id);
    if (fact === undefined || side.find("table", fact.parent) === undefined) return false;
    return [...rowsWithin(fact, side)].some((id) => changesRows(id, planning));
  });
  return from === true && to === true;
}

/** What has rows of the fact's table in it and has to make way for what is made or changed there. */
export function displacedBy(fact: Fact, planning: Planning): readonly FactId[] {
  const table = tableOf(planning.to, fact.kind === "column" ? fact.parent : fact.id);
  if (table === undefined || planning.from.get(table.id) === undefined) return [];
  const isChanged =
    fact.kind === "column" ? changesValues(fact, planning) : isWrittenAgain(fact.id, planning);
  if (!isChanged) return [];
  return [...holdersOf(table.id, planning.from)].flatMap((id) => {
    const owner = planning.from.get(planning.from.get(id)?.parent ?? "");
    return owner?.kind === "materialized_view" ? [owner.id] : [id];
  });
}

/** Whether a materialized view holds rows that change. */
export function holdsChangedRows(view: FactId, planning: Planning): boolean {
  return planning.from
    .childrenOf("column", view)
    .some((column) =>
      [...rowsWithin(column, planning.from)].some((id) => changesRows(id, planning)),
    );
}

/** Whether any column of either side holds rows of it. */
export function isHeldInRows(relation: FactId, { from, to }: Planning): boolean {
  return holdersOf(relation, from).size > 0 || holdersOf(relation, to).size > 0;
}
