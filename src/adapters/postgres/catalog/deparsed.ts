/**
 * The few texts that the server offers only as part of a larger one. They are cut by quotes and parentheses, which
 * is all that is read of them; what they mean is left to the server.
 */

/** The text between the parentheses after `WORD (`, where WORD stands outside quotes and parentheses. */
export function clauseInParentheses(text: string, word: string): string | undefined {
  for (let at = 0, depth = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') at = endOfQuoted(text, at);
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (depth === 0 && startsWord(text, at, word)) {
      const open = text.indexOf("(", at);
      return text.slice(open + 1, endOfParenthesis(text, open));
    }
  }
  return undefined;
}

/** Splits a list at the commas that stand outside quotes and parentheses. */
export function splitList(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0, depth = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') at = endOfQuoted(text, at);
    else if (character === "(" || character === "[") depth += 1;
    else if (character === ")" || character === "]") depth -= 1;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

/** What follows the first pair of parentheses. */
export function afterParentheses(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') at = endOfQuoted(text, at);
    else if (text[at] === "(") return text.slice(endOfParenthesis(text, at) + 1);
  }
  return "";
}

function startsWord(text: string, at: number, word: string): boolean {
  return text.startsWith(` ${word} (`, at);
}

/** A doubled quote reads as two strings one after the other, which ends in the same place. */
function endOfQuoted(text: string, start: number): number {
  const end = text.indexOf(text[start] ?? "", start + 1);
  return end === -1 ? text.length : end;
}

function endOfParenthesis(text: string, open: number): number {
  for (let at = open, depth = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') at = endOfQuoted(text, at);
    else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return text.length;
}
