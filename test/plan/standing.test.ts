/** Where a database stands against the files, by sets: nothing of it needs a database. */
import { expect, test } from "vitest";
import type { JournalEntry, LedgerEntry } from "../../src/ledger/ledger.ts";
import { compareIds, standingOf, type Standing } from "../../src/plan/standing.ts";
import { projectWith } from "../support/project.ts";

function entry(id: string, bytesHash: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    kind: "migration",
    state: "applied",
    provenance: "deployed",
    title: undefined,
    path: undefined,
    includesUpTo: undefined,
    bytesHash,
    meaningHash: undefined,
    position: 1,
    appliedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 1,
    databaseUser: "ada",
    osUser: undefined,
    host: undefined,
    gitSha: undefined,
    toolVersion: "0",
    serverVersion: "18",
    deploymentId: "d",
    ...more,
  };
}

const files = {
  "migrations/001_a.sql": "select 1;",
  "migrations/002_b.sql": "select 2;",
  "migrations/010_c.sql": "select 3;",
};

async function standing(
  content: Readonly<Record<string, string>>,
  entriesOf: (hashes: ReadonlyMap<string, string>) => readonly LedgerEntry[],
  journal: readonly JournalEntry[] = [],
): Promise<Standing> {
  const { project } = await projectWith(content);
  const { migrations, replaced, baseline } = project;
  const hashes = new Map(migrations.map((file) => [file.id, file.bytesHash]));
  return standingOf({ migrations, replaced, baseline, entries: entriesOf(hashes), journal });
}

test("what is lacking before something applied is out of order, and named with it", async () => {
  const found = await standing(files, (hashes) => [entry("002_b", hashes.get("002_b") ?? "")]);
  expect(found.pending.map(({ id }) => id)).toEqual(["001_a", "010_c"]);
  expect(found.outOfOrder.map(({ file, after }) => [file.id, after])).toEqual([["001_a", "002_b"]]);
  expect([found.changed, found.missing, found.gap]).toEqual([[], [], undefined]);
});

test("changed, missing and reverting entries are told apart", async () => {
  const found = await standing(files, (hashes) => [
    entry("001_a", "other"),
    entry("002_b", hashes.get("002_b") ?? "", { state: "reverting" }),
    entry("003_gone", "x"),
  ]);
  expect(found.changed.map(({ file }) => file.id)).toEqual(["001_a"]);
  expect(found.missing.map(({ id }) => id)).toEqual(["003_gone"]);
  expect(found.reverting.map(({ id }) => id)).toEqual(["002_b"]);
});

test("a baseline explains what it includes; what it stands for and nobody applied is a gap", async () => {
  const squashed = {
    "schema.sql": "-- Includes migrations up to: 002_b\nselect 1;",
    "migrations/010_c.sql": "select 3;",
  };
  const explained = await standing(squashed, () => [entry("001_a", "x"), entry("002_b", "y")]);
  expect([explained.missing, explained.gap]).toEqual([[], undefined]);
  const lacking = await standing(squashed, () => [entry("001_a", "x")]);
  expect(lacking.gap).toEqual({ includesUpTo: "002_b", lastApplied: "001_a", lacking: [] });
});

test("ids compare by their versions before their words", () => {
  expect(["10_a", "9_b", "2_c"].toSorted(compareIds)).toEqual(["2_c", "9_b", "10_a"]);
});
