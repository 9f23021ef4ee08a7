/**
 * One cluster of ours in one folder: made from the template, started, found again by the next command, stopped.
 * Whoever asks for it at the same time gets the same one. It never touches a folder that it did not make.
 */
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, runProcess, startDetached } from "../node/processes.ts";
import { type ClusterState, readState, writeState } from "./cluster-state.ts";
import { type Endpoint, socketPathBytes } from "./endpoint.ts";
import { withFileLock } from "./file-lock.ts";
import { type InstalledServer, isFolder, programPath } from "./installed-server.ts";
import { type Lease, startKeeper, takeLease } from "./keeper.ts";
import { startError } from "./start-error.ts";
import { cannotRunError, copyTemplate, serverEnvironment } from "./template.ts";
import { removeUnfinished } from "./temporary-name.ts";

export interface ClusterRequest {
  /** The cluster's own folder; made when it is absent. */
  readonly home: string;
  readonly cache: string;
  readonly server: InstalledServer;
  /** Whether 127.0.0.1 listens too, with a password. */
  readonly tcp: boolean;
  readonly settings: Readonly<Record<string, string>>;
  /** After how many seconds without a lease it stops; undefined: only when it is told to. */
  readonly idleSeconds: number | undefined;
  /** Whether data of an earlier run is used again, or made anew from the template. */
  readonly keepData: boolean;
}

export interface RunningCluster {
  readonly endpoint: Endpoint;
  /** Held from before the caller knows of the cluster; undefined when it has no keeper. */
  readonly lease: Lease | undefined;
}

const startTimeoutMs = 60_000;
const pollMs = 5;

/** The running cluster of this folder, started when it is not running yet. */
export async function ensureCluster(request: ClusterRequest): Promise<RunningCluster> {
  const running = await joinRunning(request);
  if (running !== undefined) return running;
  await mkdir(request.home, { recursive: true, mode: 0o755 });
  return await withFileLock(join(request.home, "lock"), async () => {
    const startedMeanwhile = await joinRunning(request);
    if (startedMeanwhile !== undefined) return startedMeanwhile;
    await stopServer(request.home, request.server);
    await removeUnfinished(join(request.home, "data"));
    return await start(request);
  });
}

/** Stops the cluster if it runs, whoever uses it; its data stays. True when it was running. */
export async function stopCluster(home: string, server: InstalledServer): Promise<boolean> {
  return await withFileLock(join(home, "lock"), () => stopServer(home, server));
}

/** The postmaster's process id while the server of this folder runs. */
export async function serverPid(home: string): Promise<number | undefined> {
  const file = await readFile(join(home, "data", "postmaster.pid"), "utf8").catch(() => "");
  const [pidLine, dataLine] = file.split("\n");
  const pid = Number(pidLine);
  if (!(pid > 0) || dataLine === undefined || !isAlive(pid)) return undefined;
  // After a reboot the id may belong to another program; the server's own current folder is its data folder.
  return (await isPostmaster(pid, join(home, "data"))) ? pid : undefined;
}

async function joinRunning(request: ClusterRequest): Promise<RunningCluster | undefined> {
  const state = await readState(request.home);
  if (state === undefined || state.version !== request.server.version) return undefined;
  if (request.idleSeconds === undefined) {
    return (await serverPid(request.home)) === undefined
      ? undefined
      : { endpoint: state, lease: undefined };
  }
  const lease = await takeLease(state);
  return lease === undefined ? undefined : { endpoint: state, lease };
}

async function start(request: ClusterRequest): Promise<RunningCluster> {
  const { home, server } = request;
  const data = join(home, "data");
  const earlier = await readState(home);
  const reused = request.keepData && earlier !== undefined && (await isFolder(data));
  let password = earlier?.password ?? "";
  if (!reused) {
    await rm(data, { recursive: true, force: true });
    password = await copyTemplate(server, request.cache, data);
  }
  const socketFolder = await makeSocketFolder(home, server, earlier);
  const port = request.tcp ? await freePort(reused ? earlier?.port : undefined) : 5432;
  const state: ClusterState = {
    version: server.version,
    socketFolder,
    port,
    tcp: request.tcp,
    password,
  };
  await startServer(request, state);
  if (request.idleSeconds !== undefined) {
    await startKeeper(state, {
      idleSeconds: request.idleSeconds,
      stopCommand: stopCommand(server),
    });
  }
  await writeFile(keptFile(home), "");
  const lease = request.idleSeconds === undefined ? undefined : await takeLease(state);
  // Last: who finds the state finds a cluster that is complete.
  await writeState(home, state);
  return { endpoint: state, lease };
}

async function startServer(request: ClusterRequest, state: ClusterState): Promise<void> {
  const { home, server } = request;
  const logFile = join(home, "server.log");
  await rm(keptFile(home), { force: true });
  await rename(logFile, `${logFile}.1`).catch(() => undefined);
  const program = programPath(server, "postgres");
  const args = ["-D", join(home, "data"), ...settingArguments(request, state)];
  const options = { cwd: home, env: serverEnvironment(), user: server.user, logFile };
  const child =
    process.platform === "win32"
      ? startDetached(program, args, options)
      : startDetached(
          "/bin/sh",
          ["-c", guardedStart, "sh", keptFile(home), program, ...args],
          options,
        );
  let ended: { readonly error: NodeJS.ErrnoException | undefined } | undefined;
  void child.ended.then((error) => (ended = { error }));
  const deadline = performance.now() + startTimeoutMs;
  while (!(await isReady(home, child.pid))) {
    if (ended?.error !== undefined) throw cannotRunError(server, ended.error);
    if (ended !== undefined) throw await startError(logFile, "it ended");
    if (performance.now() > deadline) {
      await stopServer(home, server);
      throw await startError(logFile, `it was not ready after ${startTimeoutMs / 1_000} s`);
    }
    await sleep(pollMs);
  }
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

function keptFile(home: string): string {
  return join(home, "kept");
}

function settingArguments(request: ClusterRequest, state: ClusterState): readonly string[] {
  const settings: Record<string, string> = {
    listen_addresses: request.tcp ? "127.0.0.1" : "",
    port: String(state.port),
    unix_socket_directories: state.socketFolder ?? "",
    unix_socket_permissions: "0700",
    TimeZone: "UTC",
    log_timezone: "UTC",
    // A keeper that is killed takes the server with it, instead of leaving it behind.
    restart_after_crash: request.idleSeconds === undefined ? "on" : "off",
    ...request.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The server writes its state as the eighth line of the file. */
async function isReady(home: string, pid: number | undefined): Promise<boolean> {
  const file = await readFile(join(home, "data", "postmaster.pid"), "utf8").catch(() => "");
  const lines = file.split("\n");
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}

async function isPostmaster(pid: number, data: string): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.split("\0").includes(data);
}

async function stopServer(home: string, server: InstalledServer): Promise<boolean> {
  const pid = await serverPid(home);
  const data = join(home, "data");
  if (pid !== undefined) {
    await runProcess(
      programPath(server, "pg_ctl"),
      ["stop", "-D", data, "-m", "fast", "-t", "30"],
      {
        user: server.user,
        env: serverEnvironment(),
        cwd: server.folder,
      },
    );
    if ((await serverPid(home)) !== undefined) process.kill(pid, "SIGKILL");
    for (let waited = 0; isAlive(pid) && waited < 5_000; waited += pollMs) await sleep(pollMs);
  }
  // Nobody lives who could own it: a file of before a reboot or a SIGKILL would keep the server from starting.
  await rm(join(data, "postmaster.pid"), { force: true });
  return pid !== undefined;
}

/** Run by a backend in the data folder, by /bin/sh or cmd. */
function stopCommand(server: InstalledServer): string {
  const program = programPath(server, "pg_ctl");
  const quoted =
    process.platform === "win32" ? `"${program}"` : `'${program.replaceAll("'", "'\\''")}'`;
  return `${quoted} stop -D . -m immediate -W`;
}

async function makeSocketFolder(
  home: string,
  server: InstalledServer,
  earlier: ClusterState | undefined,
): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  const near = join(home, "socket");
  await mkdir(near, { recursive: true, mode: 0o700 });
  // A folder in /tmp whose name nobody can guess, for homes whose path is too long for a socket's.
  const folder = socketPathBytes(near) <= 100 ? near : await mkdtemp(join(tmpdir(), "lockstep-"));
  const old = earlier?.socketFolder;
  if (old !== undefined && old !== folder && old !== near) await rmdir(old).catch(() => undefined);
  if (server.user !== undefined) await chown(folder, server.user.uid, server.user.gid);
  await chmod(folder, 0o700);
  return folder;
}

async function freePort(preferred: number | undefined): Promise<number> {
  const first = preferred === undefined ? undefined : await tryPort(preferred);
  return first ?? (await tryPort(0)) ?? 0;
}

async function tryPort(port: number): Promise<number | undefined> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.on("error", () => resolve(undefined));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = probe.address();
      const found = typeof address === "object" && address !== null ? address.port : undefined;
      probe.close(() => resolve(found));
    });
  });
}
