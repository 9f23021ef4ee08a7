/** The line of a text that is meant, with its number and a caret: what people look at first. Pure, and for people only. */
import { blankAs } from "../core/width.ts";
import type { TextPosition } from "./position.ts";

const lineLengthMax = 160;

/** Empty where the text has no such line. Tabs stay tabs, so that the caret stands right at any width of theirs. */
export function excerptAt(text: string, { line, column }: TextPosition): readonly string[] {
  const found = text.split(/\r?\n/, line)[line - 1];
  if (found === undefined) return [];
  // Columns count code points, strings count UTF-16 units.
  const characters = Array.from(found);
  const shown =
    characters.length > lineLengthMax
      ? `${characters.slice(0, lineLengthMax).join("")} ...`
      : found;
  const number = String(line);
  const lead = blankAs(characters.slice(0, column - 1).join(""));
  const caret = `${" ".repeat(number.length)} | ${lead}^`;
  return column > lineLengthMax ? [`${number} | ${shown}`] : [`${number} | ${shown}`, caret];
}
