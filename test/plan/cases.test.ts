/** Each folder of test/cases/diff is two schemas; the plan leads from each to the other, with rows in the tables. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { endpointUrl } from "../../src/adapters/scratch/endpoint.ts";
import { runCase } from "../support/diff_case.ts";
import { testCluster, testMajors } from "../support/servers.ts";

const folder = fileURLToPath(new URL("../cases/diff", import.meta.url));
const oraclePath = fileURLToPath(
  new URL("../../../shared/oracle/catalog_fingerprint.sql", import.meta.url),
);
const oracle = existsSync(oraclePath) ? readFileSync(oraclePath, "utf8") : undefined;

describe.each(testMajors)("on %i", (major) => {
  const names = readdirSync(folder).filter((name) => sinceOf(name) <= major);

  test.concurrent.each(names)("%s", async (name) => {
    const { endpoint } = await testCluster(major);
    const url = endpointUrl(endpoint, "postgres", "tcp");
    const isOrdered = name.includes("--ordered");
    const columnOrder = isOrdered ? "rebuild" : "keep";
    const results = await runCase({ url, oracle, withRows: true, columnOrder }, join(folder, name));
    for (const { direction, outcome, reason, details, sql } of results) {
      const said = [direction, reason, ...details, sql].join("\n");
      const good = ["converged", "rights as text", ...(isOrdered ? [] : ["column order"])];
      expect(good, said).toContain(outcome);
    }
  });
});

/** `NAME--ordered`: with the columns in their order too. `NAME--since-18`: older servers have no such thing. */
function sinceOf(name: string): number {
  return Number(/--since-(\d+)$/.exec(name)?.[1] ?? 14);
}
