/** Colours, or none: NO_COLOR and FORCE_COLOR decide, else whether the stream is a terminal. */

import { colours, type ColourName } from "../../core/colours.ts";

export type Style = Readonly<Record<ColourName, (text: string) => string>>;

export interface StyleRequest {
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function styleFor(request: StyleRequest): Style {
  return wantsColours(request) ? coloured : plain;
}

function wantsColours({ isTerminal, environment }: StyleRequest): boolean {
  const force = environment["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  return isTerminal && environment["TERM"] !== "dumb";
}

const coloured: Style = {
  bold: paint("bold"),
  dim: paint("dim"),
  red: paint("red"),
  green: paint("green"),
  yellow: paint("yellow"),
  cyan: paint("cyan"),
};

const same = (text: string): string => text;

export const plain: Style = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
};

function paint(name: ColourName): (text: string) => string {
  const { on, off } = colours[name];
  return (text) => `${on}${text}${off}`;
}
