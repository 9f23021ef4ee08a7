/**
 * `npm run test:corpora`: deploys every real project of the corpora that stand beside the repository to embedded
 * PostgreSQL and prints what came of each. Ends with 1 when one ends otherwise than its table says.
 *
 *     npm run test:corpora [-- --majors 18 --only umami,uaa --no-ways-back --every 4]
 *
 * `--every 4` takes back one migration of four.
 */
import { parseArgs } from "node:util";
import { corporaPresent } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import { schemas } from "./corpora/schemas.ts";
import { type Trial, tryProject } from "./corpora/trial.ts";
import { skipped, tryEach } from "./corpora/trials.ts";

const { values } = parseArgs({
  options: {
    majors: { type: "string" },
    only: { type: "string" },
    "no-ways-back": { type: "boolean", default: false },
    every: { type: "string", default: "1" },
  },
});
process.exitCode = corporaPresent ? await main() : skipped();

async function main(): Promise<number> {
  const trials = await tryEach(
    values,
    [...schemas, ...histories],
    async (project, major, majors) => {
      const waysBack = !values["no-ways-back"] && major === Math.max(...majors);
      const trial = await tryProject(project, { major, waysBack, every: Number(values.every) });
      for (const fault of trial.faults) process.stderr.write(`  ${fault}\n`);
      return trial;
    },
  );
  process.stdout.write(table(trials));
  return report(trials);
}

function report(trials: readonly Trial[]): number {
  const changed = trials.filter(({ faults }) => faults.length > 0);
  process.stdout.write(
    `\n${trials.length} trials, ${trials.length - changed.length} as expected, ${changed.length} not\n`,
  );
  for (const { name, major, faults } of changed) {
    process.stdout.write(`${name} on ${major}:\n${faults.map((fault) => `  ${fault}\n`).join("")}`);
  }
  return changed.length === 0 && trials.length > 0 ? 0 : 1;
}

function table(trials: readonly Trial[]): string {
  const heads = [
    "project",
    "on",
    "format",
    "migrations",
    "applied",
    "seconds",
    "outcome",
    "psql",
    "ways back",
  ];
  const rows = trials.map((trial) => [
    trial.name,
    String(trial.major),
    trial.format,
    String(trial.migrations),
    String(trial.applied),
    trial.seconds.toFixed(1),
    trial.outcome,
    trial.byPsql,
    trial.waysBack === undefined
      ? ""
      : `${trial.waysBack.restored} restored, ${trial.waysBack.different} different, ${trial.waysBack.failed} failed`,
  ]);
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return `${[heads, ...rows].map(line).join("\n")}\n`;
}
