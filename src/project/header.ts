/**
 * The header comment: `-- Key: value` lines at the top of a file. Shown in status, history and the changelog, never
 * required. Only a baseline's `Includes migrations up to` decides anything.
 */
import type { MigrationHeader } from "./migration.ts";
import type { SchemaHeader } from "./schema.ts";

/** Every key that is read, for the reference page and for `lockstep new`. */
export const headerKeys = {
  title: "Migration",
  description: "Description",
  author: "Author",
  date: "Date",
  reversible: "Reversible",
  relatedIssue: "Related Issue",
  breakingChanges: "Breaking Changes",
  schemaVersion: "Schema Version",
  lastUpdated: "Last Updated",
  includes: "Includes migrations up to",
  replaces: "Replaces",
} as const;

type HeaderKey = keyof typeof headerKeys;
type RawHeader = { [key in HeaderKey]?: string };

export function readMigrationHeader(text: string): MigrationHeader {
  const {
    schemaVersion: _v,
    lastUpdated: _l,
    includes: _i,
    replaces: _r,
    reversible,
    ...texts
  } = readHeader(text);
  const answer = reversible === undefined ? undefined : readAnswer(reversible);
  return answer === undefined ? texts : { ...texts, reversible: answer };
}

export function readSchemaHeader(text: string): SchemaHeader {
  const { schemaVersion, lastUpdated, includes } = readHeader(text);
  return {
    ...(schemaVersion === undefined ? {} : { schemaVersion }),
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
    ...(includes === undefined ? {} : { includes }),
  };
}

const schemaKeys = ["schemaVersion", "lastUpdated", "includes", "replaces"] as const;
type SchemaKey = (typeof schemaKeys)[number];

/** With these lines in its header, each in the place of the one that was there; nothing else is touched. */
export function withSchemaHeader(
  text: string,
  values: Readonly<Record<SchemaKey, string>>,
): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !/^\s*--/.test(line));
  const head = lines.slice(0, Math.max(0, end));
  const keys = head.map((line) => {
    const key = readEntry(line.trim().slice(2))?.key;
    return schemaKeys.find((one) => one === key);
  });
  const written = (key: SchemaKey): string => `-- ${headerKeys[key]}: ${values[key]}`;
  const replaced = head.map((line, index) => {
    const key = keys[index];
    return key === undefined ? line : written(key);
  });
  const added = schemaKeys.filter((key) => !keys.includes(key)).map(written);
  const last = keys.findLastIndex((key) => key !== undefined);
  replaced.splice(last < 0 ? head.length : last + 1, 0, ...added);
  return [...replaced, ...lines.slice(head.length)].join("\n");
}

const keyByLabel = new Map<string, HeaderKey>(
  Object.entries(headerKeys).map(([key, label]) => [label.toLowerCase(), toHeaderKey(key)]),
);

/** Many files begin with a statement: nothing to look for. */
function readHeader(text: string): RawHeader {
  if (!beginsWithComment.test(text)) return {};
  const header: RawHeader = {};
  let last: HeaderKey | undefined;
  for (const line of commentLines(text)) {
    const entry = readEntry(line);
    if (entry !== undefined) {
      // The first wins: what a later section of the file says is about itself.
      last = header[entry.key] === undefined ? entry.key : undefined;
      if (last !== undefined) header[last] = entry.value;
      continue;
    }
    if (!/^\s{2,}\S/.test(line)) last = undefined;
    if (last !== undefined) header[last] = `${header[last] ?? ""} ${line.trim()}`.trim();
  }
  for (const key of keyByLabel.values()) if (header[key] === "") delete header[key];
  return header;
}

const beginsWithComment = /^\s*(?:--|\/\*)/;

function readEntry(line: string): { readonly key: HeaderKey; readonly value: string } | undefined {
  const [, label = "", value = ""] = /^\s?([A-Za-z][A-Za-z ]*?)\s*:\s*(.*)$/.exec(line) ?? [];
  const key = keyByLabel.get(label.toLowerCase());
  return key === undefined ? undefined : { key, value: value.trim() };
}

/** The comments before the first statement, without their dashes, stars and slashes. */
function* commentLines(text: string): Generator<string> {
  let isInBlock = false;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end).trimEnd();
    start = end < 0 ? text.length : end + 1;
    const bare = line.trimStart();
    if (isInBlock || bare.startsWith("/*")) {
      isInBlock = !bare.includes("*/");
      yield bare
        .replace(/^\/\*+/, "")
        .replace(/\*+\/.*$/, "")
        .replace(/^\*/, "");
    } else if (bare.startsWith("--")) yield bare.slice(2);
    else if (bare !== "") return;
  }
}

function readAnswer(value: string): boolean | undefined {
  if (/^(?:yes|true|y)\b/i.test(value)) return true;
  return /^(?:no|false|n)\b/i.test(value) ? false : undefined;
}

/** Object.entries forgets its keys' names; these come from headerKeys itself. */
function toHeaderKey(key: string): HeaderKey {
  return key as HeaderKey;
}
