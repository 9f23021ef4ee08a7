/** What a look at a target's schema found, for people. */
import type { VerifyLiveReport } from "../../deploy/verify-live.ts";
import { renderDifferences } from "./difference.ts";
import { renderFindings } from "./human.ts";
import type { Style } from "./style.ts";

export function liveText({ schema, unexpected }: VerifyLiveReport, style: Style): string {
  const counts = unexpected.map(
    ({ what, expected, found }) => `${style.red(what)}: ${found}, expected ${expected}\n`,
  );
  if (schema.kind === "drift") {
    const differences = renderDifferences(schema.differences, schema.sides, style);
    return differences + renderFindings(schema.findings, style) + counts.join("");
  }
  const findings = schema.kind === "equal" ? renderFindings(schema.findings, style) : "";
  return findings + counts.join("");
}

export function liveTalk(report: VerifyLiveReport, style: Style): string {
  const { database, schema, unexpected, isEqual } = report;
  // Where counts differ, they have been shown.
  const isGap = !isEqual && unexpected.length === 0;
  switch (schema.kind) {
    case "unknown":
      if (!isEqual && !isGap) return "";
      return `${style.yellow("its schema was not compared")}: ${schema.reason}\n${list("next", nextLines(schema.next))}`;
    case "equal":
      if (isGap) return style.red(`${database} holds what no comparison shows: --strict\n`);
      return (
        style.green(`the schema of ${database} is equal: ${schema.against}\n`) +
        list("accepted", schema.exceptions) +
        list("the same in another text", schema.settled)
      );
    case "drift": {
      const count = schema.differences.length;
      const objects = `${count} object${count === 1 ? "" : "s"}`;
      const accepted = list("accepted", schema.exceptions);
      return `${style.red(`${database} has drifted: ${objects}`)}\n${accepted}${list("next", schema.next)}`;
    }
  }
}

function nextLines(next: string | undefined): readonly string[] {
  return next === undefined ? [] : next.split("\n");
}

function list(word: string, lines: readonly string[]): string {
  return lines.map((line) => `  ${word}: ${line}\n`).join("");
}
