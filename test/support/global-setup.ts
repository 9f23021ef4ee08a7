/**
 * Once per run of the tests: builds the program that some tests start, names the folder of the run's clusters, and
 * stops them at the end. LOCKSTEP_TEST_BUILD=skip leaves an existing build as it is.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { makeRunFolder } from "./run-folder.ts";
import { stopTestClusters } from "./servers.ts";

let runFolder: string | undefined;

export async function setup(): Promise<void> {
  buildOnce();
  runFolder = await makeRunFolder();
}

export async function teardown(): Promise<void> {
  if (runFolder !== undefined) await stopTestClusters(runFolder);
}

function buildOnce(): void {
  if (process.env["LOCKSTEP_TEST_BUILD"] === "skip" && existsSync("dist/cli.cjs")) return;
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "ignore", "inherit"] });
}
