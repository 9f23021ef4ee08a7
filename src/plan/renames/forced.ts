/**
 * Renames that nobody has to tell: an index, a key or a foreign key of a partition is known by what it is a part of,
 * and nothing but a rename changes its name while the partitioned table's own stays. They are steps before the rest of
 * a plan, and the from-side as it is after them. It asks no server.
 */
import { canonicalRecord } from "../../catalog/canonical.ts";
import { compareText, sameValue, type CatalogDifference } from "../../catalog/compare.ts";
import type { Catalog, Fact, FactOf } from "../../catalog/fact.ts";
import { attachedFactId, factId, printName, type FactId, type FactName } from "../../catalog/id.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import { LockstepError } from "../../core/errors.ts";
import type { SchemaStep } from "../schema_plan.ts";
import { sideOf } from "../side.ts";
import { orderedMoves } from "./order.ts";
import { asideName, renameStatements, type Rename } from "./rename.ts";

export interface Forced {
  /** The from-side after the renames. */
  readonly catalog: Catalog;
  readonly steps: readonly SchemaStep[];
}

type Part = FactOf<"index"> | FactOf<"constraint">;

export function forcedRenames(from: Catalog, to: Catalog, difference: CatalogDifference): Forced {
  const isPossible = [...difference.removed, ...difference.changed.map((change) => change.from)];
  if (!isPossible.some((fact) => isPart(fact) && placeOf(fact) !== undefined)) {
    return { catalog: from, steps: [] };
  }
  const wanted = partsByPlace(to);
  const steps: SchemaStep[] = [];
  let catalog = from;
  // What is a part of a part is found once that has its name.
  for (;;) {
    const moves = movesIn(catalog, wanted, to);
    if (moves.length === 0) return { catalog, steps };
    steps.push(...stepsFor(moves, catalog));
    catalog = renamedCatalog(catalog, moves);
  }
}

interface PartMove {
  readonly part: Part;
  readonly to: FactName;
}

function movesIn(
  catalog: Catalog,
  wanted: ReadonlyMap<string, Part>,
  to: Catalog,
): readonly PartMove[] {
  const moves: PartMove[] = [];
  for (const [place, part] of partsByPlace(catalog)) {
    const other = wanted.get(place);
    if (other === undefined || other.id === part.id || other.kind !== part.kind) continue;
    if (shapeOf(part) === shapeOf(other) && isAboveKept(part, catalog, to)) {
      moves.push({ part, to: other.name });
    }
  }
  return [...moves, ...makingWay(moves, catalog)];
}

/** An index or a key that is called what another is to be called now, and that the plan drops later on. */
function makingWay(moves: readonly PartMove[], catalog: Catalog): readonly PartMove[] {
  const moving = new Set(moves.map(({ part }) => part.id));
  const taken = new Set(moves.map(({ to }) => relationOf(to)));
  return moves.flatMap(({ part, to }): readonly PartMove[] => {
    if (foreignKeyOf(part) !== undefined) return [];
    const holder = holderOf(to, catalog);
    if (holder === undefined || moving.has(holder.id) || !isPart(holder)) return [];
    const aside = freeName(holder.name, { taken, catalog });
    taken.add(relationOf(aside));
    return [{ part: holder, to: aside }];
  });
}

function freeName(
  name: FactName,
  { taken, catalog }: { readonly taken: ReadonlySet<string>; readonly catalog: Catalog },
): FactName {
  for (let number = 0; ; number += 1) {
    const aside = asideName(name.name);
    const free = { ...name, name: number === 0 ? aside : `${aside}_${number}` };
    if (!taken.has(relationOf(free)) && holderOf(free, catalog) === undefined) return free;
  }
}

function shapeOf({ payload }: Part): string {
  return canonicalRecord(payload, ["attachedTo"]);
}

/** A partitioned table's that changes itself is made again, and takes its parts along. */
function isAboveKept(part: Part, catalog: Catalog, to: Catalog): boolean {
  const above = attachedTo(part);
  if (above === undefined) return isKeyKept(part, catalog, to);
  return part.references.some((id) => {
    const [before, after] = [catalog.facts.get(id), to.facts.get(id)];
    if (before === undefined || after === undefined || !isPart(before) || !isPart(after))
      return false;
    if (before.name.name !== above.name || before.name.schema !== above.schema) return false;
    return shapeOf(before) === shapeOf(after);
  });
}

/** The foreign key that a partition's comes from is there on both sides, and is the same. */
function isKeyKept(part: Part, catalog: Catalog, to: Catalog): boolean {
  const shape = foreignKeyOf(part);
  const table = catalog.facts.get(part.parent ?? "");
  const above = table?.kind === "table" ? table.payload.partitionOf?.parent : undefined;
  if (shape === undefined || above === undefined) return false;
  return [...catalog.facts.values()].some(
    (fact) =>
      fact.kind === "constraint" &&
      fact.name.relation === above.name &&
      fact.name.schema === above.schema &&
      foreignKeyOf(fact) === shape &&
      sameValue(to.facts.get(fact.id)?.payload, fact.payload),
  );
}

/** What a foreign key joins: of two alike nobody can say which is which. */
function foreignKeyOf(fact: Part): string | undefined {
  if (fact.kind !== "constraint" || fact.payload.type !== "foreign key") return undefined;
  return canonicalRecord(fact.payload, ["inherited"]);
}

function placeOf(fact: Part): string | undefined {
  const above = attachedTo(fact);
  if (above !== undefined) return JSON.stringify([fact.parent, above.schema, above.name]);
  const isInherited = fact.kind === "constraint" && fact.payload.inherited === true;
  const key = isInherited ? foreignKeyOf(fact) : undefined;
  return key === undefined ? undefined : JSON.stringify([fact.parent, key]);
}

/** By the table and what the part hangs on, of which a table has one. */
function partsByPlace({ facts }: Catalog): ReadonlyMap<string, Part> {
  const found = new Map<string, Part>();
  const ambiguous = new Set<string>();
  for (const fact of facts.values()) {
    const place = isPart(fact) ? placeOf(fact) : undefined;
    if (place === undefined || !isPart(fact)) continue;
    if (found.has(place)) ambiguous.add(place);
    found.set(place, fact);
  }
  for (const place of ambiguous) found.delete(place);
  return found;
}

function isPart(fact: Fact): fact is Part {
  return fact.kind === "index" || fact.kind === "constraint";
}

function attachedTo(fact: Fact): QualifiedName | undefined {
  if (!isPart(fact)) return undefined;
  return "attachedTo" in fact.payload ? fact.payload.attachedTo : undefined;
}

function stepsFor(moves: readonly PartMove[], catalog: Catalog): readonly SchemaStep[] {
  const side = sideOf(catalog);
  const byName = new Map(moves.map(({ part }) => [relationOf(part.name), part]));
  for (const { to, part } of moves) {
    if (foreignKeyOf(part) !== undefined) continue;
    const holder = holderOf(to, catalog);
    if (holder === undefined || byName.has(relationOf(to))) continue;
    const message = `${printName(part.name)} is to be renamed to ${to.name}, which ${holder.id} is called still`;
    throw new LockstepError("DIFF.RENAME_TAKEN", message, { data: { object: part.id } });
  }
  const drafts = moves.map(({ part, to }) => {
    const rename: Rename = { kind: part.kind, old: part.name, new: to, where: undefined };
    return { rename, from: part.name, to, part };
  });
  // An index or a key has its name among all relations, a foreign key among its table's constraints.
  const ordered = orderedMoves(drafts, (name, { part }) =>
    foreignKeyOf(part) === undefined ? relationOf(name) : printName(name),
  );
  return ordered.map(({ part, ...move }): SchemaStep => {
    const named: Fact = { ...part, name: move.from };
    const statements = renameStatements(named, move.to, { side, aside: false });
    const { kind } = part;
    const object = factId(kind, move.from);
    const common = { verb: "rename", loss: "none" } as const;
    return { ...common, kind, object, becomes: printName(move.to), statements };
  });
}

function relationOf({ schema, name }: FactName): string {
  return JSON.stringify([schema, name]);
}

const relations: ReadonlySet<string> = new Set([
  "table",
  "foreign_table",
  "view",
  "materialized_view",
  "sequence",
  "index",
  "composite",
]);

/** Whoever has the name now, among all that share one name space. */
function holderOf(name: FactName, { facts }: Catalog): Fact | undefined {
  for (const fact of facts.values()) {
    const isNamed = relations.has(fact.kind) || attachedToOrKey(fact);
    if (isNamed && fact.name.name === name.name && fact.name.schema === name.schema) return fact;
  }
  return undefined;
}

function attachedToOrKey(fact: Fact): boolean {
  return fact.kind === "constraint" && "index" in fact.payload;
}

function renamedCatalog(catalog: Catalog, moves: readonly PartMove[]): Catalog {
  const names = new Map(
    moves
      .filter(({ part }) => foreignKeyOf(part) === undefined)
      .map(({ part, to }) => [relationOf(part.name), to.name]),
  );
  const own = new Map(moves.map(({ part, to }) => [part.id, to]));
  const ids = new Map<FactId, FactId>();
  for (const { part, to } of moves) {
    ids.set(part.id, factId(part.kind, to));
    // The index behind a key can be commented on by itself.
    if (foreignKeyOf(part) === undefined) ids.set(indexId(part.name), indexId(to));
  }
  const facts = new Map<FactId, Fact>();
  for (const fact of catalog.facts.values()) {
    const renamed = renamedFact(fact, own.get(fact.id), { ids, names });
    facts.set(renamed.id, renamed);
  }
  return { ...catalog, facts };
}

function indexId({ schema, name }: FactName): FactId {
  return factId("index", { ...(schema === undefined ? {} : { schema }), name });
}

interface Called {
  readonly ids: ReadonlyMap<FactId, FactId>;
  /** Of indexes, by the schema and the old name. */
  readonly names: ReadonlyMap<string, string>;
}

function renamedFact(fact: Fact, own: FactName | undefined, called: Called): Fact {
  const { ids } = called;
  const isTouched =
    own !== undefined ||
    fact.kind === "table" ||
    ids.has(fact.parent ?? "") ||
    fact.references.some((id) => ids.has(id));
  if (!isTouched) return fact;
  const parent = fact.parent === undefined ? undefined : (ids.get(fact.parent) ?? fact.parent);
  const references = fact.references.map((id) => ids.get(id) ?? id).toSorted(compareText);
  const id = own === undefined ? attachedId(fact, ids) : factId(fact.kind, own);
  const base = { ...fact, id, parent, references, payload: renamedPayload(fact, called) };
  // The same kind, and a payload of its own shape.
  return { ...base, name: own ?? fact.name } as Fact;
}

function attachedId(fact: Fact, ids: ReadonlyMap<FactId, FactId>): FactId {
  if (fact.kind !== "comment") return fact.id;
  const on = ids.get(fact.payload.on.id);
  return on === undefined ? fact.id : attachedFactId("comment", on);
}

function renamedPayload(fact: Fact, { ids, names }: Called): object {
  const { payload } = fact;
  if (fact.kind === "comment") {
    const { on } = fact.payload;
    return { ...payload, on: { ...on, id: ids.get(on.id) ?? on.id } };
  }
  if (fact.kind === "table") {
    const call = (index: string): string =>
      names.get(relationOf({ ...fact.name, name: index })) ?? index;
    const { replicaIdentity, clusterOn } = fact.payload;
    const isNamed = typeof replicaIdentity === "object";
    return {
      ...payload,
      ...(isNamed ? { replicaIdentity: { index: call(replicaIdentity.index) } } : {}),
      ...(clusterOn === undefined ? {} : { clusterOn: call(clusterOn) }),
    };
  }
  const above = attachedTo(fact);
  const name = above === undefined ? undefined : names.get(relationOf(above));
  return name === undefined ? payload : { ...payload, attachedTo: { ...above, name } };
}
