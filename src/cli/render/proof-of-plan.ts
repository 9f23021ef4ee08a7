/** What the proof of a plan says to a person: one line, and one for each step that rows may stand in the way of. */
import { formatDuration } from "../../core/duration.ts";
import type { PlanProof } from "../../deploy/steps/difference/proof.ts";

export function proofTalk(proof: PlanProof): string {
  switch (proof.kind) {
    case "empty":
      return "";
    case "skipped":
      return "not proved (--no-prove): nobody has tried this plan\n";
    case "proved": {
      const { durationMs, tablesWithRows, rowsInTheWay, wayBack } = proof;
      const tables = tablesWithRows === 1 ? "1 table" : `${tablesWithRows} tables`;
      const rows = tablesWithRows === 0 ? "" : `, with rows in ${tables}`;
      const there = wayBack ? "there and back" : "in scratch";
      const lines = rowsInTheWay.map(
        ({ object, message }) => `rows may stand in the way of ${object}: ${message}\n`,
      );
      return `${lines.join("")}proved ${there} in ${formatDuration(durationMs)}${rows}\n`;
    }
  }
}
