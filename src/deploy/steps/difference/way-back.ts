/**
 * The inverse of a plan: the plan of the other direction, with the renames taken back first. It is made on a scratch
 * database in the state that the plan leads to, so that the server says what the renames leave.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { settleTexts } from "../../../catalog/fixed_point.ts";
import { reversed, type Rename } from "../../../plan/renames/rename.ts";
import type { PlanOptions } from "../../../plan/planning.ts";
import { planSchema, type SchemaPlan } from "../../../plan/schema_plan.ts";
import type { Session } from "../../../ports/database.ts";
import type { SourcePorts } from "../source/ports.ts";
import { remakeWith } from "../source/remake.ts";
import { renameOn, withRenames } from "./renames.ts";

/** The way back, and what of it is still to run where the renames have been taken back already. */
export interface WayBackPlan {
  readonly plan: SchemaPlan;
  readonly rest: SchemaPlan;
}

export type PlanWayBack = (session: Session) => Promise<WayBackPlan>;

/** On a database in the state that the plan leads to. */
export function inverseOf(
  ports: SourcePorts,
  {
    from,
    to,
    renames,
    options,
  }: {
    readonly from: Catalog;
    readonly to: Catalog;
    readonly renames: readonly Rename[];
    readonly options: PlanOptions;
  },
): PlanWayBack {
  return async (session) => {
    if (renames.length === 0) {
      const plan = planSchema(to, from, options);
      return { plan, rest: plan };
    }
    const back = { from: to, to: from, renames: renames.map(reversed) };
    const { catalog, steps } = await renameOn(session, ports, back);
    const wanted = await settleTexts(catalog, from, remakeWith(ports));
    const rest = planSchema(catalog, wanted, options);
    return { plan: withRenames(rest, steps), rest };
  };
}
