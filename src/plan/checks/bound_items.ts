/** Takes apart a partition's bounds as the server prints them: `FOR VALUES FROM (1, 'a') TO (2, MAXVALUE)`. */
import { createLexer } from "../../sql/lexer.ts";

/** The items of each list in parentheses. */
export function boundItems(bound: string): readonly (readonly string[])[] {
  const lexer = createLexer(bound);
  const lists: string[][] = [];
  let depth = 0;
  let start = 0;
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    const text = bound.slice(token.start, token.end);
    if (text === "(") {
      depth += 1;
      if (depth === 1) {
        lists.push([]);
        start = token.end;
      }
    } else if ((text === ")" && depth === 1) || (text === "," && depth === 1)) {
      lists.at(-1)?.push(bound.slice(start, token.start).trim());
      start = token.end;
    }
    if (text === ")") depth -= 1;
  }
  return lists;
}
