/** Runs the built program as a user would: a process of its own, its output and its exit code. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface LockstepRun {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; fails when it is none. */
  json(): unknown;
}

export interface LockstepRunOptions {
  readonly cwd?: string;
  /** Added to a small environment: PATH, HOME and the cache folder, no DATABASE_URL, no PG*, CI unset. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it reads from stdin; by default stdin is empty. */
  readonly input?: string;
  /** The process, as soon as it runs: to send it signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

export const lockstepProgram: string = join(
  fileURLToPath(new URL("../..", import.meta.url)),
  "bin",
  "lockstep.cjs",
);

/** Resolves when it has ended, whatever its exit code. */
export async function runLockstep(
  args: readonly string[],
  options: LockstepRunOptions = {},
): Promise<LockstepRun> {
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [lockstepProgram, ...args], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...bareEnvironment(), ...options.env },
    });
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => out.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => err.push(chunk));
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      const stdout = Buffer.concat(out).toString("utf8");
      const stderr = Buffer.concat(err).toString("utf8");
      resolve({ exitCode, signal, stdout, stderr, json: () => JSON.parse(stdout) as unknown });
    });
    options.onStart?.(child);
  });
}

/** Nothing of the developer's own settings reaches a test. */
export function bareEnvironment(): Record<string, string | undefined> {
  const kept = [
    "PATH",
    "HOME",
    "TMPDIR",
    "LOCKSTEP_CACHE",
    "XDG_CACHE_HOME",
    "SystemRoot",
    "LOCALAPPDATA",
  ];
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]));
}
