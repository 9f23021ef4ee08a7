/**
 * `npm run test:squash`: squashes every history of the corpora that stand beside the repository, and holds a new
 * database, an old one and one in the middle against each other. Ends with 1 when one of them differs.
 *
 *     npm run test:squash [-- --majors 18 --only umami,uaa]
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "../src/adapters/scratch/cache-folder.ts";
import { stopTestClusters, testMajors } from "../test/support/servers.ts";
import { corporaPresent } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import { trySquash, type SquashTrial } from "./corpora/squash-trial.ts";

const { values } = parseArgs({
  options: { majors: { type: "string" }, only: { type: "string" } },
});
process.exitCode = corporaPresent ? await main() : absent();

async function main(): Promise<number> {
  const runFolder = join(await cacheFolder(process.env), "test-runs", String(process.pid));
  await mkdir(runFolder, { recursive: true });
  process.env["LOCKSTEP_TEST_RUN"] = runFolder;
  const majors = values.majors?.split(",").map(Number) ?? testMajors.toReversed();
  const names = values.only?.split(",");
  const chosen = histories.filter(
    ({ name, expected }) => expected.outcome === "deployed" && (names?.includes(name) ?? true),
  );
  const trials: SquashTrial[] = [];
  try {
    for (const major of majors) {
      for (const project of chosen) {
        process.stderr.write(`${project.name} on ${major} ...\n`);
        const trial = await trySquash(project, major);
        trials.push(trial);
        for (const fault of trial.faults) process.stderr.write(`  ${fault}\n`);
      }
    }
  } finally {
    await stopTestClusters(runFolder);
  }
  for (const { name, major, migrations, rows, seconds, outcome, faults } of trials) {
    const state = faults.length === 0 ? outcome : "FAULTS";
    process.stdout.write(
      `${name} on ${major}: ${migrations} migrations, ${rows} rows, ${seconds.toFixed(1)} s, ${state}\n`,
    );
  }
  return trials.length > 0 && trials.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

function absent(): number {
  process.stderr.write("skipped: ../shared/corpora is not there\n");
  return 0;
}
