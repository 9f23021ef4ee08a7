import { type ChildProcess, execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contentOf } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";
import { generateRows } from "../../support/generated-rows.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { newestMajor, testMajors } from "../../support/servers.ts";
import { root } from "../../support/sources.ts";

/** 0 where it is not there. */
function majorOf(program: string): number {
  const { stdout, status } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? Number(/(\d+)\./.exec(stdout)?.[1] ?? 0) : 0;
}

const psql = majorOf("psql");
const [oldest = 0] = testMajors;

async function restoreByPsql(file: string): Promise<TestDatabase> {
  const target = await testDatabase();
  execFileSync("psql", ["--no-psqlrc", "--quiet", "--file", file, target.url], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return target;
}

test.skipIf(psql === 0).each([
  ["hostile names and values", ["test/cases/backup/hostile.sql"], ""],
  [
    "one of every kind of object",
    readdirSync(join(root, "test/cases/one-of-everything"))
      .filter((name) => Number(/\d+/.exec(name)?.[0]) <= newestMajor)
      .map((name) => `test/cases/one-of-everything/${name}`),
    "drop user mapping for current_user server shop_server; alter subscription shop_subscription set (slot_name = none)",
  ],
])(
  "a backup as SQL, of %s, restores by psql alone to the same database",
  { timeout: 60_000 },
  async (_what, files, last) => {
    const source = await testDatabase();
    for (const file of files) await source.run(readFileSync(join(root, file), "utf8"));
    if (last !== "") {
      await source.run(last);
      await source.run("drop subscription shop_subscription");
      await generateRows(await source.connect(), 5);
    }
    const folder = await temporaryFolder();
    const run = await runLockstep(["backup", "--format", "sql", "--out", "all.sql", "--json"], {
      cwd: folder,
      env: { DATABASE_URL: source.url },
    });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(statSync(join(folder, "all.sql")).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["all.sql"]);
    const target = await restoreByPsql(join(folder, "all.sql"));
    expect(await contentOf(target)).toEqual(await contentOf(source));
  },
);

test.skipIf(psql === 0)(
  "rows that look like commands of psql stay rows, and the ledger comes along",
  async () => {
    const source = await testDatabase();
    const project = await folderWith({ "migrations/001_a.sql": "create table t (x text)" });
    const env = { DATABASE_URL: source.url };
    expect((await runLockstep(["deploy"], { cwd: project, env })).exitCode).toBe(0);
    const values = ["\\.", "\\! touch harmed", "\\q", ":name", "$$", "a\tb\nc\\", "", null, "\r\n"];
    const client = await source.connect();
    for (const value of values) await client.query("insert into t values ($1)", [value]);
    await runLockstep(["backup", "--format", "sql", "--out", "b.sql"], { cwd: project, env });
    const target = await restoreByPsql(join(project, "b.sql"));
    expect(await contentOf(target)).toEqual(await contentOf(source));
    const again = await runLockstep(["deploy", "--json"], {
      cwd: project,
      env: { DATABASE_URL: target.url },
    });
    expect(again.json()).toMatchObject({ outcome: "nothing-to-do" });
    // Into a database that has the table already, psql stops before the rows.
    const taken = spawnSync("psql", ["--no-psqlrc", "--file", join(project, "b.sql"), target.url], {
      cwd: project,
    });
    expect(taken.status).not.toBe(0);
    expect(await readdir(project)).not.toContain("harmed");
  },
);

test("with a key, neither an SQL file nor pg_dump's folder is written", async () => {
  const source = await testDatabase();
  const folder = await temporaryFolder();
  const env = { DATABASE_URL: source.url, LOCKSTEP_BACKUP_KEY: "ab".repeat(32) };
  for (const more of [
    ["--format", "sql"],
    ["--engine", "pg_dump"],
  ]) {
    const run = await runLockstep(["backup", "--out", "b", ...more, "--json"], {
      cwd: folder,
      env,
    });
    expect(run.json()).toMatchObject({ error: { code: "BACKUP.UNENCRYPTED" } });
  }
  expect(await readdir(folder)).toEqual([]);
});

const hasDump = majorOf("pg_dump") >= oldest && majorOf("pg_restore") >= oldest;

test.skipIf(!hasDump)(
  "pg_dump's folder is taken by restore, and the password is in no list of processes",
  async () => {
    const source = await testDatabase(oldest);
    await source.run(
      "create table t (id int primary key, x text); insert into t select g, 'x' from generate_series(1, 300) g",
    );
    const folder = await temporaryFolder();
    const env = { DATABASE_URL: source.url };
    const run = await runLockstep(["backup", "--engine", "pg_dump", "--out", "d", "--json"], {
      cwd: folder,
      env,
    });
    expect(run.json(), run.stderr).toMatchObject({ engine: "pg_dump", format: "folder" });
    const target = await testDatabase(oldest);
    const restored = await runLockstep(["restore", "d", "--to", target.url, "--json"], {
      cwd: folder,
    });
    expect(restored.json(), restored.stderr).toMatchObject({ engine: "pg_restore" });
    expect(await contentOf(target)).toEqual(await contentOf(source));
    const again = await runLockstep(["restore", "d", "--to", target.url, "--json"], {
      cwd: folder,
    });
    expect(again.json()).toMatchObject({ error: { code: "RESTORE.NOT_EMPTY" } });
  },
);

/** A program of that name that says what it is told to. */
async function pretend(script: string): Promise<string> {
  const folder = await folderWith({ pg_dump: `#!/bin/sh\n${script}\n` });
  execFileSync("chmod", ["755", join(folder, "pg_dump")]);
  return folder;
}

test.skipIf(process.platform === "win32")(
  "a pg_dump that is older than the server, or fails, is named, and leaves nothing",
  async () => {
    const source = await testDatabase();
    const folder = await temporaryFolder();
    const run = async (path: string): Promise<unknown> =>
      (
        await runLockstep(["backup", "--engine", "pg_dump", "--out", "d", "--json"], {
          cwd: folder,
          env: { DATABASE_URL: source.url, PATH: `${path}:/usr/bin:/bin` },
        })
      ).json();
    const old = await pretend('echo "pg_dump (PostgreSQL) 9.6.1"');
    expect(await run(old)).toMatchObject({
      error: {
        code: "BACKUP.ENGINE_ABSENT",
        message: expect.stringContaining("PostgreSQL 9") as unknown,
      },
    });
    const failing = await pretend(
      '[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.1" && exit 0; echo "broken for $PGPASSWORD" >&2; exit 1',
    );
    expect(await run(failing)).toMatchObject({
      error: { code: "BACKUP.ENGINE_FAILED", notes: ["broken for ***"] },
    });
    expect(await readdir(folder)).toEqual([]);
  },
);

const forms = [
  ["an SQL file", ["--format", "sql"], newestMajor],
  ["pg_dump's folder", ["--engine", "pg_dump"], oldest],
  ["pg_dump's file", ["--engine", "pg_dump", "--format", "sql"], oldest],
] as const;

test.each(forms.filter(([, args]) => hasDump || !args.some((word) => word === "pg_dump")))(
  "%s is only its owner's, and one that was killed while it was written has no name that looks whole",
  async (_what, args, major) => {
    const source = await testDatabase(major);
    await source.run(
      "create table t (id int primary key, x text); insert into t select g, repeat(md5(g::text), 20) from generate_series(1, 120000) g",
    );
    const folder = await temporaryFolder();
    const env = { DATABASE_URL: source.url };
    const run = (onStart: (child: ChildProcess) => void): ReturnType<typeof runLockstep> =>
      runLockstep(["backup", ...args, "--out", "b"], { cwd: folder, env, onStart });
    const killed = await run((child) => {
      const timer = setInterval(() => {
        if (readdirSync(folder).some((name) => name.endsWith(".partial"))) child.kill("SIGKILL");
      }, 2);
      child.once("exit", () => clearInterval(timer));
    });
    expect(killed.signal).toBe("SIGKILL");
    const left = readdirSync(folder);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatch(/^b\.[0-9a-f]{8}\.partial$/);
    const whole = await run(() => undefined);
    expect(whole.exitCode, whole.stderr).toBe(0);
    const found = statSync(join(folder, "b"));
    expect(found.mode & 0o777).toBe(found.isDirectory() ? 0o700 : 0o600);
  },
);
