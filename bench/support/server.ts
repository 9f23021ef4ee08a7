/**
 * A server of the benchmark's own. fsync is off so that the programs are measured and not the disk: with it on, the
 * same commits cost every contestant the same.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";
import { ensureCluster, stopCluster } from "../../src/adapters/scratch/cluster.ts";
import { endpointUrl } from "../../src/adapters/scratch/endpoint.ts";
import { installServer } from "../../src/adapters/scratch/installed-server.ts";
import { findServerPackage } from "../../src/adapters/scratch/packages.ts";

export interface BenchServer {
  url(database: string): string;
  /** Empty, made anew. */
  recreate(database: string): Promise<void>;
  run(database: string, script: string): Promise<void>;
  stop(): Promise<void>;
}

export async function benchServer(
  major = 18,
  more: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  const cache = await cacheFolder(process.env);
  const server = await installServer(
    await findServerPackage({ from: [process.cwd()], cache }, major),
    cache,
  );
  const home = join(cache, "bench", String(process.pid));
  const settings = {
    fsync: "off",
    full_page_writes: "off",
    autovacuum: "off",
    max_wal_size: "8GB",
    ...more,
  };
  const { endpoint } = await ensureCluster({
    ...{ home, cache, server, settings, idleSeconds: 3600, tcp: true, keepData: false },
  });
  const url = (database: string): string => endpointUrl(endpoint, database, "tcp");
  const run = async (database: string, script: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url(database) });
    await client.connect();
    try {
      await client.query(script);
    } finally {
      await client.end();
    }
  };
  const recreate = async (database: string): Promise<void> => {
    await run("postgres", `drop database if exists ${database} with (force)`);
    await run("postgres", `create database ${database} template template0`);
  };
  const stop = async (): Promise<void> => {
    await stopCluster(home, server, "immediate");
    await rm(home, { recursive: true, force: true });
  };
  return { url, recreate, run, stop };
}
