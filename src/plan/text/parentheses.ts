/** Parentheses around expressions, where SQL wants them, and once. */
import { stable } from "./expressions.ts";
import { skipQuoted } from "./quoted.ts";

/** The expression in parentheses; as it is when one pair encloses it already. Those of a sub-select are its own. */
export function parenthesised(text: string): string {
  const expression = withOnePair(stable(text));
  const isDone = isEnclosed(expression) && !/^\(\s*(?:SELECT|VALUES|WITH)\b/.test(expression);
  return isDone ? expression : `(${expression})`;
}

/** `((a + b))` as `(a + b)`. */
function withOnePair(expression: string): string {
  const inner = expression.slice(1, -1);
  return isEnclosed(expression) && isEnclosed(inner) ? withOnePair(inner) : expression;
}

/** `lower(name)`, and not `lower(a) || b` or `ROW(a, b)`. */
export function isCall(expression: string): boolean {
  const name = /^(?:[a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*(?=\()/.exec(expression)?.[0];
  return name !== undefined && isEnclosed(expression.slice(name.length));
}

/** Whether the first parenthesis is closed by the last character. Knows strings and quoted names. */
function isEnclosed(expression: string): boolean {
  if (!expression.startsWith("(") || !expression.endsWith(")")) return false;
  let depth = 0;
  for (let at = 0; at < expression.length; at += 1) {
    const character = expression[at];
    if (character === "'" || character === '"') at = skipQuoted(expression, at);
    else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at === expression.length - 1;
    }
  }
  return false;
}
