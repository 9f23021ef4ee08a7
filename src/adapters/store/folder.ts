/**
 * A backup as a folder. It is written beside its final name, as NAME.SUFFIX.partial, and renamed when every file is
 * on the disk; whatever cuts it off leaves a folder that no command takes for a backup. Only its owner can read it.
 */
import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../node/make-folder.ts";
import { LockstepError } from "../../core/errors.ts";
import type {
  BackupPlace,
  BackupReader,
  BackupStore,
  BackupWriter,
  StoredFile,
} from "../../ports/backup-store.ts";

/** An absolute path. */
export function folderStore(path: string): BackupStore {
  return {
    label: path,
    create: () => create(path),
    open: () => openFolder(path),
  };
}

/** Backups side by side in one folder. An absolute path. */
export function folderPlace(path: string): BackupPlace {
  return {
    label: path,
    names: async () => {
      const folders = (await foldersIn(path)).filter((name) => !isPartial(name));
      const found = await Promise.all(
        folders.map((name) =>
          stat(join(path, name, "manifest")).then(
            () => [name],
            () => [],
          ),
        ),
      );
      return found.flat();
    },
    unfinished: async () => (await foldersIn(path)).filter(isPartial),
    store: (name) => folderStore(join(path, name)),
    others: async (name, isOwn) => {
      const entries = await readdir(join(path, name), { withFileTypes: true });
      return entries.filter((entry) => !entry.isFile() || !isOwn(entry.name)).map((e) => e.name);
    },
    remove: async (name) => {
      const gone = join(path, `${name}.${randomBytes(4).toString("hex")}.partial`);
      await writing(join(path, name), async () => {
        await rename(join(path, name), gone);
        await rm(gone, { recursive: true, force: true });
      });
    },
  };
}

/** None where nothing is yet; a place that can't be looked into is not an empty one. */
async function foldersIn(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT") return [];
    const why = code === "ENOTDIR" ? "it is no folder" : `it can't be looked into (${code})`;
    throw new LockstepError("BACKUP.ABSENT", `${path} holds no backups: ${why}`, {
      next: "Name a folder that holds backups, or give this user the right to read it.",
      cause: error,
    });
  }
}

function isPartial(name: string): boolean {
  return name.endsWith(".partial");
}

async function create(path: string): Promise<BackupWriter> {
  await refuseTaken(path);
  const partial = join(
    dirname(path),
    `${basename(path)}.${randomBytes(4).toString("hex")}.partial`,
  );
  await writing(path, async () => {
    await makeFolder(dirname(path));
    await mkdir(partial, { mode: 0o700 });
  });
  return {
    write: (name, content) => writing(path, () => writeFile(join(partial, name), content)),
    finish: async () => {
      // rename() would replace an empty folder that somebody made meanwhile, and nothing else.
      await refuseTaken(path);
      await writing(path, async () => {
        await flushFolder(partial);
        await rename(partial, path);
        await flushFolder(dirname(path));
      });
    },
    abandon: () => rm(partial, { recursive: true, force: true }),
  };
}

export async function refuseTaken(path: string): Promise<void> {
  const isFree = await lstat(path).then(
    () => false,
    () => true,
  );
  if (isFree) return;
  throw new LockstepError("BACKUP.EXISTS", `${path} is there already`);
}

async function writeFile(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** A folder cannot be opened everywhere; where it can't, there is nothing to flush. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  if (folder === undefined) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}

export async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const reason = reasons[String(error.code)] ?? error.message;
    throw new LockstepError("BACKUP.WRITE_FAILED", `${path} can't be written: ${reason}`, {
      state: "nothing was changed; the unfinished backup was removed",
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

async function openFolder(path: string): Promise<BackupReader> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw absent(path, "there is nothing");
  if (!found.isDirectory()) throw absent(path, "it is no folder");
  if (isPartial(path)) throw absent(path, "its writing was cut off");
  return {
    list: () => list(path),
    read: (name) => read(join(path, name), name),
  };
}

function absent(path: string, why: string): LockstepError {
  return new LockstepError("BACKUP.ABSENT", `${path} is no backup: ${why}`);
}

async function list(path: string): Promise<readonly StoredFile[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ name }) => lstat(join(path, name))));
  return files.map(({ name }, position) => ({ name, bytes: sizes[position]?.size ?? 0 }));
}

async function read(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const message = `${name} of the backup can't be read`;
    throw new LockstepError("BACKUP.DAMAGED", message, { cause });
  }
}
