/**
 * The server's process in a cluster's folder: start it and wait until it takes connections, find it again, stop
 * it. It never signals a process of which it has not made sure that it is the server of this folder.
 */
import { readdir, readFile, readlink, realpath, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LockstepError } from "../../core/errors.ts";
import { isAlive, isUsed, runProcess, startDetached } from "../node/processes.ts";
import { readState } from "./cluster-state.ts";
import type { Endpoint } from "./endpoint.ts";
import { type InstalledServer, programPath } from "./installed-server.ts";
import { startError } from "./start-error.ts";
import { cannotRunError, serverEnvironment } from "./template.ts";

export interface ServerStart {
  readonly home: string;
  readonly server: InstalledServer;
  readonly state: Endpoint;
  readonly tcp: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly idleSeconds: number | undefined;
}

/** `immediate` loses what was not yet written: for data that nobody needs again. */
export type StopMode = "fast" | "immediate";

const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const pollMs = 5;

/** Resolves when it takes connections. */
export async function startServer(start: ServerStart): Promise<void> {
  const { home, server } = start;
  const logFile = join(home, "server.log");
  await rm(keptFile(home), { force: true });
  await rename(logFile, `${logFile}.1`).catch(() => undefined);
  const program = programPath(server, "postgres");
  const args = ["-D", join(home, "data"), ...settingArguments(start)];
  const options = { cwd: home, env: serverEnvironment(), user: server.user, logFile };
  const guarded = ["-c", guardedStart, "sh", keptFile(home), program, ...args];
  const child =
    process.platform === "win32"
      ? startDetached(program, args, options)
      : startDetached("/bin/sh", guarded, options);
  let ended: { readonly error: NodeJS.ErrnoException | undefined } | undefined;
  void child.ended.then((error) => (ended = { error }));
  const deadline = performance.now() + startTimeoutMs;
  while (!(await isReady(home, child.pid))) {
    if (ended?.error !== undefined) throw cannotRunError(server, ended.error);
    if (ended !== undefined) throw await startError(logFile, "it ended");
    if (performance.now() > deadline) {
      await stopServer(home, server, "immediate");
      throw await startError(logFile, `it was not ready after ${startTimeoutMs / 1_000} s`);
    }
    await sleep(pollMs);
  }
}

/** The process id while the server of this folder runs. */
export async function serverPid(home: string): Promise<number | undefined> {
  const data = join(home, "data");
  const pid = Number((await pidFileLines(data))[0]);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  // After a reboot the id may belong to another program.
  return (await isServerOf(pid, data)) ? pid : undefined;
}

/** Stops it if it runs, whoever uses it. True when it was running. */
export async function stopServer(
  home: string,
  server: InstalledServer,
  mode: StopMode,
): Promise<boolean> {
  const data = join(home, "data");
  const pid = await serverPid(home);
  if (pid !== undefined) {
    if (process.platform === "win32") await askToStop(server, data, mode);
    else signal(pid, mode === "fast" ? "SIGINT" : "SIGQUIT");
    if (!(await hasEnded(pid, stopTimeoutMs))) {
      signal(pid, "SIGKILL");
      await hasEnded(pid, stopTimeoutMs);
    }
  }
  await clearRemains(home);
  return pid !== undefined;
}

/** What a server leaves that had no time to clean up, and that would keep the next one from starting. */
async function clearRemains(home: string): Promise<void> {
  const data = join(home, "data");
  await endOrphans(data);
  const pid = Number((await pidFileLines(data))[0]);
  // The server itself looks after a file whose process is gone, and after the shared memory that the file names.
  // It is misled by a process that has got the same id since, or that nobody has collected.
  if (pid > 0 && isUsed(pid)) await rm(join(data, "postmaster.pid"), { force: true });
  const socketFolder = (await readState(home))?.socketFolder;
  if (socketFolder === undefined) return;
  for (const name of await readdir(socketFolder).catch(() => [])) {
    if (name.startsWith(".s.PGSQL.")) await rm(join(socketFolder, name), { force: true });
  }
}

/** Backends of a server that was killed may be at work still; the folder is their current one. */
async function endOrphans(data: string): Promise<void> {
  if (process.platform !== "linux") return;
  const folder = await realpath(data).catch(() => undefined);
  if (folder === undefined) return;
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!(pid > 0) || (await readlink(`/proc/${name}/cwd`).catch(() => "")) !== folder) continue;
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (!command.startsWith("postgres:")) continue;
    signal(pid, "SIGKILL");
    await hasEnded(pid, stopTimeoutMs);
  }
}

/** A shell command, run by a backend in the data folder, that stops the server. */
export function stopCommand(server: InstalledServer): string {
  const program = programPath(server, "pg_ctl");
  const windows = process.platform === "win32";
  const quoted = windows ? `"${program}"` : `'${program.replaceAll("'", "'\\''")}'`;
  return `${quoted} stop -D . -m immediate -W`;
}

/** While this file is absent, a server that was just started ends by itself; see `guardedStart`. */
export function keptFile(home: string): string {
  return join(home, "kept");
}

/**
 * A project's folder may be shared with a container, whose processes have ids that mean nothing here. The server
 * there answers on the socket all the same, and two servers on one folder would destroy the data.
 */
export async function refuseElsewhere(home: string): Promise<void> {
  const state = await readState(home);
  const lines = await pidFileLines(join(home, "data"));
  if (state?.socketFolder === undefined || lines[0] === "" || lines[0] === undefined) return;
  if ((await serverPid(home)) !== undefined) return;
  const path = join(state.socketFolder, `.s.PGSQL.${state.port}`);
  const answers = await new Promise<boolean>((resolve) => {
    const socket = createConnection(path, () => resolve(true));
    socket.on("connect", () => socket.destroy());
    socket.on("error", () => resolve(false));
  });
  if (!answers) return;
  throw new LockstepError("EMBEDDED.ELSEWHERE", `the server of ${home} runs in another container`, {
    notes: [`this host is ${hostname()}`],
  });
}

/**
 * Between the server's start and the keeper's, we may be killed. A child of the shell waits for the file that says
 * that somebody keeps the server, and ends it when the file does not come; the shell itself becomes the server.
 */
const guardedStart = `kept=$1; shift; server=$$
( n=0
  while [ $n -lt 30 ]; do
    sleep 1
    [ -e "$kept" ] && exit
    kill -0 $server 2>/dev/null || exit
    n=$((n + 1))
  done
  kill -QUIT $server ) </dev/null >/dev/null 2>&1 &
exec "$@"`;

function settingArguments({ state, tcp, idleSeconds, settings }: ServerStart): readonly string[] {
  const all: Record<string, string> = {
    listen_addresses: tcp ? "127.0.0.1" : "",
    port: String(state.port),
    unix_socket_directories: quoteListItem(state.socketFolder ?? ""),
    unix_socket_permissions: "0700",
    TimeZone: "UTC",
    log_timezone: "UTC",
    // A keeper that is killed takes the server with it, instead of leaving it behind.
    restart_after_crash: idleSeconds === undefined ? "on" : "off",
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The setting is a list: a comma or a blank in the path must not end the item. */
function quoteListItem(path: string): string {
  return path === "" ? "" : `"${path.replaceAll('"', '""')}"`;
}

/** The server writes its state as the eighth line of the file. */
async function isReady(home: string, pid: number | undefined): Promise<boolean> {
  const lines = await pidFileLines(join(home, "data"));
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}

async function pidFileLines(data: string): Promise<readonly string[]> {
  const file = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  return file.split("\n");
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (process.platform === "linux") {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return command.split("\0").includes(data);
  }
  if (process.platform === "win32") return true;
  const listed = await runProcess("ps", ["-o", "command=", "-ww", "-p", String(pid)]);
  return listed.stdout.includes(data);
}

async function askToStop(server: InstalledServer, data: string, mode: StopMode): Promise<void> {
  await runProcess(programPath(server, "pg_ctl"), ["stop", "-D", data, "-m", mode, "-W"], {
    env: serverEnvironment(),
    cwd: server.folder,
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

async function hasEnded(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}
