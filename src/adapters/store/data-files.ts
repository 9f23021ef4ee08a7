/**
 * Exports on the disk. What is written has a name that ends in .partial until it is whole, and only its owner can
 * read it.
 */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, mkdir, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../node/make-folder.ts";
import { LockstepError } from "../../core/errors.ts";
import type { DataFile, DataSink, DataSource, DataWriter } from "../../ports/data-files.ts";

/** An absolute path. */
export function dataSink(path: string, kind: "file" | "folder"): DataSink {
  return { label: path, create: () => create(path, kind) };
}

async function create(path: string, kind: "file" | "folder"): Promise<DataWriter> {
  await refuseTaken(path);
  const suffix = `${randomBytes(4).toString("hex")}.partial`;
  const partial = join(dirname(path), `${basename(path)}.${suffix}`);
  await writing(path, async () => {
    await makeFolder(dirname(path));
    if (kind === "folder") await mkdir(partial, { mode: 0o700 });
  });
  return {
    open: (name) =>
      writing(path, async () => {
        const handle = await open(kind === "file" ? partial : join(partial, name), "wx", 0o600);
        return fileOf(handle, path);
      }),
    finish: async () => {
      await refuseTaken(path);
      await writing(path, () => rename(partial, path));
    },
    abandon: () => rm(partial, { recursive: true, force: true }),
  };
}

function fileOf(handle: FileHandle, path: string): DataFile {
  return {
    write: (bytes) =>
      writing(path, async () => {
        let at = 0;
        while (at < bytes.length) at += (await handle.write(bytes, at)).bytesWritten;
      }),
    close: () =>
      writing(path, async () => {
        await handle.datasync();
        await handle.close();
      }),
  };
}

async function refuseTaken(path: string): Promise<void> {
  const isFree = await lstat(path).then(
    () => false,
    () => true,
  );
  if (!isFree) throw new LockstepError("DATA.EXISTS", `${path} is there already`);
}

async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error instanceof LockstepError) {
      throw error;
    }
    const reason = reasons[String(error.code)] ?? error.message;
    throw new LockstepError("DATA.WRITE_FAILED", `${path} can't be written: ${reason}`, {
      cause: error,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "the disk is read-only",
  ENOTDIR: "a part of the path is no folder",
};

export function dataSource(path: string): DataSource {
  const place = (name: string): string => (name === "" ? path : join(path, name));
  return {
    label: path,
    kind: async () => {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) throw absent(path, "there is nothing");
      if (path.endsWith(".partial")) throw absent(path, "its writing was cut off");
      return found.isDirectory() ? "folder" : "file";
    },
    size: async (name) => {
      const found = await stat(place(name)).catch(() => undefined);
      if (found === undefined) throw new LockstepError("DATA.DAMAGED", `${place(name)} is missing`);
      return found.size;
    },
    read: (name, range) => readFile(place(name), range),
    rejects: async () => {
      const label = `${path.replace(/[/\\]+$/, "")}.rejected.jsonl`;
      const handle = await writing(label, () => open(label, "w", 0o600));
      return { label, ...fileOf(handle, label) };
    },
  };
}

const readBytes = 256 * 1024;

async function* readFile(
  path: string,
  range: { readonly from: number; readonly to: number } | undefined,
): AsyncIterable<Uint8Array> {
  if (range !== undefined && range.to <= range.from) return;
  const part = range === undefined ? {} : { start: range.from, end: range.to - 1 };
  const stream = createReadStream(path, { ...part, highWaterMark: readBytes });
  try {
    for await (const chunk of stream) {
      // No encoding is set, so the stream gives buffers.
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw new LockstepError("DATA.DAMAGED", `${path} can't be read`, { cause });
  }
}

function absent(path: string, why: string): LockstepError {
  return new LockstepError("DATA.FILE_ABSENT", `${path} is no export: ${why}`);
}
