/**
 * Names and values as SQL text: the one place that writes them. Every identifier and literal that lockstep puts
 * into a statement goes through here, so a hostile name is an ordinary name. It never guesses: what SQL text
 * cannot hold (the character NUL, an empty name) is refused.
 */
import { LockstepError } from "../core/errors.ts";
import { needsQuotesAsKeyword } from "./keywords.ts";

export interface QuoteOptions {
  /** Quote a name also where SQL would take it bare. */
  readonly always?: boolean;
}

/** Quoted only where it must be, by the server's own rule, so that generated SQL reads well. */
export function quoteIdentifier(name: string, options: QuoteOptions = {}): string {
  if (name === "") {
    throw new LockstepError("SQL.UNQUOTABLE", "An empty string cannot be an identifier.");
  }
  refuseNul(name, "identifier");
  const isPlain = /^[a-z_][a-z0-9_$]*$/.test(name) && !needsQuotesAsKeyword(name);
  return isPlain && options.always !== true ? name : `"${name.replaceAll('"', '""')}"`;
}

/** `schema.table`, each part quoted on its own; parts that are undefined are left out. */
export function quoteQualifiedName(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .map((part) => quoteIdentifier(part))
    .join(".");
}

/** Means the same whatever standard_conforming_strings is: a backslash makes it an E'' string. */
export function quoteLiteral(value: string): string {
  refuseNul(value, "string");
  const doubled = value.replaceAll("'", "''");
  return doubled.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}

/** The server's limit, NAMEDATALEN - 1, in bytes of UTF-8. */
const identifierBytesMax = 63;

/** The name that the server makes of it: cut to 63 bytes, never inside a character. */
export function truncateIdentifier(name: string): string {
  // No character takes more than three bytes per UTF-16 unit.
  if (name.length * 3 <= identifierBytesMax) return name;
  let bytes = 0;
  let end = 0;
  for (const character of name) {
    bytes += utf8Length(character);
    if (bytes > identifierBytesMax) return name.slice(0, end);
    end += character.length;
  }
  return name;
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function refuseNul(value: string, what: string): void {
  if (!value.includes("\u0000")) return;
  throw new LockstepError(
    "SQL.UNQUOTABLE",
    `The character NUL cannot stand in a PostgreSQL ${what}: ${JSON.stringify(value)}.`,
  );
}
