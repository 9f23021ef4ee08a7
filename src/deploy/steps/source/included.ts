/** The SQL files that scripts read by psql's `\i` and `\ir`: a part of the schema as much as those that read them. */
import type { Files } from "../../../ports/files.ts";
import { findIncludes } from "../../../project/includes.ts";
import type { SourceText } from "../../../sql/source.ts";

/** Each once, in the order in which they are first read; what is not there is left out, and said when it is loaded. */
export async function includedIn(
  sources: readonly SourceText[],
  files: Files,
): Promise<readonly SourceText[]> {
  const contents = new Map<string, Uint8Array | undefined>();
  const found = new Map<string, SourceText>();
  for (const { file, text } of sources) {
    const request = { path: file, text, variables: {} };
    let search = findIncludes(request, contents);
    while (search.unread.length > 0) {
      for (const path of search.unread) contents.set(path, await files.readIfPresent(path));
      search = findIncludes(request, contents);
    }
    for (const { path, text: own } of search.included) {
      if (own !== undefined && !found.has(path)) found.set(path, { file: path, text: own });
    }
  }
  return [...found.values()];
}
