/**
 * The parts of a script that psql reads by lines, not by tokens: the data of COPY and its own commands.
 */
import type { TextRange } from "../pieces.ts";

export interface RestOfLine {
  /** Text there that is neither white space nor a line comment. */
  readonly trailing: TextRange | undefined;
  readonly nextLine: number;
}

export function restOfLine(text: string, from: number): RestOfLine {
  const nextLine = afterLine(text, from);
  const rest = text.slice(from, nextLine);
  const code = rest.trimStart();
  if (code === "" || code.startsWith("--")) return { trailing: undefined, nextLine };
  const start = from + rest.length - code.length;
  return { trailing: { start, end: start + code.trimEnd().length }, nextLine };
}

export interface CopyBlock {
  readonly data: TextRange;
  readonly terminated: boolean;
  readonly fullEnd: number;
}

const endOfData = /^\\\.\r?$/gm;

/** Up to the line that is `\.` and nothing else, or to the end of the text. */
export function copyData(text: string, start: number): CopyBlock {
  endOfData.lastIndex = start;
  const match = endOfData.exec(text);
  if (match === null) {
    return { data: { start, end: text.length }, terminated: false, fullEnd: text.length };
  }
  const fullEnd = afterLine(text, match.index);
  return { data: { start, end: match.index }, terminated: true, fullEnd };
}

export interface MetaCommand extends TextRange {
  readonly name: string;
  readonly argumentsText: string;
  readonly argumentsStart: number;
  readonly fullEnd: number;
  readonly data: TextRange | undefined;
}

/** psql gives these the whole line, quotes and backslashes included. */
const wholeLineCommands: ReadonlySet<string> = new Set([
  "!",
  "copy",
  "ef",
  "ev",
  "h",
  "help",
  "sf",
  "sv",
]);

const namePattern = /[^\s\\]*/y;
const copyFromStandardInput = /\bfrom\s+(?:stdin|stdout)\b[^']*$/i;

export function metaCommandAt(text: string, start: number): MetaCommand {
  namePattern.lastIndex = start + 1;
  namePattern.test(text);
  const name = text.slice(start + 1, namePattern.lastIndex);
  const lineEnd = endOfLineContent(text, start);
  const rawStart = Math.min(start + 1 + name.length, lineEnd);
  const stop = wholeLineCommands.has(name) ? lineEnd : endOfArguments(text, rawStart, lineEnd);
  const raw = text.slice(rawStart, stop);
  const argumentsText = raw.trim();
  const argumentsStart = rawStart + raw.length - raw.trimStart().length;
  const end = argumentsText === "" ? rawStart : argumentsStart + argumentsText.length;
  const common = { start, end, name, argumentsText, argumentsStart };
  if (name === "copy" && copyFromStandardInput.test(argumentsText)) {
    const block = copyData(text, afterLine(text, start));
    return { ...common, data: block.data, fullEnd: block.fullEnd };
  }
  const separator = text.startsWith("\\\\", stop) ? 2 : 0;
  return {
    ...common,
    data: undefined,
    fullEnd: stop === lineEnd ? afterLine(text, stop) : stop + separator,
  };
}

/** A backslash outside quotes begins the next command on the same line; `\\` goes back to SQL. */
function endOfArguments(text: string, from: number, lineEnd: number): number {
  let open = "";
  for (let at = from; at < lineEnd; at += 1) {
    const character = text.charAt(at);
    if (open === "") {
      if (character === "\\") return at;
      if (character === "'" || character === '"' || character === "`") open = character;
    } else if (character === "\\" && open === "'") at += 1;
    else if (character === open) open = "";
  }
  return lineEnd;
}

function endOfLineContent(text: string, from: number): number {
  const lineFeed = text.indexOf("\n", from);
  const end = lineFeed === -1 ? text.length : lineFeed;
  return text[end - 1] === "\r" ? end - 1 : end;
}

function afterLine(text: string, from: number): number {
  const lineFeed = text.indexOf("\n", from);
  return lineFeed === -1 ? text.length : lineFeed + 1;
}
