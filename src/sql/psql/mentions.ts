/**
 * Which files a script reads by `\i`, `\ir` and `\copy`, found without running it: in all branches of `\if`, with the
 * variables that the script itself and the caller set. A name that only the server's answers complete is left out.
 * What is wrong with a command is said when the script is read for a deploy, never here.
 */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import type { MetaPiece } from "../pieces.ts";
import type { SourceText } from "../source.ts";
import { splitScript } from "../split.ts";
import { readArguments, readNames, variableNamePattern } from "./arguments.ts";
import { readCopyCommand } from "./copy.ts";
import { pathsInProject } from "./paths.ts";

export interface FileMention {
  /** A script that takes the command's place, or rows for COPY. */
  readonly kind: "script" | "data";
  /** Relative to the project's root; the first that exists is meant. */
  readonly candidates: readonly string[];
}

/** Cheap, and true of more texts than have a mention. */
export function mayMentionFiles(text: string): boolean {
  return text.includes("\\") && /\\(?:i|copy)/.test(text);
}

/** In their order. `variables` is shared with the files that are read next, as in psql: `\set` adds to it. */
export function* mentionedFiles(
  source: SourceText,
  variables: Map<string, string>,
): Generator<FileMention, void, undefined> {
  for (const piece of splitScript(source.text)) {
    if (piece.kind !== "meta") continue;
    const mention = attempt(() => read(source, piece, variables));
    if (mention !== undefined) yield mention;
  }
}

type Reader = (
  source: SourceText,
  piece: MetaPiece,
  variables: Map<string, string>,
) => FileMention | undefined;

function script(base: "project" | "file"): Reader {
  return ({ file }, piece, variables) => {
    const where = whereOf(file, piece);
    const [path] = readNames(piece.arguments, variables, where);
    if (path === undefined || path === "-" || hasUnknown(path)) return undefined;
    return { kind: "script", candidates: pathsInProject({ path, from: file, base }, where) };
  };
}

function setVariable(
  { file }: SourceText,
  piece: MetaPiece,
  variables: Map<string, string>,
): undefined {
  const [name, ...values] = readArguments(piece.arguments, variables, whereOf(file, piece));
  if (name !== undefined && variableNamePattern.test(name)) variables.set(name, values.join(""));
}

const copy: Reader = (source, piece) => {
  const where = whereOf(source.file, piece);
  const { path } = readCopyCommand(source, piece, where);
  if (path === undefined) return undefined;
  const from = source.file;
  return { kind: "data", candidates: pathsInProject({ path, from, base: "project" }, where) };
};

const readers = new Map<string, Reader>([
  ["i", script("project")],
  ["include", script("project")],
  ["ir", script("file")],
  ["include_relative", script("file")],
  ["copy", copy],
  ["set", setVariable],
]);

const read: Reader = (source, piece, variables) =>
  readers.get(piece.name)?.(source, piece, variables);

/** A reference to a variable that has no value yet stays in the word as it is written. */
function hasUnknown(path: string): boolean {
  return /:['"]?[A-Za-z0-9_]/.test(path);
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof LockstepError) return undefined;
    throw error;
  }
}

function whereOf(file: string, { line, column }: MetaPiece): SourcePosition {
  return { file, line, column };
}
