/** Numbers, operators, parameters and dollar quotes, by the server's rules. */
import type { Token } from "../lexer.ts";
import { isOperator } from "./characters.ts";

/** Decimal with underscores and exponent, and 16's hexadecimal, octal and binary integers. `1..2` is `1` and `..2`. */
const numberPattern =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:[0-9](?:_?[0-9])*(?:\.(?!\.)(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?/y;

export function readNumber(text: string, token: Token): void {
  numberPattern.lastIndex = token.start;
  token.kind = "number";
  token.end = numberPattern.test(text) ? numberPattern.lastIndex : token.start + 1;
}

const commentInside = /--|\/\*/;
/** An operator may end in + or - only when it holds one of these; so `=-1` is `=` and `-1`. */
const allowsTrailingSign = /[~!@#^&|`?%]/;

export function readOperator(text: string, token: Token): void {
  let end = token.start + 1;
  while (end < text.length && isOperator(text.charCodeAt(end))) end += 1;
  token.kind = "operator";
  token.end = end;
  if (end === token.start + 1) return;
  let operator = text.slice(token.start, end);
  const comment = operator.search(commentInside);
  if (comment > 0) operator = operator.slice(0, comment);
  while (operator.length > 1 && /[+-]$/.test(operator)) {
    const rest = operator.slice(0, -1);
    if (allowsTrailingSign.test(rest)) break;
    operator = rest;
  }
  token.end = token.start + operator.length;
}

const parameterPattern = /\$[0-9]+/y;
const dollarTagPattern = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

export function readParameterOrDollarQuote(text: string, token: Token): void {
  parameterPattern.lastIndex = token.start;
  if (parameterPattern.test(text)) {
    token.kind = "parameter";
    token.end = parameterPattern.lastIndex;
    return;
  }
  dollarTagPattern.lastIndex = token.start;
  if (!dollarTagPattern.test(text)) {
    token.kind = "punctuation";
    token.end = token.start + 1;
    return;
  }
  const contentStart = dollarTagPattern.lastIndex;
  const tag = text.slice(token.start, contentStart);
  const closing = text.indexOf(tag, contentStart);
  token.kind = "string";
  if (closing === -1) token.open = "dollar quote";
  token.end = closing === -1 ? text.length : closing + tag.length;
}
