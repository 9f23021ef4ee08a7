/**
 * One migration of 20,000 and one of 200,000 statements: the memory that deploying them takes beyond the file's own
 * text must not grow with their number. `npx jiti bench/statements.ts [counts...]`, after `npm run build`.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { peakMegabytes } from "./support/memory.ts";
import { benchServer } from "./support/server.ts";

const counts = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
const server = await benchServer();
try {
  await writeFile(join(folder, "package.json"), "{}");
  process.stdout.write("| statements | file, MB | peak, MB | s |\n|---:|---:|---:|---:|\n");
  for (const count of counts.length === 0 ? [2_000, 20_000, 200_000] : counts) {
    await server.recreate("statements");
    const file = join(folder, "migrations", "001_rows.sql");
    await rm(join(folder, "migrations"), { recursive: true, force: true });
    await mkdir(join(folder, "migrations"));
    await writeFile(file, textOf(count));
    const megabytes = (await stat(file)).size / 1e6;
    const startedMs = performance.now();
    const peak = await peakMegabytes(
      ["deploy", "--quiet", "--url", server.url("statements")],
      folder,
    );
    const seconds = (performance.now() - startedMs) / 1_000;
    process.stdout.write(
      `| ${count} | ${megabytes.toFixed(1)} | ${peak} | ${seconds.toFixed(1)} |\n`,
    );
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
