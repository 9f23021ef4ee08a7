/**
 * PostgreSQL for the tests: one cluster per major and run of the tests, started when the first test asks for it.
 * It stops with the run, and by itself when the run was killed; see the keeper in src/adapters/scratch.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";
import {
  ensureCluster,
  removeClusterFolder,
  type RunningCluster,
  stopCluster,
} from "../../src/adapters/scratch/cluster.ts";
import {
  type InstalledServer,
  installServer,
} from "../../src/adapters/scratch/installed-server.ts";
import { findServerPackage } from "../../src/adapters/scratch/packages.ts";

/** Speed instead of safety: nothing in a test cluster has to outlive the machine. */
const fastSettings: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  autovacuum: "off",
  wal_level: "logical",
  max_wal_size: "2GB",
  max_prepared_transactions: "10",
  shared_buffers: "64MB",
};

/** After how long without any test process a cluster of a killed run ends itself. */
const idleSeconds = 15;

const clusters = new Map<number, Promise<RunningCluster>>();

/** npm has 14 for this platform alone; elsewhere the oldest is 15. See test/servers/package.json. */
const oldestMajor = process.platform === "linux" && process.arch === "x64" ? 14 : 15;

/** The majors that the tests are to try, oldest first: LOCKSTEP_TEST_MAJORS, by default the oldest and 18. */
export const testMajors: readonly number[] = (
  process.env["LOCKSTEP_TEST_MAJORS"] ?? `${oldestMajor},18`
)
  .split(",")
  .map(Number)
  .sort((left, right) => left - right);

/** The newest of the majors that the tests try. */
export const newestMajor: number = testMajors.at(-1) ?? 18;

/** The run's cluster of this major. */
export async function testCluster(major: number): Promise<RunningCluster> {
  const known = clusters.get(major) ?? startTestCluster(major);
  clusters.set(major, known);
  return await known;
}

/** Stops and removes what the run has started; called once, by the runner's own process. */
export async function stopTestClusters(
  runFolder: string,
  majors: readonly number[] = testMajors,
): Promise<void> {
  for (const major of majors) {
    const home = join(runFolder, String(major));
    const server = await testServer(major).catch(() => undefined);
    if (server === undefined) continue;
    await stopCluster(home, server, "immediate").catch(() => undefined);
    await removeClusterFolder(home);
  }
  await rm(runFolder, { recursive: true, force: true });
}

export async function testServer(major: number): Promise<InstalledServer> {
  const cache = await cacheFolder(process.env);
  return await installServer(
    await findServerPackage({ from: [process.cwd()], cache }, major),
    cache,
  );
}

/** What a command takes when nobody names a major. */
export async function newestInstalledMajor(): Promise<number> {
  const search = { from: [process.cwd()], cache: await cacheFolder(process.env) };
  return (await findServerPackage(search, undefined)).major;
}

async function startTestCluster(major: number): Promise<RunningCluster> {
  const run = process.env["LOCKSTEP_TEST_RUN"];
  if (run === undefined)
    throw new Error("test/support/global-setup.ts has not run; start tests by vitest");
  const server = await testServer(major);
  const cache = await cacheFolder(process.env);
  const settings = fastSettings;
  return await ensureCluster({
    ...{ home: join(run, String(major)), cache, server, settings, idleSeconds },
    ...{ tcp: true, keepData: false },
  });
}
