/** Runs whose process ended before it said how, one line each: for status and history. */
import type { AbandonedDeployment } from "../../deploy/steps/abandoned.ts";
import { visibleLine } from "../../core/visible.ts";

export function abandonedText(abandoned: readonly AbandonedDeployment[]): string {
  return abandoned
    .map(({ kind, startedAt, by }) => {
      const when = startedAt.slice(0, 16).replace("T", " ");
      return `abandoned: a ${kind} of ${when} by ${visibleLine(by)} never said how it ended; what it committed is above\n`;
    })
    .join("");
}
