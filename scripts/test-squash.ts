/**
 * `npm run test:squash`: squashes every history of the corpora that stand beside the repository, and holds a new
 * database, an old one and one in the middle against each other. Ends with 1 when one of them differs.
 *
 *     npm run test:squash [-- --majors 18 --only umami,uaa --no-proof]
 */
import { parseArgs } from "node:util";
import { corporaPresent } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import { trySquash, type SquashTrial } from "./corpora/squash-trial.ts";
import { skipped, tryEach } from "./corpora/trials.ts";

const { values } = parseArgs({
  options: {
    majors: { type: "string" },
    only: { type: "string" },
    /** Without `lockstep test` afterwards, which takes longer than all the rest. */
    "no-proof": { type: "boolean" },
  },
});
process.exitCode = corporaPresent ? await main() : skipped();

async function main(): Promise<number> {
  const deployed = histories.filter(({ expected }) => expected.outcome === "deployed");
  const trials = await tryEach(values, deployed, async (project, major) =>
    told(await trySquash(project, major, { proveAgain: values["no-proof"] !== true })),
  );
  const wrong = trials.filter(({ faults }) => faults.length > 0);
  const proved = trials.filter(({ outcome }) => outcome === "proved");
  process.stdout.write(
    `${trials.length} trials, ${proved.length} proved, ${wrong.length} with faults\n`,
  );
  return trials.length > 0 && wrong.length === 0 ? 0 : 1;
}

function told(trial: SquashTrial): SquashTrial {
  const { name, major, migrations, rows, seconds, outcome, faults } = trial;
  const state = faults.length === 0 ? outcome : "FAULTS";
  process.stdout.write(
    `${name} on ${major}: ${migrations} migrations, ${rows} rows, ${seconds.toFixed(1)} s, ${state}\n`,
  );
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  return trial;
}
