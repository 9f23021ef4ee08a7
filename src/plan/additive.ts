/**
 * The schema that a deploy without drops leads to: what is declared, and what is there and not declared stays. A plan
 * to it that would lose rows or values all the same is refused: nothing that only adds loses any.
 */
import { factsOf, type Catalog, type Fact, type FactOf } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import { LockstepError } from "../core/errors.ts";
import { byPosition } from "./arrival.ts";
import type { SchemaPlan } from "./schema_plan.ts";

export function additiveTarget(live: Catalog, declared: Catalog): Catalog {
  const facts = new Map(declared.facts);
  const gone = new Set<FactId>();
  const widened = new Set<FactId>();
  for (const [id, fact] of live.facts) {
    if (!facts.has(id) && isColumnOfQuery(fact, declared)) gone.add(id);
  }
  for (const [id, fact] of live.facts) {
    if (facts.has(id) || gone.has(id) || (fact.parent !== undefined && gone.has(fact.parent)))
      continue;
    // An index of a materialized view over a column that is gone.
    if (fact.references.some((reference) => gone.has(reference))) continue;
    facts.set(id, fact);
    if (isPrimaryKey(fact)) keepNotNull(fact, { live, facts });
    if (fact.kind === "column" && declared.facts.has(fact.parent ?? "")) {
      widened.add(fact.parent ?? "");
    }
  }
  if (widened.size > 0) keepPlaces(columnsOf(live, widened), columnsOf(declared, widened), facts);
  return { ...declared, facts };
}

function isPrimaryKey(fact: Fact): boolean {
  return fact.kind === "constraint" && fact.payload.type === "primary key";
}

type Columns = ReadonlyMap<FactId, readonly FactOf<"column">[]>;

/** A column that stays stands behind the one that it stands behind now: no other is out of order for its sake. */
function keepPlaces(live: Columns, declared: Columns, facts: Map<FactId, Fact>): void {
  for (const [table, columns] of live) {
    const order = [...(declared.get(table) ?? [])];
    let place = 0;
    for (const column of columns) {
      const found = order.findIndex(({ id }) => id === column.id);
      if (found < 0) order.splice(place, 0, column);
      place = (found < 0 ? place : found) + 1;
    }
    for (const [index, { id }] of order.entries()) {
      const fact = facts.get(id);
      if (fact?.kind !== "column") continue;
      facts.set(id, { ...fact, payload: { ...fact.payload, position: index + 1 } });
    }
  }
}

/** In their order, of these tables. */
function columnsOf(catalog: Catalog, tables: ReadonlySet<FactId>): Columns {
  const columns = new Map<FactId, FactOf<"column">[]>([...tables].map((table) => [table, []]));
  for (const column of factsOf(catalog, "column")) columns.get(column.parent ?? "")?.push(column);
  for (const own of columns.values()) own.sort(byPosition);
  return columns;
}

/** The columns of a key that stays are not null, whatever is declared. */
function keepNotNull(
  key: Fact,
  { live, facts }: { readonly live: Catalog; readonly facts: Map<FactId, Fact> },
): void {
  for (const id of key.references) {
    const [before, after] = [live.facts.get(id), facts.get(id)];
    if (before?.kind !== "column" || after?.kind !== "column") continue;
    const { notNull } = before.payload;
    if (notNull === undefined || after.payload.notNull !== undefined) continue;
    facts.set(id, { ...after, payload: { ...after.payload, notNull } });
  }
}

/** What a declared view shows is its query's to say: a column that it no longer selects can't stay. */
function isColumnOfQuery({ kind, parent }: Fact, declared: Catalog): boolean {
  const relation = declared.facts.get(parent ?? "")?.kind;
  return kind === "column" && (relation === "view" || relation === "materialized_view");
}

/** What it keeps although the declared schema has none of it, the whole objects alone. */
export function leftOut(from: Catalog, to: Catalog): readonly FactId[] {
  const kept = additiveTarget(from, to).facts;
  const gone = [...from.facts.values()].filter(({ id }) => !to.facts.has(id) && kept.has(id));
  const ids = new Set(gone.map(({ id }) => id));
  return gone
    .filter(({ kind, parent }) => {
      const isPart = parent !== undefined && (ids.has(parent) || unasked.has(kind));
      return !isPart;
    })
    .map(({ id }) => id)
    .toSorted();
}

/** What hangs on an object and is said again with it. */
const unasked: ReadonlySet<string> = new Set(["comment", "default", "grant", "security_label"]);

/** A table has one primary key: where another is declared, the one that is there would have to go. */
export function refuseSecondKeys(from: Catalog, to: Catalog): void {
  for (const fact of from.facts.values()) {
    if (!isPrimaryKey(fact) || to.facts.has(fact.id)) continue;
    const other = [...to.facts.values()].find(
      (one) => one.parent === fact.parent && isPrimaryKey(one),
    );
    if (other === undefined) continue;
    throw new LockstepError("DIFF.DROPS", `${fact.id} would have to go for ${other.id}`, {
      notes: ["an additive plan drops nothing, and a table has one primary key"],
      next: "Leave the key as it is, or plan it without --additive (in the config: additive: false).",
      data: { objects: [fact.id] },
    });
  }
}

export function refuseLosses({ segments, drops }: SchemaPlan): void {
  const losing = segments
    .flatMap(({ steps }) => steps)
    .filter(({ loss }) => loss !== "none" && loss !== "rewrites");
  const objects = [
    ...new Set([...drops.map(({ object }) => object), ...losing.map(({ object }) => object)]),
  ];
  const [first] = objects;
  if (first === undefined) return;
  const more = objects.length === 1 ? "" : ` and ${objects.length - 1} more`;
  throw new LockstepError("DIFF.DROPS", `what is stored in ${first}${more} would be lost`, {
    notes: ["an additive plan adds and changes, and loses nothing", ...objects],
    next: "Change the schema so that it only adds, or plan it without --additive (in the config: additive: false).",
    data: { objects },
  });
}
