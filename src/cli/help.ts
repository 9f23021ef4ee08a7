/** The text of `--help`, for the overview and for one command. docs/reference/commands.md shows the same text. */
import { allFlags, usageLine, valueName } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type CommandGroup, commandGroups } from "./command-groups.ts";
import { exitCodes } from "./exit-codes.ts";
import { commonFlags, flagEntry, type FlagName, flagSpelling } from "./flags.ts";
import { plain, type Style } from "./render/style.ts";

const widthMax = 100;

export interface OverviewEntry {
  readonly group: CommandGroup;
  readonly command: Command;
}

export function overview(entries: readonly OverviewEntry[], style: Style = plain): string {
  const groups = commandGroups.filter((name) => entries.some(({ group }) => group === name));
  const width = Math.max(0, ...entries.map((entry) => entry.command.name.length));
  const lines = groups.flatMap((group) => [
    "",
    style.bold(group),
    ...entries
      .filter((entry) => entry.group === group)
      .map(({ command }) => `  ${command.name.padEnd(width)}  ${command.summary}`),
  ]);
  return [
    "lockstep deploys PostgreSQL schemas, and proves that every database ends up the same.",
    "",
    "Usage: lockstep COMMAND [flags]",
    ...lines,
    "",
    "lockstep COMMAND --help shows a command's flags and examples; lockstep --version the version.",
    "",
  ].join("\n");
}

export function commandHelp(command: Command, style: Style = plain): string {
  const sections = [
    [`${command.summary}.`],
    [`${style.bold("Usage:")} ${usageLine(command)}`],
    wrap(command.description, widthMax),
    listed(style.bold("Arguments"), argumentRows(command)),
    listed(style.bold("Flags"), flagRows(ownFlags(command))),
    listed(style.bold("Flags of every command"), flagRows(commonFlags)),
    listed(
      style.bold("Examples"),
      command.examples.map(({ line, doc }) => [line, doc]),
    ),
    listed(
      style.bold("Exit codes"),
      Object.values(exitCodes).map(({ code, summary }) => [String(code), summary]),
    ),
  ];
  const shown = sections.filter((section) => section.length > 0);
  return `${shown.map((section) => section.join("\n")).join("\n\n")}\n`;
}

function ownFlags(command: Command): readonly FlagName[] {
  return allFlags(command).filter((name) => !commonFlags.includes(name));
}

function argumentRows(command: Command): readonly (readonly [string, string])[] {
  return command.positionals.map(({ name, doc }) => [name, doc]);
}

function flagRows(names: readonly FlagName[]): readonly (readonly [string, string])[] {
  return names.map((name) => {
    const entry = flagEntry(name);
    const short = entry.short === undefined ? "" : `-${entry.short}, `;
    const variable = entry.environment === undefined ? "" : ` [${entry.environment}]`;
    const spelling = `${short}${flagSpelling(name)} ${valueName(entry)}`.trimEnd();
    return [spelling, entry.doc + variable];
  });
}

/** Two columns under a title; a left side that is too long gets a line of its own. */
function listed(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.min(28, Math.max(...rows.map(([left]) => left.length)));
  return [title, ...rows.flatMap((row) => listedRow(row, width))];
}

function listedRow([left, right]: readonly [string, string], width: number): readonly string[] {
  const indent = " ".repeat(width + 4);
  const lines = wrap(right, widthMax - indent.length);
  if (left.length > width) return [`  ${left}`, ...lines.map((line) => indent + line)];
  const [first = "", ...others] = lines;
  return [`  ${left.padEnd(width)}  ${first}`, ...others.map((line) => indent + line)];
}

/** Breaks paragraphs at words; lines that begin with a blank stay as they are. */
function wrap(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((paragraph) => {
    if (paragraph.startsWith(" ")) return [paragraph];
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}
