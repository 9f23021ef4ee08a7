/** Errors, findings and tables for people. Pure: values in, lines out. */
import type { SourcePosition } from "../../core/errors.ts";
import type { Finding } from "../../core/findings.ts";
import { visibleLine, visibleStyledLine } from "../../core/visible.ts";
import { displayWidth, padToWidth } from "../../core/width.ts";
import { asLockstepError } from "./json.ts";
import type { Style } from "./style.ts";

/** Code, what, where, why, the database's state, what to type next. */
export function renderError(error: unknown, style: Style): string {
  const failure = asLockstepError(error);
  const sqlState = failure.sqlState === undefined ? "" : ` (SQLSTATE ${failure.sqlState})`;
  return [
    `${style.red(style.bold(failure.code))}: ${indented(failure.message, "  ").trimStart()}${sqlState}`,
    ...(failure.where === undefined ? [] : [`  at ${style.cyan(renderPosition(failure.where))}`]),
    ...failure.notes.map((note) => indented(note, "  ")),
    `  ${style.bold("state:")} ${indented(failure.state, "         ").trimStart()}`,
    `  ${style.bold("next:")}  ${indented(failure.next, "         ").trimStart()}`,
    "",
  ].join("\n");
}

export function renderPosition({ file, line, column }: SourcePosition): string {
  const name = visibleLine(file);
  if (line === undefined) return name;
  return column === undefined ? `${name}:${line}` : `${name}:${line}:${column}`;
}

export function renderFindings(findings: readonly Finding[], style: Style): string {
  return findings.map((finding) => renderFinding(finding, style)).join("");
}

function renderFinding(finding: Finding, style: Style): string {
  const paint = { error: style.red, warning: style.yellow, info: style.cyan }[finding.severity];
  const where = finding.where === undefined ? "" : `${renderPosition(finding.where)}: `;
  const object = finding.object === undefined ? "" : `${visibleLine(finding.object)}: `;
  const hint = finding.hint === undefined ? "" : `\n  ${style.dim(finding.hint)}`;
  const head = `${where}${paint(finding.severity)} ${style.bold(finding.code)}`;
  return `${head}: ${object}${finding.message}${hint}\n`;
}

/** Columns as wide as their widest cell, two blanks between, no blanks at the ends of lines. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const plain = rows.map((cells) => cells.map(visibleStyledLine));
  const widths = head.map((title, column) =>
    Math.max(displayWidth(title), ...plain.map((row) => displayWidth(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => padToWidth(cells[column] ?? "", width))
      .join("  ")
      .trimEnd();
  return [style.bold(line(head)), ...plain.map(line), ""].join("\n");
}

function indented(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : by + line))
    .join("\n");
}
