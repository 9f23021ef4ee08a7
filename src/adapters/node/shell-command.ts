/**
 * Runs a command line of the user's own config, with a shell, and gives what it prints. It has an end: a limit of time and
 * of output, and an abort; then everything that it started ends with it. What a failure means is the caller's.
 */
import { spawn, spawnSync } from "node:child_process";

export interface ShellOptions {
  readonly cwd: string;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly outputBytesMax: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ShellResult {
  /** What ended it; `itself`: it came to its end. */
  readonly endedBy: "itself" | "timeout" | "output" | "abort";
  /** Null when a signal ended it, or when it never began. */
  readonly exitCode: number | null;
  readonly stdoutBytes: Uint8Array;
  /** The end of it. */
  readonly stderr: string;
}

/** Between asking its processes to end and ending them. */
const graceMs = 1_000;
const stderrBytesMax = 64 * 1024;
const onWindows = process.platform === "win32";

export function runShell(command: string, options: ShellOptions): Promise<ShellResult> {
  return new Promise((resolve) => {
    const [shell, flag] = onWindows ? ["cmd.exe", "/c"] : ["/bin/sh", "-c"];
    // A group of its own, so that what the shell started can be ended with it.
    const child = spawn(shell, [flag, command], {
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !onWindows,
    });
    const out: Uint8Array[] = [];
    let outBytes = 0;
    let stderr = Buffer.alloc(0);
    let endedBy: ShellResult["endedBy"] = "itself";
    let force: NodeJS.Timeout | undefined;
    const end = (why: ShellResult["endedBy"]): void => {
      if (endedBy !== "itself") return;
      endedBy = why;
      endGroup(child.pid, "SIGTERM");
      force = setTimeout(() => endGroup(child.pid, "SIGKILL"), graceMs);
    };
    const limit =
      options.timeoutMs > 0 ? setTimeout(() => end("timeout"), options.timeoutMs) : undefined;
    const onAbort = (): void => end("abort");
    // Where we are told twice to end there is no time to be polite.
    const onExit = (): void => endGroup(child.pid, "SIGKILL");
    process.once("exit", onExit);
    options.signal?.addEventListener("abort", onAbort);
    child.stdout.on("data", (chunk: Uint8Array) => {
      outBytes += chunk.length;
      if (outBytes > options.outputBytesMax) end("output");
      else out.push(chunk);
    });
    child.stderr.on("data", (chunk: Uint8Array) => {
      stderr = Buffer.concat([stderr, chunk]).subarray(-stderrBytesMax);
    });
    const finish = (exitCode: number | null): void => {
      clearTimeout(limit);
      clearTimeout(force);
      process.off("exit", onExit);
      options.signal?.removeEventListener("abort", onAbort);
      // What ignored being asked, and keeps none of our pipes open.
      if (endedBy !== "itself") endGroup(child.pid, "SIGKILL");
      resolve({ endedBy, exitCode, stdoutBytes: Buffer.concat(out), stderr: stderr.toString() });
    };
    child.on("error", () => {
      if (child.pid === undefined) finish(null);
    });
    child.on("close", finish);
    if (options.signal?.aborted === true) onAbort();
  });
}

/** All processes that a command left running, if any. */
function endGroup(pid: number | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  if (onWindows) {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}
