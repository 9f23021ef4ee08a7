import { expect, test } from "vitest";
import { init } from "../../src/deploy/init.ts";
import { openProject, projectWith } from "../support/project.ts";

const now = new Date("2026-11-20T09:30:05Z");

test("an empty folder gets an example that is a project", async () => {
  const opened = await projectWith({});
  const report = await init({ ...opened, force: false, now });
  expect(report).toEqual({
    found: ["nothing yet"],
    written: [
      "migrations/20261120_093005_create_notes.sql",
      "lockstep.lock",
      ".gitattributes",
      ".gitignore",
    ],
    left: [],
  });
  const { project } = await openProject(opened.files.root);
  expect(project.migrations.map(({ id }) => id)).toEqual(["20261120_093005_create_notes"]);
  expect(project.findings).toEqual([]);
});

test("a project that is found by its names gets no config", async () => {
  const opened = await projectWith({
    "init-complete.sql": "-- Includes migrations up to: 001_a\ncreate table a ();\n",
    "migrations/001_a.sql": "create table a ();\n",
    "migrations/001_rollback.sql": "drop table a;\n",
    ".gitattributes": "*.sql text eol=lf\nlockstep.lock text eol=lf\n",
    ".gitignore": "node_modules",
  });
  const report = await init({ ...opened, force: false, now });
  expect(report.found).toEqual([
    "baseline: init-complete.sql (includes migrations up to 001_a, as its header or the config says)",
    "migrations: 1 in migrations/, 1 of them with a way back",
  ]);
  expect(report.written).toEqual(["lockstep.lock", ".gitignore"]);
  expect(new TextDecoder().decode(await opened.files.read(".gitignore"))).toBe(
    "node_modules\n.lockstep/\n",
  );
});

test("again, it writes nothing; with force, the lock file alone", async () => {
  const opened = await projectWith({ "migrations/001_a.sql": "select 1;\n" });
  await init({ ...opened, force: false, now });
  await opened.files.write("migrations/001_a.sql", "select 2;\n");
  const again = await openProject(opened.files.root);
  expect((await init({ ...again, force: false, now })).written).toEqual([]);
  expect((await init({ ...again, force: true, now })).written).toEqual(["lockstep.lock"]);
  expect((await openProject(opened.files.root)).project.findings).toEqual([]);
});
