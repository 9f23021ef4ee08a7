/**
 * Migrations of 2,000, 20,000 and 200,000 statements: the memory that deploying them takes beyond the file's own
 * text must not grow with their number. How much the process holds at most says little of it, since the collector
 * takes its time while there is room. So each is deployed a second time in a heap with room for three texts (the
 * file's, the one that the ledger keeps, and its message) and nothing that grows: it ends, or this script fails.
 * `npx jiti bench/statements.ts [counts...]`, after `npm run build`.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { peakMegabytes } from "./support/memory.ts";
import { benchServer } from "./support/server.ts";

/** What the program itself takes, whatever it deploys. */
const programMegabytes = 28;

const counts = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
const server = await benchServer();
try {
  await writeFile(join(folder, "package.json"), "{}");
  process.stdout.write(
    "| statements | file, MB | peak, MB | s | in a heap of, MB | peak, MB |\n|---:|---:|---:|---:|---:|---:|\n",
  );
  for (const count of counts.length === 0 ? [2_000, 20_000, 200_000] : counts) {
    const file = join(folder, "migrations", "001_rows.sql");
    await rm(join(folder, "migrations"), { recursive: true, force: true });
    await mkdir(join(folder, "migrations"));
    await writeFile(file, textOf(count));
    const megabytes = (await stat(file)).size / 1e6;
    const deploy = async (how: { readonly heap?: number }): Promise<number> => {
      await server.recreate("statements");
      const args = ["deploy", "--quiet", "--url", server.url("statements")];
      return await peakMegabytes(args, { cwd: folder, ...how });
    };
    const startedMs = performance.now();
    const peak = await deploy({});
    const seconds = (performance.now() - startedMs) / 1_000;
    const heap = Math.ceil(programMegabytes + 3 * megabytes);
    const bounded = await deploy({ heap });
    const row = [count, megabytes.toFixed(1), peak, seconds.toFixed(1), heap, bounded];
    process.stdout.write(`| ${row.join(" | ")} |\n`);
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function textOf(count: number): string {
  const rows = Array.from(
    { length: count },
    (_, index) => `insert into item (id, name) values (${index}, 'the item of number ${index}');\n`,
  );
  return `create table item (id integer primary key, name text not null);\n${rows.join("")}`;
}
