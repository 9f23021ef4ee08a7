/**
 * `npm run test:squash`: squashes every history of the corpora that stand beside the repository, and holds a new
 * database, an old one and one in the middle against each other. Ends with 1 when one of them differs.
 *
 *     npm run test:squash [-- --majors 18 --only umami,uaa]
 */
import { parseArgs } from "node:util";
import { corporaPresent } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import { trySquash } from "./corpora/squash-trial.ts";
import { skipped, tryEach } from "./corpora/trials.ts";

const { values } = parseArgs({
  options: { majors: { type: "string" }, only: { type: "string" } },
});
process.exitCode = corporaPresent ? await main() : skipped();

async function main(): Promise<number> {
  const deployed = histories.filter(({ expected }) => expected.outcome === "deployed");
  const trials = await tryEach(values, deployed, async (project, major) => {
    const trial = await trySquash(project, major);
    for (const fault of trial.faults) process.stderr.write(`  ${fault}\n`);
    return trial;
  });
  for (const { name, major, migrations, rows, seconds, outcome, faults } of trials) {
    const state = faults.length === 0 ? outcome : "FAULTS";
    process.stdout.write(
      `${name} on ${major}: ${migrations} migrations, ${rows} rows, ${seconds.toFixed(1)} s, ${state}\n`,
    );
  }
  return trials.length > 0 && trials.every(({ faults }) => faults.length === 0) ? 0 : 1;
}
