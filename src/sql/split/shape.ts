/**
 * The little of a statement's grammar that tells where it ends: how deep in parentheses, whether in the body of a
 * BEGIN ATOMIC function (where CASE ... END nests), and whether data follows it (COPY ... FROM stdin).
 */
import type { Token } from "../lexer.ts";

export interface StatementShape {
  add(token: Readonly<Token>): void;
  /** True where a semicolon ends the statement. */
  isOutside(): boolean;
  isCopyFromStandardInput(): boolean;
  /** A new statement begins in the same message. */
  restart(): void;
}

/** What the first words have said so far: `lead` still open, and then what it turned out to be. */
type Lead = "first" | "create" | "or" | "replace" | "routine" | "copy" | "other";

const leadAfter: Readonly<Record<string, Readonly<Record<string, Lead>>>> = {
  first: { create: "create", copy: "copy" },
  create: { or: "or", function: "routine", procedure: "routine" },
  or: { replace: "replace" },
  replace: { function: "routine", procedure: "routine" },
};

export function createStatementShape(text: string): StatementShape {
  let lead: Lead = "first";
  let parentheses = 0;
  let blocks = 0;
  let isCopyIn = false;
  let previous = "";

  const addToRoutine = (word: string): void => {
    // `AS end` and `x.end` are names: the server takes a reserved word there.
    if (previous === "as" || previous === ".") return;
    if (word === "atomic" && previous === "begin") blocks = 1;
    else if (word === "case" && blocks > 0) blocks += 1;
    else if (word === "end" && blocks > 0) blocks -= 1;
  };

  const countParentheses = (token: Readonly<Token>): void => {
    if (token.kind !== "punctuation") return;
    const code = text.charCodeAt(token.start);
    if (code === openParenthesis) parentheses += 1;
    else if (code === closeParenthesis && parentheses > 0) parentheses -= 1;
  };

  const addToCopy = (word: string): void => {
    const isStandardInput = word === "stdin" || word === "stdout";
    if (isStandardInput && parentheses === 0 && previous === "from") isCopyIn = true;
  };

  const add = (token: Readonly<Token>): void => {
    countParentheses(token);
    if (lead === "other") return;
    const word = token.kind === "word" ? wordOf(text, token) : text.charAt(token.start);
    if (lead === "routine") addToRoutine(word);
    else if (lead === "copy") addToCopy(word);
    else lead = leadAfter[lead]?.[word] ?? "other";
    previous = token.kind === "word" || token.kind === "punctuation" ? word : "";
  };

  const restart = (): void => {
    lead = "first";
    isCopyIn = false;
    previous = "";
  };
  return {
    add,
    restart,
    isOutside: () => parentheses === 0 && blocks === 0,
    isCopyFromStandardInput: () => isCopyIn,
  };
}

/** Longer words play no part in where a statement ends, and need not be cut out. */
function wordOf(text: string, token: Readonly<Token>): string {
  if (token.end - token.start > 9) return "?";
  return text.slice(token.start, token.end).toLowerCase();
}

const openParenthesis = 0x28;
const closeParenthesis = 0x29;
