/** Other tools, installed from npm into the cache folder at pinned versions; never part of the product. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";

const versions = {
  dbmate: "2.36.0",
  "node-pg-migrate": "9.0.0",
  "graphile-migrate": "1.4.1",
  pg: "8.23.1",
};

/** Other versions of node to run everything on, by major. */
export const nodeVersions: Readonly<Record<string, string>> = { 22: "22.23.3", 24: "24.21.0" };

/** The folder whose node_modules/.bin holds them. */
export async function installPeers(): Promise<string> {
  return await install(versions);
}

/** The program `node` of that version. */
export async function installNode(version: string): Promise<string> {
  return join(await install({ node: version }), "node_modules/node/bin/node");
}

async function install(dependencies: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(
    await cacheFolder(process.env),
    "bench-peers",
    digest(JSON.stringify(dependencies)),
  );
  if (existsSync(join(folder, "done"))) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  await writeFile(join(folder, "done"), "");
  return folder;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** One migration, in the words that every contestant's own files say it with. */
export interface BenchMigration {
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

/** The same migrations as each tool wants them on disk. */
export async function writeForPeers(
  folder: string,
  migrations: readonly BenchMigration[],
): Promise<void> {
  await writeEach(join(folder, "lockstep/migrations"), migrations, ({ sql }) => sql);
  await writeEach(
    join(folder, "dbmate"),
    migrations,
    ({ sql }) => `-- migrate:up\n${sql}\n\n-- migrate:down\n`,
  );
  await writeEach(
    join(folder, "node-pg-migrate"),
    migrations,
    ({ sql }) => `-- Up Migration\n${sql}\n\n-- Down Migration\n`,
  );
  await writeGraphile(join(folder, "graphile"), migrations);
  const session = migrations.map(
    ({ version, name }) =>
      `begin;\n\\i ${folder}/lockstep/migrations/${version}_${name}.sql\ncommit;\n`,
  );
  await writeFile(join(folder, "one-session.sql"), session.join(""));
}

async function writeEach(
  folder: string,
  migrations: readonly BenchMigration[],
  content: (migration: BenchMigration) => string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(
    migrations.map((each) =>
      writeFile(join(folder, `${each.version}_${each.name}.sql`), `${content(each)}\n`),
    ),
  );
}

/** Committed files with graphile-migrate's hash chain in their headers. */
async function writeGraphile(folder: string, migrations: readonly BenchMigration[]): Promise<void> {
  await mkdir(join(folder, "migrations/committed"), { recursive: true });
  await writeFile(join(folder, ".gmrc"), "{}");
  await writeFile(join(folder, "migrations/current.sql"), "");
  let previous: string | undefined;
  for (const [index, { sql, name }] of migrations.entries()) {
    const body = sql.trim();
    const hash = `sha1:${createHash("sha1")
      .update(`${`${previous ?? ""}\n${body}`.trim()}\n`)
      .digest("hex")}`;
    const header = `--! Previous: ${previous ?? "-"}\n--! Hash: ${hash}\n\n`;
    const file = `${String(index + 1).padStart(6, "0")}-${name.replaceAll("_", "-")}.sql`;
    await writeFile(join(folder, "migrations/committed", file), `${header}${body}\n`);
    previous = hash;
  }
}
