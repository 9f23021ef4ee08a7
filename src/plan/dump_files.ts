/**
 * A dump as a folder: one file per object with what belongs to it, so that a diff of two commits shows what changed
 * where. The order in which files load is found when they are loaded: file:FOLDER does that.
 */
import type { Paragraph } from "./dump.ts";

export interface DumpFile {
  /** Relative, with forward slashes; empty when the dump is one text. */
  readonly path: string;
  readonly text: string;
}

/** Objects that belong to a table stand in its file. */
export function splitFiles(
  paragraphs: readonly Paragraph[],
  preamble: readonly string[],
): readonly DumpFile[] {
  const files = new Map<string, string[]>();
  for (const paragraph of paragraphs) {
    const path = pathOf(paragraph);
    const known = files.get(path);
    if (known === undefined) files.set(path, [paragraph.text]);
    else known.push(paragraph.text);
  }
  return [...files]
    .map(([path, texts]) => ({ path, text: [...preamble, ...texts].join("\n") }))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function pathOf({ owner: { kind, schema, name } }: Paragraph): string {
  const together = inOneFile[kind];
  if (together !== undefined) return together;
  if (kind === "event_trigger") return `last/event_trigger/${fileName(name)}.sql`;
  const folder = schema === undefined ? "" : `${fileName(schema)}/`;
  return `${folder}${kind}/${fileName(name)}.sql`;
}

/** What has no name that a person would know. */
const inOneFile: Readonly<Record<string, string>> = {
  default_privileges: "last/default_privileges.sql",
  grant: "grants.sql",
  membership: "memberships.sql",
  setting: "settings.sql",
};

/** Default privileges and event triggers act on whatever is made after them, so nothing may be. */
export function comesLast(path: string): boolean {
  return /(?:^|\/)last\/(?:default_privileges\.sql$|event_trigger\/)/.test(path);
}

/** Names that differ only in case, or hold what a file system minds, stay apart. */
function fileName(name: string): string {
  return name.replaceAll(/[^a-z0-9_-]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `%${code.toString(16).padStart(2, "0")}`;
  });
}
