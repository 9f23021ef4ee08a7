/**
 * `npm run test:move`: fills every real project of the corpora that stand beside the repository with rows and moves
 * them: export and import, rebuild, rebuild --replicate. Ends with 1 when a row is not what it was.
 *
 *     npm run test:move [-- --majors 18 --only umami,uaa]
 */
import { parseArgs } from "node:util";
import { corporaPresent } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import { tryMove, type MoveTrial } from "./corpora/move-trial.ts";
import { schemas } from "./corpora/schemas.ts";
import { skipped, tryEach } from "./corpora/trials.ts";

const { values } = parseArgs({
  options: { majors: { type: "string" }, only: { type: "string" } },
});
process.exitCode = corporaPresent ? await main() : skipped();

async function main(): Promise<number> {
  const trials = await tryEach(values, [...schemas, ...histories], async (project, major) =>
    told(await tryMove(project, major)),
  );
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
