/** Names that the server cuts at 63 bytes, and names that are the same once they are cut. */
import type { Finding } from "../../core/findings.ts";
import { foldCase } from "../meaning.ts";
import { truncateIdentifier } from "../quote.ts";
import { sourcePosition, type SourceText } from "../source.ts";
import type { TokenSink } from "../split.ts";

export interface LongIdentifiers {
  /** Of the statements of the source. */
  readonly token: TokenSink;
  findings(): readonly Finding[];
}

/** Below so many units no name can be too long, whatever its characters. */
const unitsMin = 22;

export function createLongIdentifiers(source: SourceText): LongIdentifiers {
  const { text } = source;
  const found: Finding[] = [];
  /** What the names that were met become, and the name that became it first. */
  const fullNames = new Map<string, string>();
  const reported = new Set<string>();

  const note = (name: string, offset: number): void => {
    const cut = truncateIdentifier(name);
    const first = fullNames.get(cut);
    if (first === undefined) fullNames.set(cut, name);
    if (reported.has(name)) return;
    const isOther = first !== undefined && first !== name;
    if (cut === name && !isOther) return;
    // Looked for only now: the place of each name of a long file would be a walk through the file each.
    const where = sourcePosition(source, offset);
    if (cut !== name) {
      reported.add(name);
      const message = `The name ${name} is longer than 63 bytes; the server makes it ${cut}.`;
      found.push({ code: "SQL.IDENTIFIER_LONG", severity: "warning", message, where, object: cut });
    }
    if (isOther) {
      reported.add(name);
      const message = `The names ${first} and ${name} are both ${cut} once they are cut to 63 bytes.`;
      const code = "SQL.IDENTIFIER_COLLISION";
      found.push({ code, severity: "warning", message, where, object: cut });
    }
  };

  const token: TokenSink = ({ kind, start, end }) => {
    if (end - start < unitsMin) return;
    if (kind !== "word" && kind !== "quoted") return;
    const raw = text.slice(start, end);
    if (kind === "word") note(foldCase(raw), start);
    else if (raw.startsWith('"')) note(raw.slice(1, -1).replaceAll('""', '"'), start);
  };
  return { token, findings: () => found };
}
