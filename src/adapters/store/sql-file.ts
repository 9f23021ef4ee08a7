/** A backup as one file. It is written beside its final name, as NAME.SUFFIX.partial, and renamed when it is on the disk. */
import { randomBytes } from "node:crypto";
import { lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "../node/make-folder.ts";
import type { TextFile } from "../../ports/text-file.ts";
import { flushFolder, refuseTaken, writing } from "./folder.ts";

/** Small writes are put together: a system call for each row would take longer than the row. */
const bufferBytes = 1024 * 1024;

/** An absolute path. */
export async function createSqlFile(path: string): Promise<TextFile> {
  await refuseTaken(path);
  const partial = `${path}.${randomBytes(4).toString("hex")}.partial`;
  const file = await writing(path, async () => {
    await makeFolder(dirname(path));
    return await open(partial, "wx", 0o600);
  });
  let pieces: Uint8Array[] = [];
  let waiting = 0;
  const flush = async (): Promise<void> => {
    const content = Buffer.concat(pieces, waiting);
    pieces = [];
    waiting = 0;
    await writing(path, () => file.writeFile(content));
  };
  return {
    label: path,
    write: async (content) => {
      // COPY's pieces are used again by the connection once they are handed out.
      const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
      pieces.push(bytes);
      waiting += bytes.length;
      if (waiting >= bufferBytes) await flush();
    },
    finish: async () => {
      await flush();
      await refuseTaken(path);
      return await writing(path, async () => {
        await file.datasync();
        await file.close();
        await rename(partial, path);
        await flushFolder(dirname(path));
        return (await lstat(path)).size;
      });
    },
    abandon: async () => {
      await file.close().catch(() => undefined);
      await rm(partial, { force: true });
    },
  };
}
