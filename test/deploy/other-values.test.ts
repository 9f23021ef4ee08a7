/** A migration was applied with values that are others by now. */
import { expect, test } from "vitest";
import { status } from "../../src/index.ts";
import { sha256 } from "../../src/core/hash.ts";
import { testDatabase } from "../support/database.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { bareEnvironment, runLockstep, type LockstepRun } from "../support/lockstep.ts";

test("the text is hashed before and after, verify tells of other values, and deploy runs nothing twice", async () => {
  const database = await testDatabase();
  const text = (name: string): string => `create table a (n text default '${name}');\n`;
  const cwd = await folderWith({
    "migrations/001_a.sql": text("${env}"),
    "migrations/002_b.sql": "create table b (n text);\n",
  });
  const run = async (...words: readonly string[]): Promise<LockstepRun> =>
    await runLockstep([...words, "--json"], { cwd, env: { DATABASE_URL: database.url } });
  expect((await run("deploy", "--set", "env=o'ne")).exitCode).toBe(0);
  const hashes = await database.query(
    "select bytes_hash as before, detail ->> 'withValuesHash' as after from lockstep.events order by position",
  );
  expect(hashes).toEqual([
    { before: sha256(text("${env}")), after: sha256(text("o''ne")) },
    { before: sha256("create table b (n text);\n"), after: null },
  ]);

  const same = await run("verify", "--set", "env=o'ne");
  expect(same.json()).toMatchObject({ schema: { kind: "equal" } });
  const schema = {
    kind: "unknown",
    reason: expect.stringContaining("001_a was applied with values that are not given now"),
    next: "lockstep verify --set NAME=VALUE",
  };
  for (const given of [[], ["--set", "unused=1"]]) {
    const lacking = await run("verify", ...given);
    expect(lacking.exitCode).toBe(0);
    expect(lacking.json()).toMatchObject({ schema });
  }
  const other = await run("verify", "--set", "env=two");
  expect(other.exitCode).toBe(4);
  const finding = {
    code: "VERIFY.OTHER_VALUES",
    severity: "warning",
    object: "001_a",
    where: { file: "migrations/001_a.sql" },
  };
  expect(other.json()).toMatchObject({ isEqual: false, findings: [finding] });
  expect(other.stdout + other.stderr).not.toContain("two");
  expect((await run("deploy", "--set", "env=two")).json()).toMatchObject({
    outcome: "nothing-to-do",
  });

  // An edited file is said to be edited, and what is pending has no values yet.
  await writeFiles(cwd, { "migrations/003_c.sql": "create table c (n text default '${env}');" });
  expect((await run("verify", "--set", "env=two")).json()).toMatchObject({
    pending: ["003_c"],
    findings: expect.arrayContaining([expect.objectContaining(finding)]),
  });
  await writeFiles(cwd, { "migrations/001_a.sql": text("${env}").toUpperCase() });
  const edited = await run("verify", "--set", "env=two");
  expect(edited.stdout).toContain("PLAN.EDITED");
  expect(edited.stdout).not.toContain("VERIFY.OTHER_VALUES");
});

test("every command that reads the files takes the values that their names are completed by", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({
    "migrations/001_a.sql": "\\ir ../:dir/a.sql\n",
    "one/a.sql": "create table a (n int);\n",
    "two/a.sql": "create table b (n int);\n",
  });
  const run = async (...words: readonly string[]): Promise<LockstepRun> =>
    await runLockstep(words, { cwd, env: { DATABASE_URL: database.url } });
  expect((await run("deploy", "--set", "dir=one")).exitCode).toBe(0);
  const asked = ["status", "--exit-code"];
  expect((await run(...asked, "--set", "dir=one")).exitCode).toBe(0);
  expect((await run(...asked, "--set", "dir=two")).exitCode).toBe(4);
  expect((await run("health", "--set", "dir=one")).exitCode).toBe(0);
  expect((await run("wait", "--applied", "--timeout", "0s", "--set", "dir=one")).exitCode).toBe(0);
  expect((await run("init", "--set", "dir=one")).exitCode).toBe(0);
  expect((await run("rebase", "--set", "dir=one")).exitCode).toBe(0);
  const library = { project: cwd, url: database.url, environment: bareEnvironment() };
  expect(await status({ ...library, variables: { dir: "one" } })).toMatchObject({
    isUpToDate: true,
  });
  expect(await status({ ...library, variables: { dir: "two" } })).toMatchObject({
    isUpToDate: false,
  });
});

test.each(["'${SECRET}'", ":'SECRET'", "'${SECRET}' :: integer"])(
  "a value that was put in is in no error: %s",
  async (use) => {
    const database = await testDatabase();
    const folder = await folderWith({
      "migrations/001_a.sql": `create table a (n int default ${use} + nonsense);\n`,
    });
    for (const secret of ["Canary-$1'x\\y", "canary", "$&[.*"]) {
      const { stdout, stderr, exitCode } = await runLockstep(
        ["deploy", "--set", `SECRET=${secret}`, "--json"],
        { cwd: folder, env: { DATABASE_URL: database.url } },
      );
      expect(exitCode).toBe(2);
      expect(stdout + stderr).toContain("${SECRET}");
      expect((stdout + stderr).toLowerCase()).not.toContain("canary");
    }
  },
);
