/**
 * The files that a migration or a schema reads by psql's `\i`, `\ir` and `\copy`, as part of what it is: an edit of
 * one of them is an edit of the file that reads it (FORMATS.md, "Hashes of a migration"). Pure: whoever has the
 * bytes hands them in, and is told which are still lacking.
 */
import { sha256 } from "../core/hash.ts";
import { mayMentionFiles, mentionedFiles, type FileMention } from "../sql/psql/mentions.ts";
import { meaningHash } from "../sql/meaning.ts";
import { decodeText } from "./decode.ts";

export interface IncludedFile {
  /** Relative to the project's root. */
  readonly path: string;
  readonly bytesHash: string;
  /** Undefined for rows that `\copy` reads: they mean their bytes. */
  readonly text: string | undefined;
}

/** Text or bytes by path, as decode.ts takes them; undefined for a file that is known not to be there. */
export type KnownContents = ReadonlyMap<string, string | Uint8Array | undefined>;

export interface IncludeSearch {
  readonly included: readonly IncludedFile[];
  /** Nobody has looked for these yet; what is found may read others. */
  readonly unread: readonly string[];
}

export interface IncludeRequest {
  readonly path: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Each file once, in the order in which it is first read. */
export function findIncludes(request: IncludeRequest, contents: KnownContents): IncludeSearch {
  if (!mayMentionFiles(request.text)) return nothingIncluded;
  const included = new Map<string, IncludedFile>();
  const unread = new Set<string>();
  const variables = new Map(Object.entries(request.variables));
  const visit = (file: string, text: string): void => {
    for (const mention of mentionedFiles({ file, text }, variables)) {
      const path = firstPresent(mention, contents, unread);
      if (path === undefined || path === request.path || included.has(path)) continue;
      const found = toIncluded(path, mention, contents);
      included.set(path, found);
      if (found.text !== undefined && mayMentionFiles(found.text)) visit(path, found.text);
    }
  };
  visit(request.path, request.text);
  return { included: [...included.values()], unread: [...unread] };
}

const nothingIncluded: IncludeSearch = { included: [], unread: [] };

/** A file that reads none has its own hash, whoever else reads it. */
export function hashWithIncludes(
  own: string,
  included: readonly IncludedFile[],
  hashOf: (file: IncludedFile) => string,
): string {
  if (included.length === 0) return own;
  const lines = included.map((file) => `${hashOf(file)} ${file.path}\n`);
  return sha256(`${own}\n${lines.join("")}`);
}

export interface TextWithIncludes {
  readonly text: string;
  readonly included: readonly IncludedFile[];
}

/** `own` is the meaning of the text itself, where it is known already. */
export function meaningWithIncludes({ text, included }: TextWithIncludes, own?: string): string {
  return hashWithIncludes(own ?? meaningHash(text), included, (file) =>
    file.text === undefined ? file.bytesHash : meaningHash(file.text),
  );
}

function firstPresent(
  { candidates }: FileMention,
  contents: KnownContents,
  unread: Set<string>,
): string | undefined {
  for (const path of candidates) {
    if (!contents.has(path)) {
      unread.add(path);
      return undefined;
    }
    if (contents.get(path) !== undefined) return path;
  }
  return undefined;
}

function toIncluded(path: string, { kind }: FileMention, contents: KnownContents): IncludedFile {
  const content = contents.get(path) ?? "";
  const text = kind === "script" ? decodeText(content, path).text : undefined;
  return { path, bytesHash: sha256(content), text };
}
