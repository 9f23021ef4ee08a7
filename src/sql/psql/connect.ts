/** `\connect`: to where the deploy is connected already it means nothing; anywhere else it is refused. */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import type { PsqlConnection } from "./actions.ts";

const fields = ["database", "user", "host", "port"] as const;
type Field = (typeof fields)[number];

const fieldOfKeyword: Readonly<Record<string, Field>> = {
  dbname: "database",
  user: "user",
  host: "host",
  hostaddr: "host",
  port: "port",
};

export function checkConnect(
  words: readonly string[],
  connection: PsqlConnection,
  where: SourcePosition,
): void {
  if (connection.isAnywhere === true) return;
  const wanted = readTarget(words.filter((word) => !word.startsWith("-reuse-previous=")));
  for (const field of fields) {
    const value = wanted[field];
    if (value === undefined || value === connection[field]) continue;
    // A connection string may hold a password, so only the part that differs is shown.
    const message = `\\connect names another ${field}, ${JSON.stringify(value)}.`;
    throw new LockstepError("SQL.PSQL_DATABASE", message, { where });
  }
}

function readTarget(words: readonly string[]): Partial<Record<Field, string>> {
  const first = words[0] ?? "";
  if (/^postgres(?:ql)?:\/\//.test(first)) return readUrl(first);
  if (first.includes("=")) return readKeywords(first);
  const target: Partial<Record<Field, string>> = {};
  for (const [index, field] of fields.entries()) {
    const value = words[index];
    if (value !== undefined && value !== "-") target[field] = unquoted(value);
  }
  return target;
}

function readKeywords(text: string): Partial<Record<Field, string>> {
  const target: Partial<Record<Field, string>> = {};
  for (const match of text.matchAll(/(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S*))/g)) {
    const field = fieldOfKeyword[match[1] ?? ""];
    if (field !== undefined) target[field] = match[2]?.replace(/\\(.)/g, "$1") ?? match[3] ?? "";
  }
  return target;
}

function readUrl(text: string): Partial<Record<Field, string>> {
  if (!URL.canParse(text)) return { database: "an address that can't be read" };
  const url = new URL(text);
  const target: Partial<Record<Field, string>> = {};
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database !== "") target.database = database;
  if (url.username !== "") target.user = decodeURIComponent(url.username);
  if (url.hostname !== "") target.host = url.hostname;
  if (url.port !== "") target.port = url.port;
  return target;
}

/** `"My Db"`, as pg_dump writes names that need quotes. */
function unquoted(value: string): string {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1).replaceAll('""', '"') : value;
}
