/**
 * Makes a package's programs runnable: copies them into the cache, sets the links and run bits that an install
 * script would have set. The copy is what runs, so that the package may be read-only, unreadable for the server's
 * user, or deleted while a server runs.
 */
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LockstepError } from "../../core/errors.ts";
import { errorCode, type ProcessUser } from "../node/processes.ts";
import { type ServerPackage, serverPlatform } from "./packages.ts";
import { serverUser } from "./server-user.ts";
import { removeUnfinished, temporaryName } from "./temporary-name.ts";

export interface InstalledServer {
  readonly version: string;
  readonly major: number;
  readonly folder: string;
  /** Who runs it; undefined: we ourselves. */
  readonly user: ProcessUser | undefined;
}

/** The programs in the cache, copied there the first time. */
export async function installServer(
  source: ServerPackage,
  cache: string,
): Promise<InstalledServer> {
  const user = await serverUser();
  const folder = join(cache, "servers", `${serverPlatform()}-${source.version}`);
  const server = { version: source.version, major: source.major, folder, user };
  if (await isFolder(folder)) return server;
  const unfinished = temporaryName(folder);
  try {
    await mkdir(dirname(folder), { recursive: true });
    await removeUnfinished(folder);
    await cp(source.native, unfinished, { recursive: true, verbatimSymlinks: true });
    await makeReadable(unfinished);
    await makeLinks(unfinished);
    await adoptOrDiscard(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw new LockstepError(
      "EMBEDDED.FOLDER",
      `PostgreSQL's programs cannot be copied to ${folder}`,
      {
        cause: error,
        notes: [String(error)],
        next: "free some space there, or set LOCKSTEP_CACHE to another folder",
      },
    );
  }
  return server;
}

/** The path of one of the server's programs. */
export function programPath(
  server: InstalledServer,
  name: "initdb" | "pg_ctl" | "postgres",
): string {
  return join(server.folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

/** Gives a finished folder its name; when somebody else was first, theirs is as good. */
export async function adoptOrDiscard(unfinished: string, folder: string): Promise<void> {
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error;
    await rm(unfinished, { recursive: true, force: true });
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function makeReadable(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === "bin" ? 0o755 : 0o644);
  }
}

async function makeLinks(folder: string): Promise<void> {
  for (const link of await linksOf(folder)) {
    const target = join(folder, link.target.replace(/^native\//, ""));
    try {
      await symlink(basename(link.source), target);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
}

async function linksOf(folder: string): Promise<readonly { source: string; target: string }[]> {
  const text = await readFile(join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((link: unknown) => {
    if (typeof link !== "object" || link === null || !("source" in link) || !("target" in link))
      return [];
    const { source, target } = link;
    return typeof source === "string" && typeof target === "string" ? [{ source, target }] : [];
  });
}
