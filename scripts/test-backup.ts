/**
 * `npm run test:backup`: fills every project of the corpora that stand beside the repository with rows, and a sample of
 * the pairs of schemas too, backs each up in every form and restores it. Ends with 1 when something is not what it was.
 *
 *     npm run test:backup [-- --majors 18 --only umami,uaa --every 12]
 */
import { parseArgs } from "node:util";
import { runLockstep } from "../test/support/lockstep.ts";
import { clientMajors, tryBackup, type BackupTrial, type Fill } from "./corpora/backup-trial.ts";
import { loadPair, pairs } from "./corpora/pairs.ts";
import { corporaPresent } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import type { CorpusProject } from "./corpora/project.ts";
import { schemas } from "./corpora/schemas.ts";
import { inPlace, skipped, tryEach } from "./corpora/trials.ts";

const { values } = parseArgs({
  options: {
    majors: { type: "string" },
    only: { type: "string" },
    /** Every how manyth pair; 0: none of them. */
    every: { type: "string", default: "12" },
  },
});
process.exitCode = corporaPresent ? await main() : skipped();

async function main(): Promise<number> {
  for (const [program, major] of Object.entries(clientMajors)) {
    if (major === 0) process.stderr.write(`skipped: what needs ${program}, which is not there\n`);
  }
  const projects = [...schemas, ...histories].filter(
    ({ expected }) => expected.outcome === "deployed",
  );
  const sample = pairs(Number(values.every));
  const trials = await tryEach(values, [...projects, ...sample], async (project, major) => {
    if (!projects.includes(project)) return told(await tryOne(project, major, loadPair));
    const trial = await tryOne(project, major, deployed);
    // Projects are known to deploy; of the pairs some load nowhere, or not on every major.
    return told(trial.skipped === "" ? trial : { ...trial, faults: [trial.skipped] });
  });
  const tried = trials.filter((trial) => trial.skipped === "");
  const wrong = trials.filter(({ faults }) => faults.length > 0);
  const table: Record<string, Record<string, number>> = {};
  for (const { major, same } of tried) {
    for (const way of ["tried", ...same]) {
      const counts = (table[`PostgreSQL ${major}`] ??= {});
      counts[way] = (counts[way] ?? 0) + 1;
    }
  }
  console.table(table);
  process.stdout.write(
    `${trials.length} trials, ${tried.length} tried, ${wrong.length} with faults\n`,
  );
  return wrong.length === 0 && tried.length > 0 ? 0 : 1;
}

function tryOne(project: CorpusProject, major: number, fill: Fill): Promise<BackupTrial> {
  return inPlace(project, major, (place) => tryBackup(place, fill));
}

async function deployed(...[{ folder }, { url }]: Parameters<Fill>): Promise<string | undefined> {
  const done = await runLockstep(["deploy", "--json"], { cwd: folder, env: { DATABASE_URL: url } });
  return done.exitCode === 0 ? undefined : `not deployed: ${done.stdout.slice(0, 300)}`;
}

function told(trial: BackupTrial): BackupTrial {
  const { name, major, tables, rows, seconds, same, faults } = trial;
  const state = trial.skipped === "" ? `the same by ${same.join(", ") || "none"}` : trial.skipped;
  process.stdout.write(
    `${name} on ${major}: ${state}; ${tables} tables and sequences, ${rows} rows, ${seconds.toFixed(1)} s\n`,
  );
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  return trial;
}
