/**
 * `npm run test:histories [-- --majors 18] [--only NAME,...] [--empty]`: for each two states of the corpora's histories that
 * follow each other, the plan from the one to the other and back, applied with rows in the tables and judged. Prints a
 * table, and names the file with the details of what did not converge. Fails when a direction does.
 */
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nodeFiles } from "../src/adapters/node/files.ts";
import { readConfig } from "../src/adapters/node/config.ts";
import { readProject } from "../src/adapters/node/project.ts";
import type { Session } from "../src/ports/database.ts";
import { deployFolder } from "../test/support/deploy.ts";
import { runPair, type CaseServer, type DirectionResult } from "../test/support/schema_pair.ts";
import { databaseOf } from "../test/support/sessions.ts";
import { isGood, withServers } from "./diff-servers.ts";
import { corporaPresent, layOut } from "./corpora/folder.ts";
import { histories } from "./corpora/histories.ts";
import type { CorpusProject } from "./corpora/project.ts";

interface StepResult extends DirectionResult {
  readonly project: string;
  /** The migration between the two states. */
  readonly id: string;
}

const { values } = parseArgs({
  options: {
    majors: { type: "string", default: "18" },
    only: { type: "string" },
    empty: { type: "boolean", default: false },
  },
});
process.exit(corporaPresent ? await main() : absent());

async function main(): Promise<number> {
  const names = values.only?.split(",");
  const chosen = histories.filter(
    ({ name, expected }) => expected.outcome === "deployed" && (names?.includes(name) ?? true),
  );
  const bad: StepResult[] = [];
  await withServers(values.majors, async (major, server) => {
    const results: StepResult[] = [];
    const queue = chosen.values();
    const worker = async (): Promise<void> => {
      for (const project of queue) {
        results.push(...(await walk(project, { ...server, withRows: !values.empty })));
        process.stderr.write(`${project.name} on ${major}\n`);
      }
    };
    await Promise.all([worker(), worker()]);
    print(major, results);
    bad.push(...results.filter((result) => !isGood(result)));
  });
  const file = join(tmpdir(), "lockstep-test-histories.json");
  await writeFile(file, JSON.stringify(bad, null, 1));
  console.log(`details of ${bad.length} that did not converge: ${file}`);
  return bad.length === 0 ? 0 : 1;
}

/** One database goes through the history; each state of it is copied before and after the step. */
async function walk(corpus: CorpusProject, server: CaseServer): Promise<readonly StepResult[]> {
  const admin = await databaseOf(server.url).connect();
  const folder = await layOut(corpus);
  const base = `history_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
  const [whole, state] = [`${base}_h`, `${base}_s`];
  const results: StepResult[] = [];
  try {
    if (corpus.prepare !== undefined) await admin.script(corpus.prepare);
    await admin.script(`create database ${whole} template template0`);
    await copyState(server, admin, { from: whole, to: state });
    const files = nodeFiles(folder);
    const project = await readProject({
      files,
      config: await readConfig({ files, environment: {} }),
    });
    const included = new Set(project.baseline?.includedIds);
    const ids = project.migrations.map(({ id }) => id).filter((id) => !included.has(id));
    for (const id of ids.length === 0 ? [undefined] : ids) {
      await deployFolder(folder, urlOf(server, whole), { verify: "never", to: id });
      const next = `${base}_n`;
      await copyState(server, admin, { from: whole, to: next });
      const pair = { templates: { before: state, after: next } };
      const found = await runPair(server, pair);
      results.push(
        ...found.map((each) => ({ ...each, project: corpus.name, id: id ?? "baseline" })),
      );
      await admin.script(`drop database ${state} with (force)`);
      await admin.script(`alter database ${next} rename to ${state}`);
    }
    return results;
  } finally {
    for (const name of [whole, state, `${base}_n`]) {
      await admin.script(`drop database if exists ${name} with (force)`).catch(() => undefined);
    }
    await admin.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without the ledger, which is no part of the schema. */
async function copyState(
  server: CaseServer,
  admin: Session,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await admin.script(`create database ${to} template ${from}`);
  const session = await databaseOf(server.url).connect({ database: to });
  await session.script("drop schema if exists lockstep cascade");
  await session.close();
}

function urlOf(server: CaseServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

function print(major: number, results: readonly StepResult[]): void {
  const table: Record<string, Record<string, number>> = {};
  for (const { project, outcome, reason } of results) {
    const column = outcome === "refused" ? `refused ${reason}` : outcome;
    for (const row of [project, "all"]) {
      const counts = (table[`${major} ${row}`] ??= {});
      counts[column] = (counts[column] ?? 0) + 1;
    }
  }
  console.table(table);
}

function absent(): number {
  console.log("skipped: ../shared/corpora is not there");
  return 0;
}
