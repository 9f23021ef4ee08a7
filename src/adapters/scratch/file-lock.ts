/**
 * One holder at a time among processes of one machine, by a file that names its holder. A holder that is gone
 * (its process id is free, or means another process now) loses the lock to the next who asks.
 */
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { LockstepError } from "../../core/errors.ts";
import { errorCode, isAlive, startMark } from "../node/processes.ts";

export interface FileLockOptions {
  /** How long to wait for a holder that is alive. */
  readonly waitMs?: number;
}

const pollMs = 20;
/** Breaking a lock takes microseconds; a breaker that is older than this died while it did. */
const breakerAgeMsMax = 10_000;

/** Runs the work while nobody else holds the lock of this path. */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  options: FileLockOptions = {},
): Promise<Result> {
  const own = JSON.stringify({ pid: process.pid, mark: await startMark(process.pid) });
  const deadline = performance.now() + (options.waitMs ?? 60_000);
  while (!(await createFile(path, own))) {
    await breakIfStale(path);
    if (performance.now() > deadline) throw await busyError(path);
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function createFile(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw new LockstepError("EMBEDDED.FOLDER", `the lock ${path} cannot be written`, {
      cause: error,
      notes: [String(error)],
      next: "free some space there, or set LOCKSTEP_CACHE to another folder",
    });
  }
}

/**
 * Between reading a stale lock and removing it, another process may have replaced it. Who removes therefore holds
 * a second file, and looks again under it.
 */
async function breakIfStale(path: string): Promise<void> {
  if (!(await isStale(path))) return;
  const breaker = `${path}.break`;
  if (await createFile(breaker, String(process.pid))) {
    try {
      if (await isStale(path)) await rm(path, { force: true });
    } finally {
      await rm(breaker, { force: true });
    }
    return;
  }
  const age = await ageMs(breaker);
  if (age !== undefined && age > breakerAgeMsMax) await rm(breaker, { force: true });
}

async function isStale(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  if (holder === "absent") return false;
  // A holder writes its name in one go; a file that stays without one was made by somebody who died in between.
  if (holder === "nameless") return ((await ageMs(path)) ?? 0) > 1_000;
  if (!isAlive(holder.pid)) return true;
  if (holder.mark === undefined) return false;
  const mark = await startMark(holder.pid);
  return mark !== undefined && mark !== holder.mark;
}

interface Holder {
  readonly pid: number;
  readonly mark: string | undefined;
}

async function readHolder(path: string): Promise<Holder | "absent" | "nameless"> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof parsed !== "object" || parsed === null || !("pid" in parsed)) return "nameless";
    if (typeof parsed.pid !== "number") return "nameless";
    const mark = "mark" in parsed && typeof parsed.mark === "string" ? parsed.mark : undefined;
    return { pid: parsed.pid, mark };
  } catch (error) {
    return errorCode(error) === "ENOENT" ? "absent" : "nameless";
  }
}

async function ageMs(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (stats) => Date.now() - stats.mtimeMs,
    () => undefined,
  );
}

async function busyError(path: string): Promise<LockstepError> {
  const holder = await readHolder(path);
  const who = typeof holder === "string" ? "another process" : `process ${holder.pid}`;
  return new LockstepError(
    "EMBEDDED.BUSY",
    `${who} has been starting the same server for too long`,
    {
      next: "look what that process does, end it, and run the same command again",
      notes: [`the lock is ${path}`],
    },
  );
}
