/**
 * The schema that a deploy without drops leads to: what is declared, and what is there and not declared stays. A plan
 * to it that would lose rows or values all the same is refused: nothing that only adds loses any.
 */
import type { Catalog } from "../catalog/fact.ts";
import { LockstepError } from "../core/errors.ts";
import type { SchemaPlan } from "./schema_plan.ts";

export function additiveTarget(live: Catalog, declared: Catalog): Catalog {
  const facts = new Map(declared.facts);
  for (const [id, fact] of live.facts) if (!facts.has(id)) facts.set(id, fact);
  return { ...declared, facts };
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
    notes: ["the deploy is additive: it adds and changes, and loses nothing", ...objects],
    next: "Change the declared schema so that it only adds, or write additive: false in the config for this deploy.",
    data: { objects },
  });
}
