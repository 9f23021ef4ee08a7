/** The codes that colour a terminal's text, in one place: what is painted with, measured without, and left as it is. */

const escape = "\u001b";

export type ColourName = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

interface Colour {
  readonly on: string;
  readonly off: string;
}

const codes = (on: number, off: number): Colour => ({
  on: `${escape}[${on}m`,
  off: `${escape}[${off}m`,
});

export const colours: Readonly<Record<ColourName, Colour>> = {
  bold: codes(1, 22),
  dim: codes(2, 22),
  red: codes(31, 39),
  green: codes(32, 39),
  yellow: codes(33, 39),
  cyan: codes(36, 39),
};

const every = new Set(Object.values(colours).flatMap(({ on, off }) => [on, off]));
const ownCode = new RegExp(`(${[...every].join("|").replaceAll("[", "\\[")})`);

/** Text and our own codes in turn, the text first; what else a terminal could take for a code is text. */
export function splitAtColours(text: string): readonly string[] {
  return text.split(ownCode);
}

export function withoutColours(text: string): string {
  return text.includes(escape)
    ? splitAtColours(text)
        .filter((_, index) => index % 2 === 0)
        .join("")
    : text;
}
