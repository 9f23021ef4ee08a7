/**
 * `npm run test:move`: fills every real project of the corpora that stand beside the repository with rows and moves
 * them: export and import, rebuild, rebuild --replicate. Ends with 1 when a row is not what it was.
 *
 *     npm run test:move [-- --majors 18 --only umami,uaa]
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "../src/adapters/scratch/cache-folder.ts";
import { stopTestClusters, testMajors } from "../test/support/servers.ts";
import { corporaPresent } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import { tryMove, type MoveTrial } from "./corpora/move-trial.ts";
import { schemas } from "./corpora/schemas.ts";

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
  const chosen = [...schemas, ...histories].filter(({ name }) => names?.includes(name) ?? true);
  const trials: MoveTrial[] = [];
  try {
    for (const major of majors) {
      for (const project of chosen) trials.push(told(await tryMove(project, major)));
    }
  } finally {
    await stopTestClusters(runFolder);
  }
  const moved = trials.filter(({ outcome }) => outcome === "moved");
  const wrong = trials.filter(({ faults }) => faults.length > 0);
  process.stdout.write(
    `${trials.length} trials, ${moved.length} moved, ${wrong.length} with faults\n`,
  );
  return wrong.length === 0 && moved.length > 0 ? 0 : 1;
}

function told(trial: MoveTrial): MoveTrial {
  const { name, major, tables, rows, seconds, outcome, faults } = trial;
  process.stdout.write(
    `${name} on ${major}: ${outcome}, ${tables} tables, ${rows} rows, ${seconds.toFixed(1)} s\n`,
  );
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  return trial;
}

function absent(): number {
  process.stderr.write("the corpora are not there\n");
  return 1;
}
