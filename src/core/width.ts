/**
 * How many columns of a terminal a text takes: Chinese, Japanese, Korean and emoji two each, marks that combine none,
 * colours none. What a table is aligned by and a line cut by; a character's exact width is the terminal's own affair.
 */

import { withoutColours } from "./colours.ts";

const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;

const none = /^[\p{Mn}\p{Me}\p{Cf}]/u;

export function displayWidth(text: string): number {
  let width = 0;
  for (const character of withoutColours(text)) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if (character < "\u0300") return 1;
  if (none.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** As much from its beginning as fits; for a text without colours. */
export function cutToWidth(text: string, widthMax: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > widthMax) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** White space as wide as the text, so that what comes after it stands below what comes after the text. */
export function blankAs(text: string): string {
  let blank = "";
  for (const character of text) blank += character === "\t" ? "\t" : " ".repeat(widthOf(character));
  return blank;
}
