/** The files of another revision, to be read as the project's own are. Nothing is checked out and nothing is written. */
import { LockstepError } from "../../core/errors.ts";
import type { FileEntry, Files } from "../../ports/files.ts";
import { filesAt, git } from "./git.ts";

/** Undefined when git knows no such revision. */
export async function filesOfRevision(
  folder: string,
  revision: string,
): Promise<Files | undefined> {
  const paths = await filesAt(folder, revision);
  if (paths === undefined) return undefined;
  const readIfPresent = async (path: string): Promise<Uint8Array | undefined> => {
    if (!paths.has(path)) return undefined;
    const text = await git(folder, ["show", `${revision}:./${path}`]);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  };
  const read = async (path: string): Promise<Uint8Array> => {
    const bytes = await readIfPresent(path);
    if (bytes !== undefined) return bytes;
    const message = `${path} is not there at ${revision}`;
    throw new LockstepError("PROJECT.FILE_ABSENT", message, { where: { file: path } });
  };
  return {
    root: folder,
    readIfPresent,
    read,
    readContents: async (paths) => {
      const contents = new Map<string, Uint8Array>();
      for (const path of new Set(paths)) contents.set(path, await read(path));
      return contents;
    },
    list: async (at) => entriesIn(paths, at),
    exists: async (path) => paths.has(path) || entriesIn(paths, path).length > 0,
    write: () => refuse(revision),
    rename: () => refuse(revision),
    remove: () => refuse(revision),
  };
}

function entriesIn(paths: ReadonlySet<string>, folder: string): readonly FileEntry[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const entries = new Map<string, FileEntry>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const [name = "", ...below] = path.slice(prefix.length).split("/");
    entries.set(name, { name, kind: below.length > 0 ? "folder" : "file" });
  }
  return [...entries.values()];
}

async function refuse(revision: string): Promise<void> {
  throw new LockstepError("USAGE.INVALID", `${revision} is only read: nothing is written there`);
}
