/** A proof for people: a table of its parts, then what does not hold. */
import type { ProofReport } from "../../deploy/prove.ts";
import type { ProofPart } from "../../deploy/steps/prove/part.ts";
import { renderDifferences } from "./difference.ts";
import { renderFindings, renderTable } from "./human.ts";
import type { Style } from "./style.ts";

export function proofText({ parts }: ProofReport, style: Style): string {
  const rows = parts.map((part) => [
    outcomeText(part, style),
    kindWords[part.kind],
    part.subject,
    part.level ?? "",
    part.reason,
  ]);
  const table = renderTable(["result", "what", "of", "level", "how"], rows, style);
  const details = parts.map((part) => detailsOf(part, style)).join("");
  return details === "" ? table : `${table}\n${details}`;
}

export function proofTalk(report: ProofReport, style: Style): string {
  const written = report.isLockWritten ? "wrote the fingerprints into lockstep.lock\n" : "";
  return renderFindings(report.findings, style) + written + verdictLine(report, style);
}

function verdictLine({ verdict, parts, level, major }: ProofReport, style: Style): string {
  const on = major === undefined ? "" : ` on PostgreSQL ${major}`;
  const proved = parts.filter(({ outcome }) => outcome === "proved").length;
  const open = parts.filter(({ outcome }) => outcome === "refuted" || outcome === "unproved");
  if (verdict === "proved") {
    return style.green(`in lockstep: ${proved} of ${proved} proved at level ${level}${on}\n`);
  }
  const word = verdict === "refuted" ? "not in lockstep" : "not proved";
  return style.red(`${word}: ${open.length} of ${proved + open.length} do not hold${on}\n`);
}

const kindWords: Readonly<Record<ProofPart["kind"], string>> = {
  way: "way",
  idempotent: "runs twice",
  down: "down file",
  seeds: "seeds",
  order: "order",
  exception: "exception",
  lock: "lock file",
};

function outcomeText({ outcome }: ProofPart, style: Style): string {
  switch (outcome) {
    case "proved":
      return style.green("proved");
    case "refuted":
      return style.red("refuted");
    case "unproved":
      return style.yellow("not proved");
    case "absent":
      return style.dim("none");
  }
}

function detailsOf(part: ProofPart, style: Style): string {
  const { subject, sides, differences = [], losses = [], settled = [], exceptions = [] } = part;
  const parts = [
    ...(sides === undefined || differences.length === 0
      ? []
      : [renderDifferences(differences, sides, style)]),
    ...list("lost", losses),
    ...list("the same in another text", settled),
    ...list("accepted", exceptions),
    ...errorLines(part),
    ...(part.hint === undefined ? [] : [`  hint: ${part.hint}\n`]),
  ];
  return parts.length === 0 ? "" : `${style.bold(subject)}\n${parts.join("")}\n`;
}

function list(word: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${word}: ${line}\n`);
}

function errorLines({ error }: ProofPart): readonly string[] {
  if (error === undefined) return [];
  const notes: unknown = error["notes"];
  const lines = Array.isArray(notes) ? notes.map(String) : [];
  return [
    `  ${String(error["code"])}: ${String(error["message"])}\n`,
    ...lines.map((line) => `    ${line}\n`),
  ];
}
