/** How far a squash goes, by what the named targets have. */
import { expect, test } from "vitest";
import { chooseLine, type SquashTarget } from "../../../src/deploy/steps/squash/line.ts";
import type { LedgerEntry } from "../../../src/ledger/ledger.ts";
import { projectWith } from "../../support/project.ts";

const files = {
  "migrations/001_a.sql": "create table a (id int);",
  "migrations/002_b.sql": "create table b (id int);",
  "migrations/003_c.sql": "create table c (id int);",
};

function target(name: string, ...ids: readonly string[]): SquashTarget {
  const entries = ids.map((id, position): LedgerEntry => ({
    ...{ id, kind: "migration", state: "applied", provenance: "deployed", title: undefined },
    ...{
      path: undefined,
      includesUpTo: undefined,
      bytesHash: "",
      meaningHash: undefined,
      position,
    },
    ...{
      appliedAt: "",
      durationMs: undefined,
      databaseUser: "",
      osUser: undefined,
      host: undefined,
    },
    ...{ gitSha: undefined, toolVersion: "", serverVersion: "", deploymentId: "" },
  }));
  return { name, ledger: { kind: "present", version: 1, established: true, entries, journal: [] } };
}

test("the line is the newest that every target has, without a hole before it", async () => {
  const { project } = await projectWith(files);
  const line = (...targets: readonly SquashTarget[]): string | undefined =>
    chooseLine({ project, to: undefined, targets })?.last.id;
  expect(line()).toBe("003_c");
  expect(line(target("one", "001_a", "002_b"), target("two", "001_a", "002_b", "003_c"))).toBe(
    "002_b",
  );
  expect(line(target("hole", "001_a", "003_c"))).toBe("001_a");
});

test.each([
  ["SQUASH.AHEAD", "003_c", [target("one", "001_a")]],
  ["SQUASH.STALE", undefined, [target("one", "001_a", "009_elsewhere")]],
  ["SQUASH.NOTHING", undefined, [target("one")]],
  ["PLAN.UNKNOWN_ID", "007_x", []],
  ["LEDGER.ABSENT", undefined, [{ name: "new", ledger: { kind: "absent" } }]],
] as const)("%s", async (code, to, targets) => {
  const { project } = await projectWith(files);
  expect(() => chooseLine({ project, to, targets })).toThrow(expect.objectContaining({ code }));
});
