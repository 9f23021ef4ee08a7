/**
 * `npm run test:probes [-- --majors 18,14] [--filter TEXT] [--batch 25] [--from 0] [--to 100]`: every probe. The fingerprints differ and the
 * explanation names the attribute, the dump of each side makes it again, and a plan leads from each side to the other,
 * judged by the independent comparison. Many probes share their databases; where a plan of theirs fails, each is tried
 * by itself to say which.
 */
import { parseArgs } from "node:util";
import { compareCatalogs } from "../src/catalog/compare.ts";
import { catalogOf } from "../test/support/catalog.ts";
import {
  differencesOf,
  dropProbeDatabase,
  loadProbes,
  prepareCluster,
  type Probe,
  probeDatabase,
  readProbes,
  remade,
} from "../test/support/probes.ts";
import { type CaseServer, type DirectionResult, runPair } from "../test/support/schema_pair.ts";
import { isGood, withServers } from "./diff-servers.ts";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      majors: { type: "string", default: "18,14" },
      filter: { type: "string", default: "" },
      batch: { type: "string", default: "60" },
      from: { type: "string", default: "0" },
      to: { type: "string", default: "Infinity" },
    },
  });
  let failed = 0;
  await withServers(values.majors, async (major, server) => {
    await prepareCluster(major);
    const probes = readProbes().filter(
      ({ schema, since }) => since <= major && schema.includes(values.filter),
    );
    const size = Number(values.batch);
    const end = Math.min(Number(values.to), probes.length);
    for (let at = Number(values.from); at < end; at += size) {
      const batch = probes.slice(at, Math.min(at + size, end));
      const lines = [
        ...(await readingFailures(major, batch)),
        ...(await planFailures(server, batch)),
      ];
      for (const line of lines) console.log(`${major} ${line}`);
      failed += lines.length;
    }
    console.log(`on ${major}: ${probes.length} probes were tried`);
  });
  return failed === 0 ? 0 : 1;
}

/** What is not seen, not named, or not made again by a dump. */
async function readingFailures(
  major: number,
  probes: readonly Probe[],
): Promise<readonly string[]> {
  const [one, other] = await Promise.all([
    probeDatabase(major, probes, "a"),
    probeDatabase(major, probes, "b"),
  ]);
  try {
    const catalogs = [await catalogOf(one), await catalogOf(other)] as const;
    const difference = compareCatalogs(...catalogs, "strict");
    const unseen = probes.flatMap((probe) => {
      const { seen, all } = differencesOf(probe, difference);
      return seen ? [] : [`${probe.schema} is not named, but: ${all.join("; ")}`];
    });
    const dumps = await Promise.all([remade(catalogs[0], one), remade(catalogs[1], other)]);
    const otherwise = dumps.flatMap(({ catalog, oracle }, side) =>
      [...catalog, ...oracle].map((line) => `the dump of side ${"ab"[side] ?? ""}: ${line}`),
    );
    return [...unseen, ...otherwise];
  } finally {
    for (const database of [one, other]) await dropProbeDatabase(database);
  }
}

async function planFailures(
  server: Omit<CaseServer, "withRows">,
  probes: readonly Probe[],
): Promise<readonly string[]> {
  const results = await planned(server, probes);
  const isTried = probes.length === 1 || results.every(({ outcome }) => outcome !== "refused");
  if (isTried && results.every(isRight)) return [];
  if (probes.length > 1) {
    const singly: string[] = [];
    for (const probe of probes) singly.push(...(await planFailures(server, [probe])));
    const isRefused = results.some(({ outcome }) => outcome === "refused");
    return singly.length > 0 || isRefused ? singly : failuresOf(results, "several together");
  }
  return failuresOf(results, probes[0]?.schema ?? "");
}

async function planned(
  server: Omit<CaseServer, "withRows">,
  probes: readonly Probe[],
): Promise<readonly DirectionResult[]> {
  return await runPair(
    { ...server, withRows: false },
    {
      before: async (session) => await loadProbes(session, probes, "a"),
      after: async (session) => await loadProbes(session, probes, "b"),
    },
  );
}

/** Secrets are nobody's to write, and some places between parents and children no statement reaches. */
const refusals: ReadonlySet<string> = new Set(["DIFF.SECRET", "DIFF.INHERITED"]);

function isRight(result: DirectionResult): boolean {
  if (result.outcome === "refused") return refusals.has(result.reason);
  return isGood(result) && result.outcome !== "unloadable";
}

function failuresOf(results: readonly DirectionResult[], name: string): readonly string[] {
  return results
    .filter((result) => !isRight(result))
    .map(({ direction, outcome, reason, details, sql }) =>
      [`${name}, plan ${direction}: ${outcome} ${reason}`, ...details, sql].join("\n    "),
    );
}

process.exit(await main());
