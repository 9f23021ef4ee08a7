/** What a question may use: it is asked before the plan, and about what is to be after it. */
import type { FactId } from "../../catalog/id.ts";
import type { Planning } from "../planning.ts";

/** Whether the thing is there before and the same after: only then may a check use it. */
export function isSteady(id: FactId, planning: Planning): boolean {
  const fact = planning.from.get(id);
  if (fact === undefined || planning.fates.drops.has(id)) return false;
  if (fact.kind === "table" || fact.kind === "schema" || fact.kind === "column") return true;
  const changed = planning.fates.alters.get(id);
  return changed === undefined || [...changed].every((attribute) => attribute === "owner");
}
