/** A file that the command line names, anywhere on the disk: read whole, written whole or not at all. */
// Not node:fs/promises: that is loaded with what imports it, and a no-op would pay for it.
import { promises } from "node:fs";
import { basename, dirname } from "node:path";
import { LockstepError } from "../../core/errors.ts";
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

/** @throws PROJECT.FILE_ABSENT where its folder is not there. */
export async function writeTextFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const isThere = await promises.stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isThere) {
    const message = `there is no folder ${folder} to write ${basename(path)} into`;
    const next = "Make the folder or name another place, then run the same command again.";
    throw new LockstepError("PROJECT.FILE_ABSENT", message, { next });
  }
  await nodeFiles(folder).write(basename(path), text);
}
