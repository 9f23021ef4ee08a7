/** A file that the command line names, anywhere on the disk: read whole, written whole or not at all. */
// Not node:fs/promises: that is loaded with what imports it, and a no-op would pay for it.
import { promises } from "node:fs";
import { basename, dirname } from "node:path";
import { nodeFiles } from "./files.ts";

/** Undefined when there is none. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await promises.readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

export async function writeTextFile(path: string, text: string): Promise<void> {
  await nodeFiles(dirname(path)).write(basename(path), text);
}
