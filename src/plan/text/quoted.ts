/** Quoted text within an expression of the server. */

/** The position of the closing quote; a backslash escapes in E'' strings alone. */
export function skipQuoted(text: string, start: number): number {
  const quote = text[start];
  const before = text.slice(Math.max(0, start - 2), start);
  const escapes = quote === "'" && /(?:^|[^\w])[eE]$/.test(before);
  for (let at = start + 1; at < text.length; at += 1) {
    if (escapes && text[at] === "\\") at += 1;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at;
      at += 1;
    }
  }
  return text.length;
}
