/**
 * Where servers, templates and scratch clusters live: the user's cache folder, or, for root, a folder that the
 * other user who runs the server can reach as well. It never uses a folder that somebody else made.
 */
import { constants, type Stats } from "node:fs";
import { access, lstat, mkdir, realpath, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { LockstepError } from "../../core/errors.ts";
import { errorCode } from "../node/processes.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The cache folder's absolute path. It exists afterwards, is ours, and can be entered by the server's user. */
export async function cacheFolder(environment: Environment): Promise<string> {
  const chosen = environment["LOCKSTEP_CACHE"];
  const candidates = chosen ? [resolve(chosen)] : standardPlaces(environment);
  const refusals: string[] = [];
  for (const candidate of candidates) {
    const refusal = await refusalOf(candidate);
    if (refusal === undefined) return candidate;
    refusals.push(`${candidate}: ${refusal}`);
  }
  throw new LockstepError("EMBEDDED.FOLDER", "there is no folder for the embedded server's files", {
    notes: refusals,
    next: "set LOCKSTEP_CACHE to a folder that you may write to",
  });
}

/** Whether the server's user can walk down to this folder: only root runs the server as somebody else. */
export async function isReachable(folder: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return true;
  let current = await realFolder(resolve(folder));
  for (;;) {
    if (((await stat(current)).mode & 0o001) === 0) return false;
    const parent = dirname(current);
    if (parent === current) return true;
    current = parent;
  }
}

/** The nearest folder upwards that exists, its links followed: what counts are the folders that are walked through. */
async function realFolder(folder: string): Promise<string> {
  let current = folder;
  for (;;) {
    const real = await realpath(current).catch(() => undefined);
    if (real !== undefined || dirname(current) === current) return real ?? current;
    current = dirname(current);
  }
}

function standardPlaces(environment: Environment): readonly string[] {
  const base = environment["XDG_CACHE_HOME"] || join(environment["HOME"] || homedir(), ".cache");
  const windows = environment["LOCALAPPDATA"];
  if (process.platform === "win32" && windows) return [join(windows, "lockstep", "cache")];
  const places = [join(base, "lockstep")];
  if (process.getuid?.() === 0) places.push("/var/cache/lockstep");
  places.push(join(tmpdir(), `lockstep-${process.getuid?.() ?? "cache"}`));
  return places;
}

async function refusalOf(folder: string): Promise<string | undefined> {
  // PostgreSQL's programs call each other through a shell, their paths between double quotes.
  const unfit = process.platform === "win32" ? /["%\n]/ : /["$`\\\n]/;
  if (unfit.test(folder))
    return "its name holds a character that PostgreSQL's programs cannot have";
  try {
    if (!(await isReachable(dirname(folder)))) return "the server's user cannot enter it";
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const foreign = foreignness(await lstat(folder));
    if (foreign !== undefined) return foreign;
    if (!(await isReachable(folder))) return "the server's user cannot enter it";
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

/** In a folder that everybody may write to, somebody else may have made it first and wait for our files. */
function foreignness(stats: Stats): string | undefined {
  if (!stats.isDirectory()) return "it is not a folder";
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  if (stats.uid !== uid) return "it belongs to another user";
  return (stats.mode & 0o022) === 0 ? undefined : "others may write to it";
}
