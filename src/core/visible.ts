/**
 * Text from elsewhere (file names, a server's messages, rows) as a terminal may show it: what would move the cursor,
 * change colours or turn the reading direction becomes the code of that character. Lines and tabs stay.
 */

import { splitAtColours } from "./colours.ts";

/** Control characters but tab and line feed; line and paragraph separators; marks of the reading direction. */
const unseen =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;

export function visible(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(unseen, codeOf);
}

/** For what stands in one line: a line feed in a file's name is not a new line of ours. */
export function visibleLine(text: string): string {
  return text.replaceAll(/[\n\t]/g, codeOf).replaceAll(unseen, codeOf);
}

/** Our own colours stay what they are; nothing else of a terminal's codes does. */
export function visibleStyled(text: string): string {
  return outsideOwnCodes(text, visible);
}

export function visibleStyledLine(text: string): string {
  return outsideOwnCodes(text, visibleLine);
}

function outsideOwnCodes(text: string, show: (part: string) => string): string {
  return splitAtColours(text)
    .map((part, index) => (index % 2 === 1 ? part : show(part)))
    .join("");
}

/** As JSON writes it, so that a document stays one. */
function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
