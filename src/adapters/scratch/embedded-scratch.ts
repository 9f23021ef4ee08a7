/**
 * Scratch databases on servers of our own. Commands share one cluster per version, which ends by itself when no
 * command has used it for a while; SQL that reaches beyond its database gets a cluster to itself.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../node/processes.ts";
import type { Database, Session } from "../../ports/database.ts";
import type { Scratch, ScratchDatabase, ScratchRequest } from "../../ports/scratch.ts";
import { cacheFolder, type Environment } from "./cache-folder.ts";
import { ensureCluster, removeClusterFolder, type RunningCluster, stopCluster } from "./cluster.ts";
import { dropDatabase } from "./drop-database.ts";
import { endpointUrl } from "./endpoint.ts";
import { type InstalledServer, installServer } from "./installed-server.ts";
import { openUrl } from "./open-url.ts";
import { findServerPackage, listServerPackages } from "./packages.ts";
import { serverPid } from "./server-process.ts";
import { createScratchDatabase, type ScratchServer } from "./scratch-databases.ts";

export interface EmbeddedScratchOptions {
  /** The project's folder, whose node_modules may hold other majors. */
  readonly projectFolder: string;
  readonly environment: Environment;
  /** After how many seconds without a command the shared cluster ends. */
  readonly idleSeconds?: number;
}

const sharedIdleSeconds = 60;
/** A cluster for one command ends this soon after the command was killed. */
const privateIdleSeconds = 3;

/** Scratch data is worth nothing after a crash. */
const scratchSettings: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  // A subscription that is enabled must not reach out to its publisher from here.
  max_logical_replication_workers: "0",
  jit: "off",
  max_connections: "100",
  shared_buffers: "32MB",
  // Loading a whole schema in one transaction takes one lock per object.
  max_locks_per_transaction: "1024",
};

interface UsedCluster {
  readonly home: string;
  readonly server: InstalledServer;
  readonly running: RunningCluster;
  readonly isolated: boolean;
}

export function embeddedScratch(options: EmbeddedScratchOptions): Scratch {
  const made = new Set<ScratchDatabase>();
  const isolated = new Set<UsedCluster>();
  const shared = new Map<number, Promise<UsedCluster>>();
  const place = "embedded";
  const search = async () => ({
    from: [options.projectFolder],
    cache: await cacheFolder(options.environment),
  });
  const sharedCluster = async (major: number | undefined): Promise<UsedCluster> => {
    const { cache, from } = await search();
    const found = await findServerPackage({ from, cache }, major);
    const known = shared.get(found.major);
    if (known !== undefined) return await known;
    const starting = installServer(found, cache).then((server) =>
      startCluster({ cache, server, isolated: false, idleSeconds: options.idleSeconds }),
    );
    shared.set(found.major, starting);
    starting.catch(() => shared.delete(found.major));
    return await starting;
  };
  const isolatedCluster = async (major: number | undefined): Promise<UsedCluster> => {
    const { cache, from } = await search();
    const server = await installServer(await findServerPackage({ from, cache }, major), cache);
    const cluster = await startCluster({ cache, server, isolated: true });
    isolated.add(cluster);
    return cluster;
  };
  return {
    place,
    majors: async () => {
      const packages = await listServerPackages(await search());
      return [...new Set(packages.map((found) => found.major))].sort((left, right) => right - left);
    },
    create: async (request: ScratchRequest = {}) => {
      const { isolation, major } = request;
      if (isolation !== "cluster") {
        return await createScratchDatabase(scratchServer(await sharedCluster(major)), made);
      }
      const cluster = await isolatedCluster(major);
      const remove = async (): Promise<void> => {
        if (isolated.delete(cluster)) await removeCluster(cluster);
      };
      return await createScratchDatabase({ ...scratchServer(cluster), remove }, new Set());
    },
    close: async () => {
      const clusters = await Promise.allSettled(shared.values());
      shared.clear();
      const gone = [...isolated];
      isolated.clear();
      await Promise.all(gone.map(removeCluster));
      // What is left lives on shared clusters; databases of removed ones went with them.
      await Promise.allSettled([...made].map((database) => database.drop()));
      for (const cluster of clusters) {
        if (cluster.status === "fulfilled") await cluster.value.running.lease?.release();
      }
    },
  };
}

interface StartOptions {
  readonly cache: string;
  readonly server: InstalledServer;
  readonly isolated: boolean;
  readonly idleSeconds?: number | undefined;
}

async function startCluster(options: StartOptions): Promise<UsedCluster> {
  const { cache, server, isolated } = options;
  const folder = join(cache, "scratch");
  await mkdir(folder, { recursive: true });
  const ownName = `own-${process.pid}-${randomBytes(4).toString("hex")}`;
  const home = join(folder, isolated ? ownName : server.version);
  const running = await ensureCluster({
    ...{ home, cache, server, settings: scratchSettings, keepData: false },
    tcp: process.platform === "win32",
    idleSeconds: isolated ? privateIdleSeconds : (options.idleSeconds ?? sharedIdleSeconds),
    prepare: () => removeAbandoned(folder),
  });
  return { home, server, running, isolated };
}

/** Folders of one command's own clusters whose command was killed and whose server has ended since. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const maker = /^own-(\d+)-/.exec(name)?.[1];
    if (maker === undefined || isAlive(Number(maker))) continue;
    if ((await serverPid(join(folder, name))) !== undefined) continue;
    await removeClusterFolder(join(folder, name));
  }
}

async function removeCluster(cluster: UsedCluster): Promise<void> {
  await cluster.running.lease?.release();
  await stopCluster(cluster.home, cluster.server, "immediate");
  await removeClusterFolder(cluster.home);
}

function scratchServer(cluster: UsedCluster): ScratchServer {
  const { endpoint, lease } = cluster.running;
  const urlOf = (name: string): string => endpointUrl(endpoint, name, "socket");
  const owner = lease?.backendPid ?? 0;
  return {
    major: cluster.server.major,
    place: "embedded",
    administration: openUrl(urlOf("postgres")),
    newName: () => `scratch_${owner}_${randomBytes(6).toString("hex")}`,
    urlOf,
    open: (name) => openUrl(urlOf(name)),
    ...(cluster.isolated
      ? {}
      : { dropped: (session) => removeLeftovers(session, (name) => openUrl(urlOf(name))) }),
  };
}

/** What killed commands left: their databases, and, when nobody else has one, roles that SQL has made. */
async function removeLeftovers(session: Session, open: (name: string) => Database): Promise<void> {
  const leftovers = await session.query(`
    select datname as name from pg_database
    where datname ~ '^scratch_[0-9]+_'
      and split_part(datname, '_', 2)::int not in (select pid from pg_stat_activity)`);
  for (const row of leftovers) {
    const name = String(row["name"]);
    await dropDatabase(session, { name, open: () => open(name) });
  }
  const roles = await session.query(`
    select quote_ident(rolname) as name from pg_roles
    where oid >= 16384 and not exists (select from pg_database where datname ~ '^scratch_')`);
  for (const { name } of roles) {
    await session.query(`drop role if exists ${String(name)}`).catch(() => undefined);
  }
}
