/**
 * Once per run of the tests: builds the program that some tests start, names the folder of the run's clusters, and
 * stops them at the end. LOCKSTEP_TEST_BUILD=skip leaves an existing build as it is.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../../src/adapters/node/processes.ts";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";
import { serverPid } from "../../src/adapters/scratch/server-process.ts";
import { stopTestClusters } from "./servers.ts";

let runFolder: string | undefined;

export async function setup(): Promise<void> {
  buildOnce();
  const runs = join(await cacheFolder(process.env), "test-runs");
  await mkdir(runs, { recursive: true });
  await removeDeadRuns(runs);
  runFolder = join(runs, String(process.pid));
  await mkdir(runFolder, { recursive: true });
  // Test processes inherit it.
  process.env["LOCKSTEP_TEST_RUN"] = runFolder;
}

export async function teardown(): Promise<void> {
  if (runFolder !== undefined) await stopTestClusters(runFolder);
}

function buildOnce(): void {
  if (process.env["LOCKSTEP_TEST_BUILD"] === "skip" && existsSync("dist/cli.cjs")) return;
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "ignore", "inherit"] });
}

async function removeDeadRuns(runs: string): Promise<void> {
  for (const name of await readdir(runs)) {
    if (isAlive(Number(name))) continue;
    const homes = await readdir(join(runs, name)).catch(() => []);
    const pids = await Promise.all(homes.map((home) => serverPid(join(runs, name, home))));
    // A server that still runs ends by itself soon; the run after this one removes what it leaves. A folder that
    // can't be removed (something is mounted in it, or it is another user's) is no reason to test nothing.
    if (pids.every((pid) => pid === undefined))
      await rm(join(runs, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
