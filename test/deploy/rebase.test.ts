import { expect, test } from "vitest";
import { newMigration } from "../../src/deploy/new-migration.ts";
import { rebase, type RebaseReport } from "../../src/deploy/rebase.ts";
import { formatLockFile, type LockFile } from "../../src/project/lock.ts";
import { openProject, projectWith, type OpenProject } from "../support/project.ts";

const now = new Date("2026-11-20T09:30:05Z");

async function rebased(
  opened: OpenProject,
  mine: readonly string[],
  applied: readonly string[] = [],
): Promise<RebaseReport> {
  const { project } = await openProject(opened.files.root, { isTolerant: true });
  const sets = { mine: new Set(mine), applied: new Set(applied) };
  return rebase({ files: opened.files, project, ...sets, now });
}

const bothAdded = {
  "migrations/001_a.sql": "select 1;",
  "migrations/002_theirs.sql": "select 2;",
  "migrations/002_mine.sql": "select 3;",
  "migrations/002_mine.down.sql": "select 4;",
  "migrations/003_mine_too.sql": "select 5;",
};

test("mine go behind theirs with all their files, in their own order", async () => {
  const opened = await projectWith(bothAdded, { isTolerant: true });
  const report = await rebased(opened, ["002_mine", "003_mine_too"]);
  expect(report.moved).toEqual([
    { from: "002_mine", to: "003_mine" },
    { from: "003_mine_too", to: "004_mine_too" },
  ]);
  const { project } = await openProject(opened.files.root);
  expect(project.migrations.map(({ id, down }) => [id, down?.path])).toEqual([
    ["001_a", undefined],
    ["002_theirs", undefined],
    ["003_mine", "migrations/003_mine.down.sql"],
    ["004_mine_too", undefined],
  ]);
  expect(project.findings).toEqual([]);
});

test("a second run finds nothing to do", async () => {
  const opened = await projectWith(bothAdded, { isTolerant: true });
  await rebased(opened, ["002_mine", "003_mine_too"]);
  expect(await rebased(opened, ["003_mine", "004_mine_too"])).toEqual({
    moved: [],
    renamedFiles: [],
    isLockWritten: false,
  });
});

test("a lock file in conflict is written anew; fingerprints stay up to the first that moved", async () => {
  const opened = await projectWith({
    "migrations/20260101000000_a.sql": "select 1;",
    "migrations/20260301000000_theirs.sql": "select 2;",
    "migrations/20260201000000_mine.sql": "select 3;",
  });
  const first = await rebased(opened, []);
  expect(first.isLockWritten).toBe(true);
  const { project } = await openProject(opened.files.root);
  const lock: LockFile = {
    replaced: [],
    lines: (project.lock?.lines ?? []).map((line) => ({
      ...line,
      fingerprints: { kind: "known", byMajor: { 18: "f".repeat(64) } },
    })),
  };
  const [title, one, two, why, ...lines] = formatLockFile(lock).split("\n");
  const [a, b, c] = [why, ...lines];
  const conflict = [title, one, two, a, "<<<<<<< HEAD", b, "=======", c, ">>>>>>> mine", ""].join(
    "\n",
  );
  await opened.files.write("lockstep.lock", conflict);
  const report = await rebased(opened, ["20260201000000_mine"]);
  expect(report.moved).toEqual([{ from: "20260201000000_mine", to: "20261120093005_mine" }]);
  const after = (await openProject(opened.files.root)).project.lock?.lines ?? [];
  expect(after.map(({ id, fingerprints }) => [id, fingerprints.kind])).toEqual([
    ["20260101000000_a", "known"],
    ["20260301000000_theirs", "none"],
    ["20261120093005_mine", "none"],
  ]);
});

test("folders move whole", async () => {
  const opened = await projectWith({
    "migrations/20260301000000_theirs/migration.sql": "select 1;",
    "migrations/20260201000000_mine/migration.sql": "select 2;",
    "migrations/20260201000000_mine/notes.md": "why",
  });
  const report = await rebased(opened, ["20260201000000_mine"]);
  expect(report.renamedFiles).toEqual([
    { from: "migrations/20260201000000_mine", to: "migrations/20261120093005_mine" },
  ]);
  expect(await opened.files.exists("migrations/20261120093005_mine/notes.md")).toBe(true);
});

test("what the target has applied keeps its name", async () => {
  const opened = await projectWith(bothAdded, { isTolerant: true });
  const failed = await rebased(opened, ["002_mine"], ["002_mine"]).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: "PROJECT.APPLIED",
    where: { file: "migrations/002_mine.sql" },
  });
  expect(await opened.files.exists("migrations/002_mine.sql")).toBe(true);
});

test("in order, only the lock file follows an edit", async () => {
  const opened = await projectWith({});
  const made = {
    name: "add phone",
    version: "sequential",
    isData: false,
    acceptVague: false,
  } as const;
  await newMigration({ ...opened, ...made, author: undefined, now });
  await opened.files.write("migrations/001_add_phone.sql", "alter table t add phone text;\n");
  expect((await openProject(opened.files.root)).project.findings).toMatchObject([
    // Nobody has proved the new migration yet: it is still being written.
    { code: "PROJECT.LOCK_CHANGED", severity: "info" },
  ]);
  expect(await rebased(opened, ["001_add_phone"])).toMatchObject({
    moved: [],
    isLockWritten: true,
  });
  expect((await openProject(opened.files.root)).project.findings).toEqual([]);
});
