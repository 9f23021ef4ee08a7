/** What a plan and its proof say to a person: one line for each step, one for the proof, one for each warning. */
import { formatDuration } from "../../core/duration.ts";
import type { SchemaPlan } from "../../plan/schema_plan.ts";
import type { PlanProof } from "../../deploy/steps/difference/proof.ts";

/** One line per step, with what it does to rows where it does something. */
export function stepList({ segments }: SchemaPlan): string {
  const steps = segments.flatMap((segment) => segment.steps);
  return steps
    .map(({ verb, object, becomes, loss, check }) => {
      const to = becomes === undefined ? "" : ` to ${becomes}`;
      const remark = check === undefined ? loss : `no rows where ${check.reason}`;
      return `${verb} ${object}${to}${remark === "none" ? "" : ` (${remark})`}\n`;
    })
    .join("");
}

export function proofTalk(proof: PlanProof): string {
  switch (proof.kind) {
    case "empty":
      return "";
    case "before":
      return "proved in scratch when the plan was made\n";
    case "skipped":
      return "not proved (--no-prove): nobody has tried this plan\n";
    case "proved": {
      const { durationMs, tablesWithRows, rowsInTheWay, wayBack } = proof;
      const tables = tablesWithRows === 1 ? "1 table" : `${tablesWithRows} tables`;
      const rows = tablesWithRows === 0 ? "" : `, with rows in ${tables}`;
      const there = wayBack ? "there and back" : "in scratch";
      const lines = rowsInTheWay.map(
        ({ object, message }) =>
          `rows may stand in the way of ${object}; the proof's made-up rows did: ${message}\n`,
      );
      return `${lines.join("")}proved ${there} in ${formatDuration(durationMs)}${rows}\n`;
    }
  }
}
