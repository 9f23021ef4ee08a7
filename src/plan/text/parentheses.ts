/** Parentheses around expressions, where SQL wants them, and once. */

/** The expression in parentheses; as it is when one pair encloses it already. */
export function parenthesised(expression: string): string {
  return isEnclosed(expression) ? expression : `(${expression})`;
}

/** Whether the first parenthesis is closed by the last character. Knows strings and quoted names. */
function isEnclosed(expression: string): boolean {
  if (!expression.startsWith("(") || !expression.endsWith(")")) return false;
  let depth = 0;
  for (let at = 0; at < expression.length; at += 1) {
    const character = expression[at];
    if (character === "'" || character === '"') at = endOfQuoted(expression, at);
    else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at === expression.length - 1;
    }
  }
  return false;
}

/** The position of the closing quote; a backslash escapes in E'' strings alone. */
function endOfQuoted(text: string, start: number): number {
  const quote = text[start];
  const escapes =
    quote === "'" && /(?:^|[^\w])[eE]$/.test(text.slice(Math.max(0, start - 2), start));
  for (let at = start + 1; at < text.length; at += 1) {
    if (escapes && text[at] === "\\") at += 1;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at;
      at += 1;
    }
  }
  return text.length;
}
