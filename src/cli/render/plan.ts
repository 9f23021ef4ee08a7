/** A plan on stdout: its SQL, or nothing when there is nothing to do. */
import type { Plan } from "../../plan/plan.ts";
import { planSql } from "../../plan/render.ts";

export function planText(plan: Plan | undefined): string {
  return plan === undefined ? "" : [...planSql(plan)].join("");
}
