/**
 * Rows from server to server: a rebuild with its keys and indexes, compared with raw COPY without any, and with
 * pg_dump. Needs psql and pg_dump of major 14 or later on PATH.
 *
 *   npx jiti bench/data.ts [MEGABYTES] [RUNS] [contest,memory]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hold } from "./support/measure.ts";
import { peakMegabytes } from "./support/memory.ts";
import { benchServer } from "./support/server.ts";
import { shop, shopIndexes, shopTables } from "./support/shop.ts";

const megabytes = Number(process.argv[2] ?? 1000);
const runs = Number(process.argv[3] ?? 3);
const parts = (process.argv[4] ?? "contest,memory").split(",");
const lockstep = join(import.meta.dirname, "..", "bin", "lockstep.cjs");

const server = await benchServer(14, { shared_buffers: "1GB", maintenance_work_mem: "256MB" });
const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
try {
  await server.recreate("source");
  await server.run("source", shop(megabytes));
  await writeFile(
    join(folder, "init_schema.sql"),
    shopTables + shopIndexes.replace("analyze;", ""),
  );
  if (parts.includes("contest")) await contest();
  if (parts.includes("memory")) await memory();
} finally {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
}

/** Tables without keys and indexes: all that is asked of the raw way is the rows. */
async function bare(): Promise<void> {
  await server.recreate("target");
  const tables = shopTables.replaceAll(/ primary key| unique| references customer/g, "");
  await server.run("target", tables);
}

async function contest(): Promise<void> {
  const [source, target] = [server.url("source"), server.url("target")];
  const copy = (table: string): string =>
    `psql -qXc 'copy ${table} to stdout' '${source}' | psql -qXc 'copy ${table} from stdin' '${target}'`;
  const raw = ["customer", "orders", "event"].map(copy).join(" && ");
  const rebuild = [lockstep, "rebuild", "--no-switch", "--url", source, "--quiet"];
  const removed = async (): Promise<void> => {
    await server.run("postgres", "drop database if exists source_rebuild with (force)");
  };
  await hold({
    title: `${megabytes} MB from server to server`,
    runs,
    contestants: [
      { name: "raw COPY | COPY, one stream, no index", command: ["sh", "-c", raw], prepare: bare },
      {
        name: "pg_dump | psql",
        command: ["sh", "-c", `pg_dump '${source}' | psql -qX '${target}' >/dev/null`],
        prepare: () => server.recreate("target"),
      },
      {
        name: "lockstep rebuild --count-only",
        command: [process.execPath, ...rebuild, "--count-only"],
        cwd: folder,
        prepare: removed,
      },
      {
        name: "lockstep rebuild (checksums compared)",
        command: [process.execPath, ...rebuild],
        cwd: folder,
        prepare: removed,
      },
    ],
  });
}

async function memory(): Promise<void> {
  await server.run("postgres", "drop database if exists source_rebuild with (force)");
  const source = server.url("source");
  const rebuilt = await peakMegabytes(["rebuild", "--no-switch", "--url", source, "--quiet"], {
    cwd: folder,
  });
  const rows = join(folder, "rows");
  const exported = await peakMegabytes([
    "data",
    "export",
    "--out",
    rows,
    "--url",
    source,
    "--quiet",
  ]);
  await server.recreate("target");
  await server.run("target", shopTables);
  const target = server.url("target");
  const imported = await peakMegabytes(["data", "import", rows, "--url", target, "--quiet"]);
  process.stdout.write(
    `Most memory: rebuild ${rebuilt} MB, export ${exported} MB, import ${imported} MB.\n`,
  );
}
