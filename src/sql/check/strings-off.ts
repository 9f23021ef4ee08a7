/**
 * `SET standard_conforming_strings = off`, which old dumps begin with: strings end where they always do as long as none
 * of them holds a backslash. The lexer takes the setting to be on, so one that does is refused.
 */
import type { SourcePosition } from "../../core/errors.ts";
import type { Finding } from "../../core/findings.ts";
import { sourcePosition, type SourceText } from "../source.ts";
import type { TokenSink } from "../split.ts";

export interface StringsOff {
  readonly token: TokenSink;
  readonly turned: (off: boolean, where: SourcePosition) => void;
  findings(): readonly Finding[];
}

export function createStringsOff(source: SourceText): StringsOff {
  const { text } = source;
  let turnedOffAt: SourcePosition | undefined;
  let found: Finding | undefined;
  const token: TokenSink = ({ kind, start, end }) => {
    if (turnedOffAt === undefined || found !== undefined || kind !== "string") return;
    // E'' and dollar quotes mean the same with both settings.
    if (text.charAt(start) !== "'" || !text.slice(start, end).includes("\\")) return;
    found = {
      code: "SQL.STANDARD_STRINGS_OFF",
      severity: "error",
      message: `standard_conforming_strings is off since line ${turnedOffAt.line}, and this string holds a backslash, which changes where it ends.`,
      where: sourcePosition(source, start),
      hint: "Write the strings that need backslashes as E'...' and remove the setting.",
    };
  };
  return {
    token,
    turned: (off, where) => {
      turnedOffAt = off ? where : undefined;
    },
    findings: () => (found === undefined ? [] : [found]),
  };
}
