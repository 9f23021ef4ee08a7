/**
 * Child processes and other people's processes: run one and keep what it said, start one that outlives us, ask
 * whether a process id still means the process that it meant. It never decides what a failure means.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Who runs it; only root may choose. */
  readonly user?: ProcessUser | undefined;
  readonly timeoutMs?: number;
}

export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
}

export interface RunResult {
  /** Null when a signal ended it, or when it never began. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not begin: ENOENT, EACCES, EPERM. */
  readonly spawnError: NodeJS.ErrnoException | undefined;
}

/** Runs a program to its end. A program that fails, or cannot begin, is a result and not an exception. */
export function runProcess(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...spawnOptions(options), stdio: "pipe" });
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    let spawnError: NodeJS.ErrnoException | undefined;
    child.stdin?.end();
    child.stdout?.on("data", (chunk: Uint8Array) => out.push(chunk));
    child.stderr?.on("data", (chunk: Uint8Array) => err.push(chunk));
    child.on("error", (error) => {
      spawnError = error;
      if (child.pid === undefined) finish(null);
    });
    child.on("close", (exitCode) => finish(exitCode));
    function finish(exitCode: number | null): void {
      const stdout = Buffer.concat(out).toString("utf8");
      const stderr = Buffer.concat(err).toString("utf8");
      resolve({ exitCode, stdout, stderr, spawnError });
    }
  });
}

export interface DetachedProcess {
  readonly pid: number | undefined;
  /** Resolves when it ends or could not begin; never rejects. */
  readonly ended: Promise<NodeJS.ErrnoException | undefined>;
}

/** Starts a program that goes on when we end; what it says goes to the end of a file. */
export function startDetached(
  command: string,
  args: readonly string[],
  options: RunOptions & { readonly logFile: string },
): DetachedProcess {
  const log = openSync(options.logFile, "a", 0o600);
  try {
    const stdio: ["ignore", number, number] = ["ignore", log, log];
    const child: ChildProcess = spawn(command, args, {
      ...spawnOptions(options),
      detached: true,
      windowsHide: true,
      stdio,
    });
    child.unref();
    const ended = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      child.on("error", resolve);
      child.on("exit", () => resolve(undefined));
    });
    return { pid: child.pid, ended };
  } finally {
    closeSync(log);
  }
}

/** Whether a process with this id runs, be it ours or not. */
export function isAlive(pid: number): boolean {
  return isUsed(pid) && !isDefunct(pid);
}

/** Whether the system has given this id to a process, running or ended and not collected. */
export function isUsed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** Ended and not yet collected: in containers the first process often collects nobody, and the id stays. */
function isDefunct(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.charAt(stat.lastIndexOf(")") + 2) === "Z";
  } catch {
    return false;
  }
}

/**
 * Tells two processes apart that had the same id at different times. Linux counts ticks since boot and names the
 * boot; elsewhere `ps` gives the second. Undefined when there is no such process or nobody can say.
 */
export async function startMark(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
      // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
      const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
      return `${boot.trim()}/${ticks ?? ""}`;
    } catch {
      return undefined;
    }
  }
  if (process.platform === "win32") return undefined;
  const listed = await runProcess("ps", ["-o", "lstart=", "-p", String(pid)]);
  return listed.stdout.trim() || undefined;
}

/** The code of a system error, such as ENOENT; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function spawnOptions(options: RunOptions): {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  timeout?: number;
} {
  return {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  };
}
