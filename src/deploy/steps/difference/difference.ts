/**
 * The difference of two open sources as a plan that was proved: what `diff`, a declared deploy, a rollback and the
 * watch on a development database hand on. It changes neither side.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { settleTexts } from "../../../catalog/fixed_point.ts";
import { planSchema, type SchemaPlan } from "../../../plan/schema_plan.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { OpenSource } from "../source/read.ts";
import type { SourcePorts } from "../source/ports.ts";
import { remakeWith } from "../source/remake.ts";
import { provePlan, type PlanProof } from "./proof.ts";
import { standInFor } from "./stand-in.ts";

export interface DifferenceRequest {
  readonly from: Pick<OpenSource, "catalog" | "scratch">;
  readonly to: Pick<OpenSource, "catalog" | "scratch">;
  /** What is wanted of the to-side: all of it, a part, or with what is there besides. */
  readonly aim?: (from: Catalog, to: Catalog) => Catalog;
  /** Refuses what nobody allowed, before anything is tried. */
  readonly accept?: (plan: SchemaPlan) => void;
  readonly prove: boolean;
  /** The way back is planned, and proved too. */
  readonly inverse: boolean;
  readonly clock: Clock;
}

export interface Difference {
  readonly plan: SchemaPlan;
  /** Where it leads. */
  readonly to: Catalog;
  readonly inverse: SchemaPlan | undefined;
  readonly proof: PlanProof;
  /** Where it led in scratch, read back; undefined where nothing was tried. */
  readonly reached: Catalog | undefined;
}

export async function planDifference(
  ports: SourcePorts,
  request: DifferenceRequest,
): Promise<Difference> {
  const { from, clock } = request;
  const wanted = await settleTexts(from.catalog, request.to.catalog, remakeWith(ports));
  const to = request.aim?.(from.catalog, wanted) ?? wanted;
  const plan = planSchema(from.catalog, to);
  request.accept?.(plan);
  const inverse = request.inverse ? planSchema(to, from.catalog) : undefined;
  const untried = { plan, to, inverse, reached: undefined };
  if (plan.segments.length === 0) return { ...untried, proof: { kind: "empty" } };
  if (!request.prove) return { ...untried, proof: { kind: "skipped" } };
  const standIn = standInFor(from, ports);
  try {
    const { proof, reached } = await provePlan(ports, {
      standIn,
      from: from.catalog,
      to,
      plan,
      moved: new Map(),
      clock,
      inverse: inverse === undefined ? undefined : async () => inverse,
    });
    return { plan, to, inverse, proof, reached };
  } finally {
    await standIn.close();
  }
}
