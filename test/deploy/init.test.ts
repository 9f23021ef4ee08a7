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
    next: "lockstep deploy",
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

test("SQL that no name tells apart is named with the folder that is likely meant, and gets no example beside it", async () => {
  const opened = await projectWith({
    "app/schema/v1.0/people.sql": "create table people ();\n",
    "app/schema/v1.1/pets.sql": "create table pets ();\n",
    "tools/report.sql": "select 1;\n",
    "node_modules/other/001_a.sql": "select 1;\n",
  });
  const report = await init({ ...opened, force: false, now });
  expect(report).toEqual({
    found: ["nothing yet"],
    written: [".gitattributes", ".gitignore"],
    left: [
      'app/ (2 SQL files), tools/ (1 SQL file): no name says what they are; if they are the schema\'s, write lockstep.config.json, such as { "migrations": "app/schema" }',
    ],
    next: "write lockstep.config.json, then: lockstep init",
  });
});

test("a project whose migrations are another tool's programs is named, and gets no example beside them", async () => {
  const opened = await projectWith({
    "backend/alembic.ini": "[alembic]\n",
    "backend/alembic/versions/1975ea83b712_users.py": "def upgrade(): pass\n",
  });
  const report = await init({ ...opened, force: false, now });
  expect(report).toEqual({
    found: ["nothing yet"],
    written: [".gitattributes", ".gitignore"],
    left: [
      "backend/alembic.ini: migrations of Alembic are Python, and lockstep does not run them; it can begin with the schema that a database has",
    ],
    next: "DATABASE_URL=... lockstep dump live > schema.sql, then: DATABASE_URL=... lockstep adopt --from none",
  });
});

test("a declared schema alone is led to its first migration", async () => {
  const config = { declared: "schema.sql" };
  const files = { "schema.sql": "create table a ();\n" };
  const opened = await projectWith({ ...files, "lockstep.config.json": JSON.stringify(config) });
  expect((await init({ ...opened, force: false, now })).next).toBe(
    'lockstep diff NAME   (the first migration), or set strategy: "declarative"',
  );
});

test("a lone SQL file is named as what to write", async () => {
  const opened = await projectWith({ "shop.sql": "create table people ();\n" });
  const { left } = await init({ ...opened, force: false, now });
  expect(left.join()).toContain('such as { "baseline": "shop.sql" }');
});

test("folders of versions beside a complete schema are named, what the schema and the seeds read is not", async () => {
  const opened = await projectWith({
    "LATEST.sql": "\\ir parts/people.sql\n",
    "parts/people.sql": "create table people ();\n",
    "seeds/people.sql": "insert into people default values;\n",
    "0.19/00__people.sql": "create table people ();\n",
    "0.20/00__phone.sql": "alter table people add phone text;\n",
  });
  const { left, next } = await init({ ...opened, force: false, now });
  expect(left).toEqual([
    '0.19/ (1 SQL file), 0.20/ (1 SQL file): no name says what they are; if they are the schema\'s, write lockstep.config.json, such as { "migrations": "." }',
  ]);
  expect(next).toBe("lockstep deploy");
});
