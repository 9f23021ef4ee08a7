/**
 * The schema that a deploy without drops leads to: what is declared, and what is there and not declared stays. A plan
 * to it that would lose rows or values all the same is refused: nothing that only adds loses any.
 */
import type { Catalog } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import { LockstepError } from "../core/errors.ts";
import type { SchemaPlan } from "./schema_plan.ts";

export function additiveTarget(live: Catalog, declared: Catalog): Catalog {
  const facts = new Map(declared.facts);
  for (const [id, fact] of live.facts) if (!facts.has(id)) facts.set(id, fact);
  return { ...declared, facts };
}

/** What it keeps although the declared schema has none of it, the whole objects alone. */
export function leftOut(from: Catalog, to: Catalog): readonly FactId[] {
  const gone = [...from.facts.values()].filter(({ id }) => !to.facts.has(id));
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
    notes: ["the deploy is additive: it adds and changes, and loses nothing", ...objects],
    next: "Change the declared schema so that it only adds, or write additive: false in the config for this deploy.",
    data: { objects },
  });
}
