import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { folderWith, temporaryFolder, writeFiles } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

test("init, new and rebase say what they wrote, for people and for scripts", async () => {
  const cwd = await temporaryFolder();
  const begun = await runLockstep(["init"], { cwd });
  expect(begun.exitCode).toBe(0);
  expect(begun.stdout).toMatch(
    /^found {4}nothing yet\nwritten {2}migrations\/\d{8}_\d{6}_create_notes\.sql\n/,
  );
  expect(begun.stderr).toContain("next: lockstep deploy");
  const made = await runLockstep(["new", "add", "phone", "to", "notes", "--json"], { cwd });
  expect(made.json()).toMatchObject({
    written: [
      expect.stringMatching(/^migrations\/\d{8}_\d{6}_add_phone_to_notes\.sql$/),
      "lockstep.lock",
    ],
  });
  const noted = await runLockstep(["rebase"], { cwd });
  expect([noted.exitCode, noted.stdout]).toEqual([0, "lockstep.lock written\n"]);
  const inOrder = await runLockstep(["rebase"], { cwd });
  expect([inOrder.exitCode, inOrder.stdout]).toEqual([0, "in order: nothing to move\n"]);
});

test("whoever adds a migration beside a complete schema that names none is told what a fresh database gets", async () => {
  const schema = "create table a (id int);";
  const cwd = await folderWith({ "schema.sql": schema });
  const first = await runLockstep(["new", "add phone"], { cwd });
  expect(first.stderr).toContain("write at its head -- Includes migrations up to: none\n");
  const { url } = await testDatabase();
  const deployed = await runLockstep(["deploy"], { cwd, env: { DATABASE_URL: url } });
  expect(deployed.stderr).toContain("nothing says which migrations schema.sql includes");
  await writeFiles(cwd, { "schema.sql": `-- Includes migrations up to: none\n${schema}` });
  expect((await runLockstep(["new", "add email"], { cwd })).stderr).toBe("");
});

test("a vague name is an expected failure that names the way out", async () => {
  const cwd = await temporaryFolder();
  const refused = await runLockstep(["new", "fix"], { cwd });
  expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toContain("PROJECT.NAME_VAGUE");
  expect(refused.stderr).toContain("--force");
  expect((await runLockstep(["new", "fix", "--force"], { cwd })).exitCode).toBe(0);
});

test("two ways to count exclude each other", async () => {
  const cwd = await temporaryFolder();
  const refused = await runLockstep(["new", "add phone", "--timestamp", "--sequential"], { cwd });
  expect([refused.exitCode, refused.stderr.split(":")[0]]).toEqual([2, "USAGE.INVALID"]);
});

test("after a merge, git says which migrations are mine, and they go behind theirs", async () => {
  const cwd = await folderWith({ "migrations/001_a.sql": "select 1;\n" });
  const git = (...args: readonly string[]): void => {
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@localhost", ...args], {
      cwd,
      stdio: "pipe",
    });
  };
  await runLockstep(["init"], { cwd });
  git("init", "--initial-branch=main", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message=begin");
  git("checkout", "--quiet", "-b", "mine");
  await runLockstep(["new", "add phone"], { cwd });
  git("add", "--all");
  git("commit", "--quiet", "--message=mine");
  git("checkout", "--quiet", "main");
  await runLockstep(["new", "add email"], { cwd });
  git("add", "--all");
  git("commit", "--quiet", "--message=theirs");
  git("checkout", "--quiet", "mine");
  // Both added a line at the same place: the conflict is on purpose.
  expect(() => git("merge", "--quiet", "main")).toThrow();
  const status = await runLockstep(["init"], { cwd });
  expect(status.stderr).toMatch(/PROJECT\.(?:LOCK_CONFLICT|DUPLICATE_VERSION)/);
  const rebased = await runLockstep(["rebase", "--json"], { cwd });
  expect(rebased.json()).toMatchObject({
    moved: [{ from: "002_add_phone", to: "003_add_phone" }],
    isLockWritten: true,
  });
  const lock = await readFile(join(cwd, "lockstep.lock"), "utf8");
  expect(lock.split("\n").flatMap((line) => /^\d{3}_\w+/.exec(line) ?? [])).toEqual([
    "001_a",
    "002_add_email",
    "003_add_phone",
  ]);
  // As `test --write` would note them, after each of the three.
  expect(lock.match(/ \d\d=[0-9a-f]{64}$/gm)).toHaveLength(3);
  const proved = await runLockstep(["test"], { cwd });
  expect(proved.stdout).toContain("3 fingerprints hold");
  expect((await runLockstep(["init"], { cwd })).exitCode).toBe(0);
});

test("without git, clashing migrations are moved when they are named", async () => {
  const cwd = await folderWith({});
  await writeFiles(cwd, { "migrations/1_a.sql": "", "migrations/1_b.sql": "" });
  const asked = await runLockstep(["rebase"], { cwd });
  expect([asked.exitCode, asked.stderr]).toEqual([
    2,
    expect.stringContaining("which of the migrations are yours"),
  ]);
  const wrong = await runLockstep(["rebase", "1_c"], { cwd });
  expect(wrong.stderr).toContain("did you mean 1_a?");
  const named = await runLockstep(["rebase", "1_a"], { cwd });
  expect(named.stdout).toBe("1_a -> 2_a\nlockstep.lock written\n");
});

test("a fingerprint that can't be found is left out of the lock file, and why is said", async () => {
  const cwd = await folderWith({
    "migrations/1_a.sql": "create table a ();\n",
    "migrations/2_b.sql": "alter table nowhere add x int;\n",
  });
  const left = await runLockstep(["rebase", "--no-fingerprints"], { cwd });
  expect([left.stdout, left.stderr]).toEqual(["lockstep.lock written\n", ""]);
  expect(await readFile(join(cwd, "lockstep.lock"), "utf8")).not.toMatch(/\d=[0-9a-f]/);
  const noted = await runLockstep(["rebase"], { cwd });
  expect([noted.exitCode, noted.stdout]).toEqual([0, "lockstep.lock written\n"]);
  expect(noted.stderr).toContain("no fingerprint after 2_b");
  expect(noted.stderr).toContain("nowhere");
  expect(await readFile(join(cwd, "lockstep.lock"), "utf8")).toMatch(
    /^1_a .* \d\d=[0-9a-f]{64}\n2_b .* -$/m,
  );
});

test("with --url, what the target has applied keeps its name", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({ "migrations/1_a.sql": "create table a ();\n" });
  const before = await runLockstep(["rebase", "1_a", "--url", database.url], { cwd });
  expect(before.exitCode).toBe(0);
  const deployed = await runLockstep(["deploy"], { cwd, env: { DATABASE_URL: database.url } });
  expect([deployed.exitCode, deployed.stderr]).toEqual([0, expect.anything()]);
  await writeFiles(cwd, { "migrations/1_b.sql": "" });
  const refused = await runLockstep(["rebase", "1_a", "--url", database.url], { cwd });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("PROJECT.APPLIED");
  const moved = await runLockstep(["rebase", "1_b", "--url", database.url], { cwd });
  expect(moved.stdout).toBe("1_b -> 2_b\nlockstep.lock written\n");
});
