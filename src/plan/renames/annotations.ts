/**
 * `-- lockstep: renamed from old_name`, found where the lexer says that a comment is: never in a string, never in a
 * function's body. What it is about is elements.ts's business; what it means for a plan, resolve.ts's.
 */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import { createLexer } from "../../sql/lexer.ts";
import { positionAt } from "../../sql/position.ts";
import type { SourceText } from "../../sql/source.ts";

export interface Annotation {
  readonly start: number;
  readonly end: number;
  /** Something stands before it on its line: it is about that. */
  readonly isTrailing: boolean;
  /** `old_name`, or with what it was in: `["app", "users", "name"]`. As the server stores names. */
  readonly old: readonly string[];
  readonly where: SourcePosition;
}

/** Without this no comment is looked at twice: most files have none. */
const word = "lockstep:";

/** The comments of a part of a file, between and around its tokens. */
export function annotationsIn(
  source: SourceText,
  range: { readonly start: number; readonly end: number },
): readonly Annotation[] {
  const { text } = source;
  if (!text.includes(word)) return [];
  const found: Annotation[] = [];
  const lexer = createLexer(text, range.start);
  let from = range.start;
  for (;;) {
    const token = lexer.next();
    const end = Math.min(token.start, range.end);
    for (const comment of commentsBetween(text, from, end)) {
      const annotation = readComment(source, comment);
      if (annotation !== undefined) found.push(annotation);
    }
    if (token.kind === "end" || token.start >= range.end) return found;
    from = token.end;
  }
}

interface Comment {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** Between two tokens there is nothing but white space and comments. */
function* commentsBetween(text: string, from: number, to: number): Generator<Comment> {
  let at = from;
  while (at < to) {
    if (text.startsWith("--", at)) {
      const end = lineEnd(text, at, to);
      yield { start: at, end, content: text.slice(at + 2, end) };
      at = end;
    } else if (text.startsWith("/*", at)) {
      const end = blockEnd(text, at, to);
      yield { start: at, end, content: text.slice(at + 2, Math.max(at + 2, end - 2)) };
      at = end;
    } else at += 1;
  }
}

function lineEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return at;
}

function blockEnd(text: string, from: number, to: number): number {
  let depth = 0;
  let at = from;
  while (at < to) {
    if (text.startsWith("/*", at)) depth += 1;
    else if (text.startsWith("*/", at)) depth -= 1;
    else {
      at += 1;
      continue;
    }
    at += 2;
    if (depth === 0) return at;
  }
  return to;
}

function readComment(source: SourceText, { start, end, content }: Comment): Annotation | undefined {
  const match = /^\s*lockstep:\s*rename[ds]?\b\s*(?<rest>.*?)\s*$/is.exec(content);
  if (match === null) return undefined;
  const where = { file: source.file, ...positionAt(source.text, start) };
  const name = /^from\s+(?<name>.+)$/is.exec(match.groups?.["rest"] ?? "")?.groups?.["name"];
  const old = name === undefined ? undefined : readName(name);
  if (old === undefined) {
    const message = `the comment is not understood: ${content.trim()}`;
    throw new LockstepError("DIFF.RENAME_UNCLEAR", message, {
      where,
      next: "Write it as: -- lockstep: renamed from old_name",
    });
  }
  const before = source.text.slice(source.text.lastIndexOf("\n", start - 1) + 1, start);
  return { start, end, isTrailing: before.trim() !== "", old, where };
}

/** A dotted name by the lexer's rules, or an enum's value in quotes; a routine's arguments may follow. */
function readName(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  const lexer = createLexer(text);
  for (;;) {
    const token = lexer.next();
    const written = text.slice(token.start, token.end);
    if (token.open !== undefined) return undefined;
    if (token.kind === "word") parts.push(written.toLowerCase());
    else if (token.kind === "quoted") parts.push(written.slice(1, -1).replaceAll('""', '"'));
    else if (token.kind === "string") parts.push(written.slice(1, -1).replaceAll("''", "'"));
    else return undefined;
    const next = lexer.next();
    if (next.kind === "end") return parts;
    const mark = text.slice(next.start, next.end);
    if (mark === "(") return parts;
    if (mark !== ".") return undefined;
  }
}
