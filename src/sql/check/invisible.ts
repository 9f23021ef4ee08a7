/**
 * Characters that nobody sees. In code the server takes them for letters: a no-break space after a semicolon is a
 * name of one character. In strings, quoted names and COPY data they are data; there only those that turn the
 * direction of writing, and so can make code look like something else, are worth a word.
 */
import type { Finding } from "../../core/findings.ts";
import { byteOrderMark } from "../lexer.ts";
import { createPlaceFinder } from "../places.ts";
import { createPositionCounter } from "../position.ts";
import type { SourceText } from "../source.ts";

const names: Readonly<Record<number, string>> = {
  0x00a0: "no-break space",
  0x00ad: "soft hyphen",
  0x061c: "Arabic letter mark",
  0x180e: "Mongolian vowel separator",
  0x200b: "zero-width space",
  0x200c: "zero-width non-joiner",
  0x200d: "zero-width joiner",
  0x200e: "left-to-right mark",
  0x200f: "right-to-left mark",
  0x2028: "line separator",
  0x2029: "paragraph separator",
  0x2060: "word joiner",
  0x3000: "ideographic space",
  0xfeff: "byte order mark",
};

/* oxlint-disable no-control-regex -- control characters are what is looked for */
const invisible =
  /[\u0001-\u0008\u000e-\u001f\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]/g;
/* oxlint-enable no-control-regex */
const turnsDirection = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** One finding per line and character is enough to correct it. */
const findingsMax = 20;

export function invisibleCharacters(source: SourceText): readonly Finding[] {
  const { text, file } = source;
  const offsets = [...text.matchAll(invisible)]
    .map((match) => match.index)
    .filter((at) => at > 0 || text.charCodeAt(0) !== byteOrderMark);
  if (offsets.length === 0) return [];
  const placeAt = createPlaceFinder(text);
  const positionOf = createPositionCounter(text);
  const findings: Finding[] = [];
  for (const offset of offsets) {
    const { kind } = placeAt(offset);
    if (kind === "data") continue;
    const isCode = kind === "code" || kind === "command";
    const character = text.charAt(offset);
    if (!isCode && !turnsDirection.test(character)) continue;
    const severity = isCode ? "error" : "warning";
    const where = { file, ...positionOf(offset) };
    const message = `${describe(character)} stands ${isCode ? "in the code" : "in a string or a comment"}.`;
    const hint = "Delete it, or put an ordinary space in its place.";
    findings.push({ code: "SQL.INVISIBLE_CHARACTER", severity, message, where, hint });
    if (findings.length === findingsMax) break;
  }
  return findings;
}

function describe(character: string): string {
  const code = character.charCodeAt(0);
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return `The invisible character ${hex} (${names[code] ?? "no visible form"})`;
}
