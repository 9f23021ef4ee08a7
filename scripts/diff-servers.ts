/** Servers of the tests for the scripts that try plans: one cluster per major, gone at the end. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { endpointUrl } from "../src/adapters/scratch/endpoint.ts";
import { makeRunFolder } from "../test/support/run-folder.ts";
import type { CaseServer, DirectionResult, Outcome } from "../test/support/schema_pair.ts";
import { stopTestClusters, testCluster } from "../test/support/servers.ts";

const oracleFile = fileURLToPath(
  new URL("../../shared/oracle/catalog_fingerprint.sql", import.meta.url),
);

/** `majors` as on the command line: `18,15`. The tests' harness reads both of these when it is asked for a server. */
export async function withServers(
  majors: string,
  use: (major: number, server: Omit<CaseServer, "withRows">) => Promise<void>,
): Promise<void> {
  const runFolder = await makeRunFolder();
  try {
    for (const major of majors.split(",").map(Number)) {
      const { endpoint, lease } = await testCluster(major);
      const oracle = existsSync(oracleFile) ? readFileSync(oracleFile, "utf8") : undefined;
      // The machine may be busy with this very run.
      const url = `${endpointUrl(endpoint, "postgres", "tcp")}?connect_timeout=120`;
      await use(major, { url, oracle });
      await lease?.release();
    }
  } finally {
    await stopTestClusters(runFolder, majors.split(",").map(Number));
  }
}

const good: ReadonlySet<Outcome> = new Set([
  "converged",
  "column order",
  "rights as text",
  "unloadable",
  "checked",
]);

export function isGood({ outcome }: DirectionResult): boolean {
  return good.has(outcome);
}
