/** Inheritance and partitioning: what a table's parents and children are, and what comes from them. */
import { sameValue } from "../../catalog/compare.ts";
import type { Fact, FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { ConstraintPayload, QualifiedName } from "../../catalog/payloads/relations.ts";
import { isDropped, isReplaced, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { hasIndex } from "./key.ts";

export type TableFact = FactOf<"table"> | FactOf<"foreign_table">;

export function tableOf(side: Side, id: FactId | undefined): TableFact | undefined {
  return side.find("table", id) ?? side.find("foreign_table", id);
}

export function parentNames(table: TableFact): readonly QualifiedName[] {
  const { partitionOf, inherits } = table.payload;
  return partitionOf === undefined ? (inherits ?? []) : [partitionOf.parent];
}

/** The tables that this one inherits from or is a partition of. */
export function parentsOf(side: Side, table: TableFact): readonly TableFact[] {
  return parentNames(table).flatMap((name) => {
    const parent =
      side.find("table", factId("table", name)) ??
      side.find("foreign_table", factId("foreign_table", name));
    return parent === undefined ? [] : [parent];
  });
}

/** The same column, default or constraint in the tables above. */
export function counterparts(side: Side, fact: Fact): readonly Fact[] {
  const tableId = fact.kind === "default" ? side.get(fact.parent ?? "")?.parent : fact.parent;
  const table = tableOf(side, tableId);
  if (table === undefined) return [];
  return parentsOf(side, table).flatMap((parent) => {
    const { schema } = parent.name;
    const name = {
      ...fact.name,
      ...(schema === undefined ? {} : { schema }),
      relation: parent.name.name,
    };
    const above = side.get(factId(fact.kind, name));
    return above === undefined ? [] : [above];
  });
}

/** The tables that inherit from this one or are partitions of it. */
export function childTables(side: Side, table: FactId | undefined): readonly TableFact[] {
  if (table === undefined) return [];
  return referringTables(side, table).filter((child) =>
    parentsOf(side, child).some((parent) => parent.id === table),
  );
}

function referringTables(side: Side, id: FactId): readonly TableFact[] {
  return [...side.referrersOf("table", id), ...side.referrersOf("foreign_table", id)];
}

/** All that inherit from it, and from those. */
export function tablesBelow(side: Side, table: FactId | undefined): readonly FactId[] {
  return childTables(side, table).flatMap(({ id }) => [id, ...tablesBelow(side, id)]);
}

export function hasChildren(side: Side, table: FactId): boolean {
  return childTables(side, table).length > 0;
}

/**
 * A partitioned table's partitions and their being attached. Its indexes come after: a partition that came later would
 * get one of its own, under a name that nobody chose.
 */
export function partitionsOf(side: Side, table: FactId | undefined): readonly string[] {
  if (table === undefined || side.find("table", table)?.payload.partitionKey === undefined)
    return [];
  return referringTables(side, table).flatMap(({ id, payload }) =>
    payload.partitionOf === undefined ? [] : [id, `attachment ${id}`],
  );
}

export function alterTable(kind: string): string {
  return kind === "foreign_table" ? "ALTER FOREIGN TABLE" : "ALTER TABLE";
}

/** The same column or default in tables above that are above it on both sides: what changes there reaches it. */
export function lastingCounterparts(fact: Fact, planning: Planning): readonly Fact[] {
  const before = planning.from.get(fact.id);
  if (before === undefined) return [];
  const ids = new Set(counterparts(planning.from, before).map(({ id }) => id));
  return counterparts(planning.to, fact).filter(
    (above) => ids.has(above.id) && !isMadeAgain(above, planning),
  );
}

/** Whether a column's, a default's or a constraint's table is dropped and made: those below leave it and come back. */
function isMadeAgain(fact: Fact, planning: Planning): boolean {
  const table = fact.kind === "default" ? planning.to.get(fact.parent ?? "")?.parent : fact.parent;
  return table !== undefined && isReplaced(planning, table);
}

/** Tables below this one that leave it in this plan: what it gets or loses from then on is not theirs. */
export function leavingChildren(table: FactId | undefined, planning: Planning): readonly FactId[] {
  return childTables(planning.from, table)
    .filter((child) => {
      const after = tableOf(planning.to, child.id);
      return (
        after !== undefined && !parentsOf(planning.to, after).some((parent) => parent.id === table)
      );
    })
    .map(({ id }) => id);
}

/**
 * Whether the table leaves a table that it is a partition of, for good or because that is made again: what came from there
 * is its own from then on.
 */
export function leavesParent(table: FactId | undefined, planning: Planning): boolean {
  const before = tableOf(planning.from, table);
  if (before?.payload.partitionOf === undefined || table === undefined) return false;
  return parentsOf(planning.from, before).some(
    ({ id }) => isReplaced(planning, id) || leavingChildren(id, planning).includes(table),
  );
}

/** Whether the table becomes a partition, or of another parent, in this plan. */
export function isLinkedAnew(table: FactId | undefined, planning: Planning): boolean {
  const before = tableOf(planning.from, table)?.payload.partitionOf;
  const after = tableOf(planning.to, table)?.payload.partitionOf;
  return (
    before?.parent.name !== after?.parent.name ||
    before?.bound !== after?.bound ||
    before?.detachPending !== after?.detachPending
  );
}

/** Whether a parent of the from-side is still one: then the column comes with its own. */
export function staysBound(table: string, planning: Planning): boolean {
  const [before, after] = [tableOf(planning.from, table), tableOf(planning.to, table)];
  if (before === undefined || after === undefined) return false;
  const ids = new Set(parentsOf(planning.from, before).map(({ id }) => id));
  return parentsOf(planning.to, after).some(({ id }) => ids.has(id) && !isReplaced(planning, id));
}

/**
 * Whether tables below are there already: a NOT NULL of theirs may have the name that the server would choose for the
 * parent's, which then gets another one.
 */
export function hasOlderChildren(table: FactId, planning: Planning): boolean {
  if (planning.major < 18) return false;
  return childTables(planning.to, table).some(({ id }) => planning.from.get(id) !== undefined);
}

/** What a table has to have when it comes to its parent; a foreign key from there comes with it. */
export function comesBeforeAttachment(fact: Fact): boolean {
  if (fact.kind === "column" || fact.kind === "index") return true;
  if (fact.kind !== "constraint") return false;
  return fact.payload.type !== "foreign key" || fact.payload.inherited !== true;
}

/** The foreign key of the table above that this one is the part of in a partition, which goes with it. */
export function keyAbove(fact: FactOf<"constraint">, side: Side): FactOf<"constraint"> | undefined {
  const table = tableOf(side, fact.parent);
  if (table?.payload.partitionOf === undefined) return undefined;
  if (fact.payload.type !== "foreign key" || fact.payload.inherited !== true) return undefined;
  return keysAbove(fact, side)[0];
}

/**
 * Whether the table, which goes, has its part of a foreign key that stays, and partitions that outlive it: they have to
 * lose theirs with it, which nothing but its leave lets go.
 */
export function leavesKeyBelow(table: FactId, planning: Planning): boolean {
  const isOutlived = tablesBelow(planning.from, table).some((id) => !isDropped(planning, id));
  if (!isOutlived || leavesParent(table, planning)) return false;
  return planning.from.childrenOf("constraint", table).some((fact) => {
    const above = keyAbove(fact, planning.from);
    return above !== undefined && !isDropped(planning, above.id);
  });
}

/**
 * The foreign keys of tables above that join the same. Of several the one comes first that it hangs on, then one of the
 * same name.
 */
export function keysAbove(fact: FactOf<"constraint">, side: Side): readonly FactOf<"constraint">[] {
  const table = tableOf(side, fact.parent);
  if (table === undefined || fact.payload.type !== "foreign key") return [];
  const own = joined(fact.payload);
  const found = parentsOf(side, table)
    .flatMap(({ id }) => side.childrenOf("constraint", id))
    .filter(({ payload }) => sameValue(joined(payload), own));
  if (found.length < 2) return found;
  const distance = ({ id, name }: FactOf<"constraint">): number =>
    fact.references.includes(id) ? 0 : name.name === fact.name.name ? 1 : 2;
  return found.toSorted((left, right) => distance(left) - distance(right));
}

/** A part may have been looked at before the one above, or after. */
function joined(payload: ConstraintPayload): Omit<ConstraintPayload, "inherited" | "notValid"> {
  const { inherited: _inherited, ...rest } = payload;
  return "notValid" in rest ? withoutValidity(rest) : rest;
}

function withoutValidity<T extends { readonly notValid?: true }>({
  notValid: _notValid,
  ...rest
}: T): Omit<T, "notValid"> {
  return rest;
}

/** A foreign key is referred to by its parts in the partitions alone. */
function isKey(fact: Fact): boolean {
  return fact.kind === "constraint" && hasIndex(fact.payload);
}

/** Foreign keys of the from-side that refer to the table or to one that it is a partition of. */
export function referringKeys(
  table: TableFact | undefined,
  planning: Planning,
): readonly FactOf<"constraint">[] {
  if (table === undefined) return [];
  const own = planning.from
    .children(table.id)
    .filter((fact) => fact.kind === "index" || isKey(fact))
    .flatMap(({ id }) => planning.from.referrers(id))
    .flatMap(({ id }) => {
      const key = planning.from.find("constraint", id);
      // A part of a foreign key of this very table refers to that.
      const isReferring =
        key?.payload.type === "foreign key" && factId("table", key.payload.table) === table.id;
      return isReferring ? [key] : [];
    });
  const [above] = table.payload.partitionOf === undefined ? [] : parentsOf(planning.from, table);
  return [...own, ...referringKeys(above, planning)];
}

/**
 * Foreign keys that refer to a partitioned table whose partition this is, before and after: while they are there it can't
 * leave, not even to come back, for as long as they find rows of it.
 */
export function keysOnRows(
  id: FactId | undefined,
  planning: Planning,
): readonly FactOf<"constraint">[] {
  const before = tableOf(planning.from, id);
  if (before?.payload.partitionOf === undefined) return [];
  const after = new Set(tablesAbove(planning.to, id));
  return parentsOf(planning.from, before)
    .flatMap((parent) => referringKeys(parent, planning))
    .filter(
      ({ payload }) => payload.type === "foreign key" && after.has(factId("table", payload.table)),
    );
}

function tablesAbove(side: Side, id: FactId | undefined): readonly FactId[] {
  const table = tableOf(side, id);
  if (table === undefined) return [];
  return parentsOf(side, table).flatMap((parent) => [parent.id, ...tablesAbove(side, parent.id)]);
}
