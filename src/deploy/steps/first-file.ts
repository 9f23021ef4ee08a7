/** The first of several files of the project that is there. */
import type { Files } from "../../ports/files.ts";

export async function firstFile(
  files: Files,
  candidates: readonly string[],
): Promise<Uint8Array | undefined> {
  for (const path of candidates) {
    const bytes = await files.readIfPresent(path);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}
