/** The state of the database in words, for an error that stops a deploy in the middle. */
import { nothingChanged } from "../../../core/errors.ts";
import type { PlannedUnit } from "../../../plan/plan.ts";

export interface Done {
  /** Ids of the units that are whole. */
  readonly applied: readonly string[];
  /** The one that failed. */
  readonly unit: PlannedUnit;
  segmentsDone: number;
}

export function describeState({ applied, unit, segmentsDone }: Done): string {
  const { id } = unit.identity;
  const before =
    applied.length === 0
      ? ""
      : applied.length === 1
        ? `${applied[0]} is applied; `
        : `${applied.length} migrations are applied (${applied[0]} to ${applied.at(-1)}); `;
  if (unit.kind === "sql" && segmentsDone > 0) {
    const first = unit.segments
      .slice(0, segmentsDone)
      .reduce((sum, { statements }) => sum + statements, 0);
    const all = unit.segments.reduce((sum, { statements }) => sum + statements, 0);
    return `${before}of ${id}, ${first === 1 ? "statement 1" : `statements 1 to ${first}`} of ${all} ${first === 1 ? "is" : "are"} committed, and the next deploy goes on after ${first === 1 ? "it" : "them"}`;
  }
  return before === "" ? nothingChanged : `${before}nothing of ${id} was changed`;
}
