/** What a squash writes, in which order, and what it refuses before it writes anything. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeFiles } from "../../../src/adapters/node/files.ts";
import { readConfig } from "../../../src/adapters/node/config.ts";
import { readProject } from "../../../src/adapters/node/project.ts";
import { writeSquash } from "../../../src/deploy/steps/squash/write.ts";
import type { Files } from "../../../src/ports/files.ts";
import type { Project } from "../../../src/project/project.ts";
import { readSchemaHeader } from "../../../src/project/header.ts";
import { folderWith } from "../../support/folders.ts";
import { bareEnvironment, lockstepProgram, runLockstep } from "../../support/lockstep.ts";
import { squashFolder } from "../../support/squash.ts";

const files = {
  "migrations/001_a.sql": "create table a (id int);",
  "migrations/002_b.sql": "create table b (id int); insert into b values (1);",
  "migrations/002_rollback.sql": "drop table b;",
  "migrations/003_c.sql": "create table c (id int);",
};

async function whole(folder: string): Promise<Project> {
  const own = nodeFiles(folder);
  const config = await readConfig({ files: own, environment: {} });
  return await readProject({ files: own, config, withArchive: true });
}

async function tree(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile());
  const paths = found.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return Object.fromEntries(
    paths.map((path, place) => [path.slice(folder.length), texts[place] ?? ""]),
  );
}

class Cut extends Error {}

/** Stops before the nth change. */
function cutAfter(own: Files, changes: number): Files {
  let left = changes;
  const counted = <Args extends readonly unknown[]>(work: (...args: Args) => Promise<void>) => {
    return async (...args: Args): Promise<void> => {
      if (left === 0) throw new Cut();
      left -= 1;
      await work(...args);
    };
  };
  return { ...own, write: counted(own.write), remove: counted(own.remove) };
}

const text = `-- Schema Version: 1.0.0
-- Includes migrations up to: 003_c

create table a (id int); create table b (id int); create table c (id int);
`;
const baseline = {
  path: "schema.sql",
  text,
  line: 1,
  bytesHash: "",
  header: readSchemaHeader(text),
  included: [],
};

async function write(folder: string, changes: number): Promise<boolean> {
  const project = await whole(folder);
  const moving = project.migrations.filter(({ id }) => !project.archived.has(id));
  const own = cutAfter(nodeFiles(folder), changes);
  const common = { release: "v1.0.0", archive: "archive/v1.0.0" };
  try {
    await writeSquash(own, { project, moving, baseline: [baseline], ...common });
    return true;
  } catch (error) {
    if (error instanceof Cut) return false;
    throw error;
  }
}

test("cut off before any of its changes the project is whole, and the next run ends as an undisturbed one", async () => {
  const undisturbed = await folderWith(files);
  await write(undisturbed, 1_000);
  const wanted = await tree(undisturbed);
  expect(Object.keys(wanted)).toEqual([
    "/archive/v1.0.0/001_a.sql",
    "/archive/v1.0.0/002_b.sql",
    "/archive/v1.0.0/002_rollback.sql",
    "/archive/v1.0.0/003_c.sql",
    "/lockstep.lock",
    "/migrations/.gitkeep",
    "/schema.sql",
  ]);
  let changes = 0;
  for (let isDone = false; !isDone; changes += 1) {
    const folder = await folderWith(files);
    isDone = await write(folder, changes);
    const { migrations, baseline: found, replaced } = await whole(folder);
    expect(migrations.map(({ id }) => id)).toEqual(["001_a", "002_b", "003_c"]);
    expect(migrations[1]?.down?.text ?? "drop table b;").toBe("drop table b;");
    expect(replaced).toEqual([]);
    if (found !== undefined) expect(found.includedIds).toEqual(["001_a", "002_b", "003_c"]);
    await write(folder, 1_000);
    expect(await tree(folder)).toEqual(wanted);
  }
  expect(changes).toBeGreaterThan(10);
});

test("killed for good while it writes, the same command carries on", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [
      `migrations/${100 + n}_t.sql`,
      `create table t${n} (id int);`,
    ]),
  );
  const folder = await folderWith(many);
  const child = spawn(process.execPath, [lockstepProgram, "squash", "--release", "v1"], {
    cwd: folder,
    env: bareEnvironment(),
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (child.exitCode === null && !existsSync(join(folder, "lockstep.lock"))) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  child.kill("SIGKILL");
  await ended;
  expect((await whole(folder)).migrations).toHaveLength(60);
  const run = await runLockstep(["squash", "--release", "v1", "--json"], { cwd: folder });
  expect(run.json()).toMatchObject({ release: "v1", includes: "159_t" });
  expect(await readdir(join(folder, "archive/v1"))).toHaveLength(60);
  expect(await readdir(join(folder, "migrations"))).toEqual([".gitkeep"]);
}, 60_000);

test("a squash that was cut off is a finding, and no error", async () => {
  const folder = await folderWith(files);
  await write(folder, 7);
  const { findings } = await whole(folder);
  expect(findings).toMatchObject([
    { code: "PROJECT.SQUASH_UNFINISHED", hint: "lockstep squash --release v1.0.0 carries on." },
  ]);
});

test("a complete schema that holds everything keeps its text, but for the header", async () => {
  const own = "-- Ours.\n-- Last Updated: 2020-01-01\n\n/* by hand */ create table a (id int);\n";
  const folder = await folderWith({
    ...files,
    "schema.sql": `${own}create table b (id int); insert into b values (1);\ncreate table c (id int);\n`,
  });
  expect(await squashFolder(folder)).toMatchObject({ isBaselineKept: true, rows: 1 });
  const kept = await readFile(join(folder, "schema.sql"), "utf8");
  expect(kept.split("\n").slice(0, 7)).toEqual([
    "-- Ours.",
    "-- Last Updated: 2026-01-01",
    "-- Schema Version: 1.0.0",
    "-- Includes migrations up to: 003_c",
    expect.stringMatching(/^-- Replaces: 3 migrations, sha256 [0-9a-f]{64}$/),
    "",
    "/* by hand */ create table a (id int);",
  ]);
});

test("a baseline that lacks a migration's row is written anew with it", async () => {
  const folder = await folderWith({
    ...files,
    "schema.sql": "create table a (id int); create table b (id int); create table c (id int);",
  });
  expect(await squashFolder(folder)).toMatchObject({ isBaselineKept: false, rows: 1 });
  expect(await readFile(join(folder, "schema.sql"), "utf8")).toContain("INSERT INTO public.b");
});

test("steps that are not run, ways that can't be and variables are named", async () => {
  const folder = await folderWith({
    "migrations/001_a.sql": "alter table ${name} add b int;",
    "migrations/002_by_hand.external.md": "Do it.",
    "schema.sql": "-- Includes migrations up to: 002_by_hand\n\ncreate table a (id int, b int);",
    "lockstep.config.json": '{ "variables": { "name": "a" } }',
  });
  const { findings } = await squashFolder(folder);
  expect(findings.map(({ code }) => code)).toEqual([
    "SQUASH.EXTERNAL",
    "SQUASH.VARIABLES",
    "SQUASH.UNPROVED",
  ]);
});

test.each([
  ["SQUASH.NOTHING", {}, { "schema.sql": "create table a (id int);", "migrations/.gitkeep": "" }],
  ["SQUASH.DIFFERS", {}, { ...files, "schema.sql": "create table a (id bigint);" }],
  [
    "SQUASH.ROWS_DIFFER",
    {},
    {
      "migrations/001_a.sql": "create table a (id int); insert into a values (1), (2);",
      "schema.sql": "create table a (id int); insert into a values (3);",
    },
  ],
  [
    "SQUASH.BEHIND",
    { to: "001_a" },
    { ...files, "schema.sql": "-- Includes migrations up to: 002_b\n\nselect 1;" },
  ],
  [
    "SQUASH.BASELINE_FILES",
    {},
    {
      "migrations/001_a.sql": "create table a (id int); insert into a values (1);",
      "schema/1.sql": "create table a (id int);",
      "schema/2.sql": "select 1;",
      "lockstep.config.json": '{ "baseline": ["schema/1.sql", "schema/2.sql"] }',
    },
  ],
  [
    "SQUASH.CONFIG_INCLUDES",
    {},
    {
      ...files,
      "one.sql": "select 1;",
      "lockstep.config.json": '{ "baseline": { "path": "one.sql", "includes": "001_a" } }',
    },
  ],
  [
    "SQUASH.UNPORTABLE",
    {},
    { "migrations/001_a.sql": "\\ir ../a.sql\n", "a.sql": "create table a (id int);" },
  ],
  [
    "SQUASH.UNPORTABLE",
    {},
    { "migrations/001_a.ts": 'import { x } from "../x.ts";\nexport async function up() { x(); }' },
  ],
  ["USAGE.INVALID", { release: "../v1" }, files],
] as const)("%s is refused before anything is written (%j)", async (code, request, content) => {
  const folder = await folderWith(content);
  const before = await tree(folder);
  await expect(squashFolder(folder, request)).rejects.toMatchObject({ code });
  expect(await tree(folder)).toEqual(before);
});

test("without a release's name the newest migration gives it, each time", async () => {
  const folder = await folderWith(files);
  const squashed = await runLockstep(["squash", "--to", "002_b", "--json"], { cwd: folder });
  expect(squashed.json()).toMatchObject({ release: "002_b", archive: "archive/002_b" });
  expect((await whole(folder)).replaced).toEqual([]);
  expect(await squashFolder(folder, { release: undefined })).toMatchObject({
    outcome: "squashed",
    release: "003_c",
  });
  expect(await squashFolder(folder, { release: undefined })).toMatchObject({
    outcome: "nothing-to-do",
    release: "003_c",
    archive: "archive/003_c",
  });
  expect(await readdir(join(folder, "archive/003_c"))).toEqual(["003_c.sql", "schema.sql"]);
  const { migrations } = await whole(folder);
  expect(migrations.map(({ id }) => id)).toEqual(["001_a", "002_b", "003_c"]);
});

test("without a release's name a migration that can't give one is refused", async () => {
  const folder = await folderWith({ "migrations/001 a.sql": "create table a (id int);" });
  const before = await tree(folder);
  await expect(squashFolder(folder, { release: undefined })).rejects.toMatchObject({
    code: "USAGE.INVALID",
  });
  expect(await tree(folder)).toEqual(before);
});

test("a release's name is taken once", async () => {
  const folder = await folderWith(files);
  await squashFolder(folder, { to: "001_a" });
  await expect(squashFolder(folder)).rejects.toMatchObject({ code: "SQUASH.RELEASE_TAKEN" });
});
