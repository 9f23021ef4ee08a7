/**
 * A folder with the folders above it. Node's own recursive mkdir tries for ever where the system says of a place that
 * it is absent and lets nobody make it, as under /proc; here each folder is tried twice at most.
 */
// Not node:fs/promises: that is loaded with what imports it, and a no-op would pay for it.
import { promises } from "node:fs";
import { dirname } from "node:path";

/** @throws what mkdir says of the folder that could not be made. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

/** What is there already is left to whoever writes into it, who is told when it is no folder. */
async function makeOne(path: string): Promise<void> {
  try {
    await promises.mkdir(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
