import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { takeBackup } from "../../support/backup.ts";
import { testDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

test("backups of a folder are listed and pruned; what is none, or is cut off, is left alone", async () => {
  const database = await testDatabase();
  await database.run("create table t (a integer)");
  const folder = await temporaryFolder();
  for (const name of ["one", "two", "three"]) {
    await takeBackup(database, { path: join(folder, name) });
  }
  await mkdir(join(folder, "something"));
  await mkdir(join(folder, "four.1a2b3c4d.partial"));
  const listed = await runLockstep(["backup", "list", folder, "--json"], { cwd: folder });
  expect(listed.json()).toMatchObject({
    backups: [{ name: "three" }, { name: "two" }, { name: "one" }],
    unreadable: [],
    unfinished: ["four.1a2b3c4d.partial"],
  });
  expect((await runLockstep(["backup", "list", folder], { cwd: folder })).stderr).toContain(
    "cut off, or being written: four.1a2b3c4d.partial",
  );
  const file = join(folder, "three", "manifest");
  expect((await runLockstep(["backup", "list", file, "--json"], { cwd: folder })).json()).toEqual(
    expect.objectContaining({
      error: expect.objectContaining({
        code: "BACKUP.ABSENT",
        message: expect.stringContaining("it is no folder") as unknown,
      }) as unknown,
    }),
  );
  const refused = await runLockstep(["backup", "prune", folder, "--json"], { cwd: folder });
  expect(refused.json()).toMatchObject({ error: { code: "USAGE.INVALID" } });
  const asked = await runLockstep(["backup", "prune", folder, "--keep", "2"], { cwd: folder });
  expect(asked.stderr).toContain("USAGE.NO_TERMINAL");
  expect(asked.stderr).toContain("Remove 1 backup for good (one)?");
  expect(asked.stderr).toContain(`lockstep backup prune ${folder} --keep 2 --yes`);
  const args = ["backup", "prune", folder, "--keep", "2", "--yes", "--json"];
  const pruned = await runLockstep(args, { cwd: folder });
  expect(pruned.json()).toMatchObject({
    ...{ removed: [{ name: "one" }], unfinished: ["four.1a2b3c4d.partial"] },
  });
  expect((await readdir(folder)).sort()).toEqual([
    "four.1a2b3c4d.partial",
    "something",
    "three",
    "two",
  ]);
});

test("a backup stays where somebody's own files lie in its folder, until they are elsewhere", async () => {
  const database = await testDatabase();
  await database.run("create table t (a integer); insert into t values (1)");
  const folder = await temporaryFolder();
  for (const name of ["one", "two"]) await takeBackup(database, { path: join(folder, name) });
  await writeFile(join(folder, "one", "notes.txt"), "why it was taken");
  await mkdir(join(folder, "one", "queries"));
  const prune = ["backup", "prune", folder, "--keep", "1", "--yes"];
  const kept = await runLockstep([...prune, "--json"], { cwd: folder });
  expect(kept.json()).toMatchObject({
    removed: [],
    kept: [
      { name: "two", others: [] },
      { name: "one", others: ["notes.txt", "queries"] },
    ],
  });
  const said = "never removed while it holds what is not of it: one: notes.txt, queries";
  expect((await runLockstep(prune, { cwd: folder })).stderr).toContain(said);
  expect((await runLockstep(["backup", "list", folder], { cwd: folder })).stderr).toContain(said);
  await rm(join(folder, "one", "notes.txt"));
  await rm(join(folder, "one", "queries"), { recursive: true });
  expect((await runLockstep([...prune, "--json"], { cwd: folder })).json()).toMatchObject({
    removed: [{ name: "one" }],
  });
  expect(await readdir(folder)).toEqual(["two"]);
});

test("a store that nobody knows is refused by its scheme", async () => {
  const run = await runLockstep(["backup", "list", "ftp://host/backups", "--json"]);
  expect(run.exitCode).toBe(2);
  expect(run.json()).toMatchObject({ error: { code: "BACKUP.STORE_UNKNOWN" } });
});
