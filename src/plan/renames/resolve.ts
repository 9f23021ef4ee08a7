/**
 * Annotations and two catalogs -> renames. An annotation whose old name is gone has done its work and is passed over;
 * one whose both names are there is refused, since nobody can say which of the two is meant.
 */
import type { Catalog, Fact } from "../../catalog/fact.ts";
import { factId, printName, type FactName } from "../../catalog/id.ts";
import type { Kind } from "../../catalog/kinds.ts";
import { LockstepError } from "../../core/errors.ts";
import type { BoundAnnotation } from "./bind.ts";
import type { Element } from "./elements.ts";
import { withoutDone } from "./exchanges.ts";
import { canBeRenamed, depthOf, unclear, type Rename } from "./rename.ts";

export function resolveRenames(
  bound: readonly BoundAnnotation[],
  from: Catalog,
  to: Catalog,
): readonly Rename[] {
  if (bound.length === 0) return [];
  const found = bound.map((one) => ({ ...one, target: targetOf(one, from, to) }));
  const renames: Rename[] = [];
  for (const depth of [0, 1, 2] as const) {
    const here = found.filter(
      ({ target }) => depthOf({ kind: target.kind, old: target.name }) === depth,
    );
    const candidates = here.map((one): Rename => {
      const old = oldName(one, renames);
      return { kind: one.target.kind, old, new: one.target.name, where: one.annotation.where };
    });
    const due = candidates.filter((rename) => isDue(rename, { from, to, candidates }));
    renames.push(...withoutDone(due, { from, to, landing }));
  }
  return renames;
}

/** Of the side that a plan leaves: what its comments say counts only where it fits. */
export function resolveTolerantly(
  bound: readonly BoundAnnotation[],
  from: Catalog,
  to: Catalog,
): readonly Rename[] {
  try {
    return resolveRenames(bound, from, to);
  } catch (error) {
    if (error instanceof LockstepError) return [];
    throw error;
  }
}

interface Target {
  readonly kind: Rename["kind"];
  readonly name: FactName;
}

/** The object of the to-side that the element makes. */
function targetOf({ annotation, element }: BoundAnnotation, from: Catalog, to: Catalog): Target {
  const { where } = annotation;
  const { kind, name, within } = element;
  if (kind === undefined) {
    const type = onlyOne(named("enum", within ?? [], to), { element, where });
    return { kind: "enum value", name: { ...inside(type), name: name[0] ?? "" } };
  }
  if (!canBeRenamed(kind)) {
    throw unclear(`PostgreSQL can't rename a ${kind.replaceAll("_", " ")}`, where);
  }
  const facts = within === undefined ? named(kind, name, to) : members(kind, element, to);
  // Of overloads, or of namesakes in several schemas, the one that is new.
  const fresh = facts.length > 1 ? facts.filter(({ id }) => !from.facts.has(id)) : facts;
  return { kind, name: onlyOne(fresh.length === 0 ? facts : fresh, { element, where }).name };
}

function inside(type: Fact): FactName {
  const { schema, name } = type.name;
  return schema === undefined ? { relation: name, name } : { schema, relation: name, name };
}

function named(kind: Kind, parts: readonly string[], catalog: Catalog): readonly Fact[] {
  const [name, schema] = parts.toReversed();
  return [...catalog.facts.values()].filter(
    (fact) =>
      fact.kind === kind &&
      fact.name.name === name &&
      (schema === undefined || fact.name.schema === schema),
  );
}

function members(kind: Kind, { name, within }: Element, catalog: Catalog): readonly Fact[] {
  const [relation, schema] = (within ?? []).toReversed();
  return [...catalog.facts.values()].filter(
    (fact) =>
      fact.kind === kind &&
      fact.name.name === name[0] &&
      fact.name.relation === relation &&
      (schema === undefined || fact.name.schema === schema),
  );
}

function onlyOne(
  facts: readonly Fact[],
  { element, where }: { readonly element: Element; readonly where: Rename["where"] },
): Fact {
  const [first, second] = facts;
  const name = [...(element.within ?? []), ...element.name].join(".");
  if (first === undefined)
    throw unclear(`the schema has no ${name} that the annotation is about`, where);
  if (second !== undefined) {
    const names = facts.map((fact) => printName(fact.name)).join(" and ");
    throw unclear(`${name} is several objects: ${names}; write the schema before the name`, where);
  }
  return first;
}

/** Complete, by the names that the from-side has: what the object is in may itself be renamed. */
function oldName(
  { annotation, target }: BoundAnnotation & { readonly target: Target },
  renames: readonly Rename[],
): FactName {
  const { old, where } = annotation;
  const [name = "", inner, outer] = old.toReversed();
  const { kind, name: now } = target;
  if (now.relation === undefined) {
    if (old.length > (now.schema === undefined ? 1 : 2))
      throw unclear(`${old.join(".")} has too many parts`, where);
    const schema = inner ?? schemaBefore(now.schema, renames);
    return { ...now, name, ...(schema === undefined ? {} : { schema }) };
  }
  const owner = ownerBefore(now, kind, renames);
  if (inner !== undefined && inner !== owner.relation && inner !== now.relation) {
    throw unclear(
      `${old.join(".")} is not in ${now.relation}: a rename leaves it where it is`,
      where,
    );
  }
  if (outer !== undefined && outer !== owner.schema && outer !== now.schema) {
    throw unclear(`${old.join(".")} is in another schema than ${printName(now)}`, where);
  }
  return { ...now, ...owner, name };
}

function schemaBefore(schema: string | undefined, renames: readonly Rename[]): string | undefined {
  return (
    renames.find(({ kind, new: now }) => kind === "schema" && now.name === schema)?.old.name ??
    schema
  );
}

const owners: ReadonlySet<string> = new Set([
  "table",
  "view",
  "materialized_view",
  "foreign_table",
]);
const typeOwners: ReadonlySet<string> = new Set(["enum", "composite", "domain"]);

/** The relation, domain or type as it was called. */
function ownerBefore(
  now: FactName,
  kind: Rename["kind"],
  renames: readonly Rename[],
): Pick<FactName, "schema" | "relation"> {
  const fits = kind === "enum value" || kind === "attribute" ? typeOwners : owners;
  const renamed = renames.find(
    (one) =>
      (fits.has(one.kind) || (kind === "constraint" && one.kind === "domain")) &&
      one.new.name === now.relation &&
      one.new.schema === now.schema,
  );
  if (renamed !== undefined) return { ...schemaOf(renamed.old), relation: renamed.old.name };
  const schema = schemaBefore(now.schema, renames);
  return { ...(schema === undefined ? {} : { schema }), relation: now.relation ?? "" };
}

function schemaOf({ schema }: FactName): { readonly schema?: string } {
  return schema === undefined ? {} : { schema };
}

interface Sides {
  readonly from: Catalog;
  readonly to: Catalog;
  /** Those of the same depth, which may swap names. */
  readonly candidates: readonly Rename[];
}

function isDue(rename: Rename, { from, to, candidates }: Sides): boolean {
  if (!exists(from, rename.kind, rename.old)) return false;
  if (printName(rename.old) === printName(rename.new)) return false;
  const others = candidates.filter((one) => one !== rename && one.kind === rename.kind);
  const isVacated = others.some(({ old }) => printName(old) === printName(landing(rename)));
  const isTakenOver = others.some(({ new: now }) => printName(now) === printName(staying(rename)));
  const isThere = exists(from, rename.kind, landing(rename)) && !isVacated;
  const stays = exists(to, rename.kind, staying(rename)) && !isTakenOver;
  if (!isThere && !stays) return true;
  const side = isThere ? "the schema as it is" : "the schema as it should be";
  throw new LockstepError(
    "DIFF.RENAME_BOTH",
    `${printName(rename.new)} is said to be renamed from ${printName(rename.old)}, and ${side} has both`,
    rename.where === undefined ? {} : { where: rename.where },
  );
}

/** The new name within what the object was in. */
function landing({ old, new: now }: Rename): FactName {
  return now.relation === undefined ? now : { ...old, name: now.name };
}

/** The old name within what the object is in. */
function staying({ old, new: now }: Rename): FactName {
  return now.relation === undefined ? old : { ...now, name: old.name };
}

function exists(catalog: Catalog, kind: Rename["kind"], name: FactName): boolean {
  if (kind !== "enum value") return catalog.facts.has(factId(kind, name));
  const { schema, relation } = name;
  const id = factId("enum", { ...(schema === undefined ? {} : { schema }), name: relation ?? "" });
  const type = catalog.facts.get(id);
  return type?.kind === "enum" && type.payload.labels.includes(name.name);
}
