/**
 * One cluster of ours in one folder: made from the template, started, found again by the next command, stopped.
 * Whoever asks for it at the same time gets the same one. It never touches a folder that it did not make.
 */
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, rm, rmdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterState, readState, writeState } from "./cluster-state.ts";
import { type Endpoint, socketPathBytes } from "./endpoint.ts";
import { withFileLock } from "./file-lock.ts";
import { isPortTaken } from "./start-error.ts";
import { type InstalledServer, isFolder } from "./installed-server.ts";
import { type Lease, startKeeper, takeLease } from "./keeper.ts";
import {
  keptFile,
  refuseElsewhere,
  serverPid,
  startServer,
  stopCommand,
  type StopMode,
  stopServer,
} from "./server-process.ts";
import { copyTemplate } from "./template.ts";
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
  /**
   * Runs when new data is about to be used for the first time, while nobody else may start the cluster. The second
   * endpoint has the password that is in force by then.
   */
  readonly prepare?: (endpoint: Endpoint, asMade: Endpoint) => Promise<void>;
}

export interface RunningCluster {
  readonly endpoint: Endpoint;
  /** Held from before the caller knows of the cluster; undefined when it has no keeper. */
  readonly lease: Lease | undefined;
  /** Whether this call has started it. */
  readonly started: boolean;
}

/** The running cluster of this folder, started when it is not running yet. */
export async function ensureCluster(request: ClusterRequest): Promise<RunningCluster> {
  const running = await joinRunning(request);
  if (running !== undefined) return running;
  await mkdir(request.home, { recursive: true, mode: 0o755 });
  return await withFileLock(join(request.home, "lock"), async () => {
    const startedMeanwhile = await joinRunning(request);
    if (startedMeanwhile !== undefined) return startedMeanwhile;
    if (request.keepData) await refuseElsewhere(request.home);
    await stopServer(request.home, request.server, request.keepData ? "fast" : "immediate");
    await removeUnfinished(join(request.home, "data"));
    return await start(request);
  });
}

/** Stops the cluster if it runs, whoever uses it; its data stays. True when it was running. */
export async function stopCluster(
  home: string,
  server: InstalledServer,
  mode: StopMode = "fast",
): Promise<boolean> {
  return await withFileLock(join(home, "lock"), () => stopServer(home, server, mode));
}

/** Removes a stopped cluster's folder, and the folder of its socket where that lies elsewhere. */
export async function removeClusterFolder(home: string): Promise<void> {
  const socketFolder = (await readState(home))?.socketFolder;
  if (socketFolder !== undefined) await rmdir(socketFolder).catch(() => undefined);
  await rm(home, { recursive: true, force: true });
}

async function joinRunning(request: ClusterRequest): Promise<RunningCluster | undefined> {
  const state = await readState(request.home);
  if (state === undefined || !isSameServer(state, request)) return undefined;
  if (request.idleSeconds === undefined) {
    return (await serverPid(request.home)) === undefined
      ? undefined
      : { endpoint: state, lease: undefined, started: false };
  }
  const lease = await takeLease(state);
  return lease === undefined ? undefined : { endpoint: state, lease, started: false };
}

/** Data that is kept runs on under the program that it runs under, until it is started anew. */
function isSameServer(state: ClusterState, { server, keepData }: ClusterRequest): boolean {
  if (keepData) return Number.parseInt(state.version, 10) === server.major;
  return state.version === server.version;
}

async function start(request: ClusterRequest): Promise<RunningCluster> {
  const { home, server } = request;
  const earlier = await readState(home);
  const initialPassword = await makeData(request);
  const own = earlier?.password ?? randomBytes(18).toString("base64url");
  const wish: ClusterState = {
    version: server.version,
    socketFolder: await makeSocketFolder(home, server, earlier),
    port: request.tcp ? await freePort(earlier?.port) : 5432,
    tcp: request.tcp,
    password: request.keepData ? own : (initialPassword ?? own),
  };
  const state = await startOnFreePort(request, wish);
  try {
    const isNew = initialPassword !== undefined || earlier === undefined;
    const password = initialPassword ?? state.password;
    if (isNew) await request.prepare?.(state, { ...state, password });
    return await handOver(request, state);
  } catch (error) {
    await stopServer(home, server, "fast");
    throw error;
  }
}

/** Somebody else may take the port between the look and the start. */
async function startOnFreePort(request: ClusterRequest, wish: ClusterState): Promise<ClusterState> {
  let state = wish;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await startServer({ ...request, state });
      return state;
    } catch (error) {
      if (!request.tcp || attempt >= 3 || !isPortTaken(error)) throw error;
      state = { ...wish, port: await freePort(undefined) };
    }
  }
}

/** From here on the server is somebody's: the keeper's and the first lease's, or, without a keeper, the folder's. */
async function handOver(request: ClusterRequest, state: ClusterState): Promise<RunningCluster> {
  const { home, idleSeconds, server } = request;
  let lease: Lease | undefined;
  if (idleSeconds !== undefined) {
    await startKeeper(state, { idleSeconds, stopCommand: stopCommand(server) });
    lease = await takeLease(state);
  }
  await writeFile(keptFile(home), "");
  // Last: who finds the state finds a cluster that is complete.
  await writeState(home, state);
  return { endpoint: state, lease, started: true };
}

/** The superuser's password in new data; undefined when the data that is there is used again. */
async function makeData({
  home,
  cache,
  server,
  keepData,
}: ClusterRequest): Promise<string | undefined> {
  const data = join(home, "data");
  if (keepData && (await isFolder(data))) return undefined;
  await rm(data, { recursive: true, force: true });
  return await copyTemplate(server, cache, data);
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
