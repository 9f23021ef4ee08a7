/**
 * The project's files on this machine. Every path is checked twice: as a text, and as what it leads to once links are
 * followed. Nothing is read or written outside the project's folder.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  promises,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  type Dirent,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { makeFolder } from "./make-folder.ts";
import { LockstepError } from "../../core/errors.ts";
import type { FileContent, FileEntry, Files } from "../../ports/files.ts";

export function nodeFiles(root: string): Files {
  const place = new Place(root);
  return {
    root: place.root,
    async read(path) {
      return readPlain(place.existingLink(path)) ?? readFile(place.existing(path), path);
    },
    async readContents(paths) {
      const contents = new Map<string, FileContent>();
      for (const path of paths) {
        if (contents.has(path)) continue;
        const text = readPlainText(place.existingLink(path));
        contents.set(path, text ?? readFile(place.existing(path), path));
      }
      return contents;
    },
    async readIfPresent(path) {
      const full = place.inside(path);
      return kindOf(full) === "absent" ? undefined : readFile(place.existing(path), path);
    },
    async list(folder) {
      return listFolder(place, folder);
    },
    async exists(path) {
      return kindOf(place.inside(path)) !== "absent" && kindOf(place.existing(path)) !== "absent";
    },
    async write(path, content) {
      await translate(path, () => writeAtomically(place.writable(path), content));
    },
    async rename(from, to) {
      const [source, destination] = [place.existingLink(from), place.writable(to)];
      await translate(from, async () => {
        await makeFolder(dirname(destination));
        await promises.rename(source, destination);
      });
    },
    async remove(path) {
      const full = place.existingLink(path);
      await translate(path, () => removeEntry(full));
    },
  };
}

/** The root, and the ways from a path of the project to a path of the machine. */
class Place {
  readonly root: string;
  readonly #realFolders = new Map<string, string>();
  /** By what stands before a file's name, as it was asked for: thousands of files lie in one folder. */
  readonly #prefixes = new Map<string, string>();

  constructor(root: string) {
    this.root = realRoot(root);
  }

  /** By its text alone. */
  inside(path: string): string {
    const full = resolve(this.root, path);
    if (!isWithin(this.root, full)) throw outside(path);
    return full;
  }

  /** Follows links, the last one too; an absent file is left to the reader to report. */
  existing(path: string): string {
    const full = this.existingLink(path);
    let real: string;
    try {
      if (!lstatSync(full).isSymbolicLink()) return full;
      real = realpathSync(full);
    } catch {
      return full;
    }
    if (!isWithin(this.root, real)) throw outside(path);
    return real;
  }

  /** Follows the links of the folders, not the last one. */
  existingLink(path: string): string {
    const end = path.lastIndexOf("/") + 1;
    const name = path.slice(end);
    const folder = isPlainName(name) ? this.#prefixes.get(path.slice(0, end)) : undefined;
    if (folder !== undefined) return folder + name;
    const full = this.inside(path);
    if (full === this.root) return full;
    const real = this.#realFolder(dirname(full), path);
    if (isPlainName(name) && this.#realFolders.has(dirname(full))) {
      this.#prefixes.set(path.slice(0, end), real.endsWith(sep) ? real : real + sep);
    }
    return join(real, full.slice(dirname(full).length + 1));
  }

  /** Like existingLink, where the folders may not be there yet. A link is never written through. */
  writable(path: string): string {
    const full = this.inside(path);
    let folder = dirname(full);
    while (folder !== this.root && kindOf(folder) === "absent") folder = dirname(folder);
    return join(this.#realFolder(folder, path), relative(folder, full));
  }

  #realFolder(folder: string, path: string): string {
    const known = this.#realFolders.get(folder);
    if (known !== undefined) return known;
    let real: string;
    try {
      real = realpathSync(folder);
    } catch {
      return folder;
    }
    if (!isWithin(this.root, real)) throw outside(path);
    this.#realFolders.set(folder, real);
    return real;
  }
}

/** Names a file of its folder whatever the system makes of a path. */
function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && (sep === "/" || !/[\\:]/.test(name));
}

function realRoot(root: string): string {
  try {
    const real = realpathSync(root);
    if (statSync(real).isDirectory()) return real;
  } catch {
    // Said below, the same for a file as for nothing.
  }
  throw new LockstepError("PROJECT.FILE_ABSENT", `${root} is not a folder`, {
    next: "Run lockstep in the project's folder, or name it with --project.",
  });
}

function isWithin(root: string, full: string): boolean {
  return full === root || full.startsWith(root.endsWith(sep) ? root : root + sep);
}

function outside(path: string): LockstepError {
  return new LockstepError("PROJECT.OUTSIDE", `${path} leads out of the project's folder`, {
    where: { file: path },
  });
}

type Kind = FileEntry["kind"] | "absent";

function kindOf(full: string): Kind {
  const found = lstatSync(full, { throwIfNoEntry: false });
  if (found === undefined) return "absent";
  return found.isDirectory() ? "folder" : found.isFile() ? "file" : "other";
}

/**
 * Undefined when it is a link, or can't be opened: then the slow way looks why. One call less per file than asking
 * first, which counts when there are thousands.
 */
function readPlain(full: string): Uint8Array | undefined {
  return withPlain(full, (handle) => readFileSync(handle));
}

/** Undefined too when it may not be UTF-8. As text at once, which spares the bytes' own object and their decoding. */
function readPlainText(full: string): string | undefined {
  const text = withPlain(full, (handle) => readFileSync(handle, asText));
  // What stands for a byte that is no UTF-8, or was in the file itself.
  return text?.includes("\uFFFD") === true ? undefined : text;
}

/** One object for all of them. */
const asText = { encoding: "utf8", flag: "r" } as const;

function withPlain<Content extends { readonly length: number }>(
  full: string,
  read: (handle: number) => Content,
): Content | undefined {
  if (constants.O_NOFOLLOW === undefined) return undefined;
  let handle: number;
  try {
    handle = openSync(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const content = read(handle);
    // A pipe that nobody writes to reads as empty.
    return content.length === 0 && !fstatSync(handle).isFile() ? undefined : content;
  } catch {
    return undefined;
  } finally {
    closeSync(handle);
  }
}

/** Synchronous: for thousands of small files that is several times as fast as promises. */
function readFile(full: string, path: string): Uint8Array {
  try {
    // One that nobody writes to would be waited for.
    if (statSync(full).isFIFO())
      throw new LockstepError("PROJECT.UNREADABLE", `${path} is a pipe, and no file`, {
        where: { file: path },
      });
    return readFileSync(full);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

async function listFolder(place: Place, folder: string): Promise<readonly FileEntry[]> {
  const full = place.existing(folder);
  const entries = await translate(folder, async () => readdirSync(full, { withFileTypes: true }));
  return entries.map((entry) => ({ name: entry.name, kind: entryKind(place, full, entry) }));
}

/** A link counts as what it leads to when that is a file of the project; any other link is `other`. */
function entryKind(place: Place, folder: string, entry: Dirent): FileEntry["kind"] {
  if (entry.isDirectory()) return "folder";
  if (entry.isFile()) return "file";
  if (!entry.isSymbolicLink()) return "other";
  try {
    const real = realpathSync(join(folder, entry.name));
    return isWithin(place.root, real) && statSync(real).isFile() ? "file" : "other";
  } catch {
    return "other";
  }
}

async function writeAtomically(full: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(full));
  const temporary = `${full}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await promises.open(temporary, "wx");
    try {
      await handle.writeFile(content);
      // Without this a crash may leave the new name with nothing in it.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await promises.rename(temporary, full);
  } catch (error) {
    await promises.rm(temporary, { force: true });
    throw error;
  }
}

async function removeEntry(full: string): Promise<void> {
  if (kindOf(full) === "folder") await promises.rmdir(full);
  else await promises.rm(full);
}

async function translate<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fileError(path, cause);
  }
}

function fileError(path: string, cause: unknown): LockstepError {
  if (cause instanceof LockstepError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  const details = { where: { file: path }, cause, data: { errno: code } };
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new LockstepError("PROJECT.FILE_ABSENT", `${path} is not there`, details);
  }
  const why = reasons[code] ?? `the operating system said ${code}`;
  const next = code === "EISDIR" ? { next: "Name a file in it instead." } : {};
  return new LockstepError("PROJECT.UNREADABLE", `${path}: ${why}`, { ...details, ...next });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "it is a folder, not a file",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  ELOOP: "its links go round in a circle",
  ENOTEMPTY: "the folder is not empty",
};
