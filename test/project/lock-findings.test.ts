import { expect, test } from "vitest";
import { lockFindings } from "../../src/project/lock-findings.ts";
import type { LockedFingerprints } from "../../src/project/lock.ts";
import { relock } from "../../src/project/relock.ts";
import { projectWith } from "../support/project.ts";

test.each<[string, LockedFingerprints, string]>([
  ["still being written", { kind: "none" }, "info"],
  ["proved before", { kind: "known", byMajor: { 18: "f".repeat(64) } }, "warning"],
  ["with a result that depends on data", { kind: "unknown" }, "warning"],
])("an edit of a migration %s", async (_state, fingerprints, severity) => {
  const before = await projectWith({ "migrations/001_a.sql": "create table a (id int);" });
  const lock = relock(before.project.migrations, undefined);
  const lines = lock.lines.map((line) => ({ ...line, fingerprints }));
  const after = await projectWith({ "migrations/001_a.sql": "create table a (id bigint);" });
  expect(lockFindings({ replaced: [], lines }, before.project.migrations)).toEqual([]);
  expect(lockFindings({ replaced: [], lines }, after.project.migrations)).toMatchObject([
    { code: "PROJECT.LOCK_CHANGED", severity, data: { ids: ["001_a"] } },
  ]);
});

test("a migration that the lock file lacks, and a line whose migration is gone, are named", async () => {
  const before = await projectWith({ "migrations/001_a.sql": "select 1;" });
  const lock = relock(before.project.migrations, undefined);
  const after = await projectWith({ "migrations/002_b.sql": "select 2;" });
  expect(lockFindings(lock, after.project.migrations)).toMatchObject([
    { code: "PROJECT.LOCK_LACKS", data: { ids: ["002_b"] } },
    { code: "PROJECT.LOCK_GONE", data: { ids: ["001_a"] } },
  ]);
});
