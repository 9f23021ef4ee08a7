import { expect, test } from "vitest";
import {
  resolveHarm,
  type HarmOnDatabase,
  type LiveTable,
} from "../../src/backup/harmed-tables.ts";
import { cheapBytes, decideBackup, type BackupDecision } from "../../src/backup/policy.ts";
import { expired, expiredOfDeploys, type Worth } from "../../src/backup/retention.ts";
import { keyOf, selectTables } from "../../src/backup/selection.ts";
import type { BackupConfig, BackupPolicy } from "../../src/project/config.ts";
import { noBackupConfig } from "../../src/project/config/backup.ts";
import { harmOf } from "../../src/sql/harm.ts";
import { loadParser } from "../../src/sql/parse.ts";

const gigabyte = 1024 ** 3;

function table(name: string, facts: Partial<LiveTable> = {}): LiveTable {
  return {
    ...{ schema: "public", name, bytes: gigabyte, hasRows: true, isReadable: true },
    ...{ hasTriggers: false, parents: [], referrers: [] },
    ...facts,
  };
}

async function harmOn(sql: readonly string[], live: readonly LiveTable[]): Promise<HarmOnDatabase> {
  const parser = await loadParser();
  const harms = sql.map((text, at) => ({ unit: `00${at + 1}`, harm: harmOf(text, parser) }));
  return resolveHarm(harms, live, {
    views: new Set(["v"]),
    harmlessFunctions: new Set(["now", "lo_unlink"]),
  });
}

const key = (name: string): string => keyOf({ schema: "public", name });

test("harm reaches partitions, children and rows that refer to what is deleted", async () => {
  const live = [
    table("a", { referrers: [{ table: key("b"), onDelete: true, onUpdate: false }] }),
    table("a_1", { parents: [key("a")] }),
    table("b", { referrers: [{ table: key("c"), onDelete: true, onUpdate: false }] }),
    table("c"),
    table("d"),
  ];
  const names = async (sql: string): Promise<readonly string[]> =>
    (await harmOn([sql], live)).tables.map((found) => found.table.name);
  expect(await names("delete from a")).toEqual(["a", "a_1", "b", "c"]);
  expect(await names("update a set x = 1")).toEqual(["a", "a_1"]);
  expect(await names("truncate a cascade")).toEqual(["a", "a_1", "b", "c"]);
  expect(await names("drop table a cascade")).toEqual(["a", "a_1"]);
  expect(await names("drop schema public cascade")).toEqual(["a", "a_1", "b", "c", "d"]);
});

test("a table is followed through its renames, and a name without a schema is every table of it", async () => {
  const live = [table("a"), table("a", { schema: "other" }), table("b", { hasRows: false })];
  const renamed = await harmOn(["alter table a rename to z", "drop table z; drop table b"], live);
  expect(renamed.tables.map(({ table: { schema, name } }) => `${schema}.${name}`)).toEqual([
    "public.a",
    "other.a",
  ]);
});

test("triggers, views and functions that may write make the effect unknown; the server's own do not", async () => {
  const live = [table("t", { hasTriggers: true }), table("plain")];
  expect((await harmOn(["insert into plain select now()"], live)).unknown).toEqual([]);
  expect((await harmOn(["insert into t values (1)"], live)).unknown).toEqual([
    "triggers of t (001)",
  ]);
  expect((await harmOn(["update v set x = 1"], live)).unknown).toHaveLength(1);
  expect((await harmOn(["select mine()"], live)).unknown).toEqual(["the function mine (001)"]);
  expect((await harmOn(["select lo_unlink(1)"], live)).unknown).toHaveLength(1);
});

async function decide(
  sql: string,
  live: readonly LiveTable[],
  settings: {
    readonly policy?: BackupPolicy;
    readonly config?: Partial<BackupConfig>;
    readonly isExplicit?: boolean;
    readonly unreadable?: readonly string[];
  } = {},
): Promise<BackupDecision> {
  const { policy = "auto", config = {}, isExplicit = false, unreadable = [] } = settings;
  const whole = { ...noBackupConfig, ...config };
  const harm = await harmOn([sql], live);
  return decideBackup({ policy, config: whole, isExplicit, live, harm, unreadable });
}

test("auto backs up what is harmed, the whole where that is cheap, and nothing where nothing is harmed", async () => {
  const large = [table("a"), table("b", { bytes: 100 * gigabyte })];
  const small = [table("a", { bytes: 1000 }), table("b", { bytes: cheapBytes - 1000 })];
  expect(await decide("delete from a", large)).toMatchObject({
    kind: "tables",
    tables: [{ name: "a" }],
  });
  expect(await decide("delete from a", small)).toMatchObject({ kind: "database" });
  const hidden = [table("a", { bytes: 1000 }), table("b", { bytes: 1000, isReadable: false })];
  expect(await decide("delete from a", hidden)).toMatchObject({
    kind: "tables",
    tables: [{ name: "a" }],
  });
  expect(await decide("create table c (x int)", large)).toMatchObject({ kind: "none" });
  expect(await decide("delete from a", [table("a", { hasRows: false })])).toMatchObject({
    kind: "none",
  });
});

test("a harm that is larger than the limit is refused, never left out", async () => {
  const live = [table("a", { bytes: 2 * gigabyte })];
  expect(await decide("delete from a", live)).toMatchObject({ kind: "too-large" });
  const config = { maxBytes: 3 * gigabyte };
  expect(await decide("delete from a", live, { config })).toMatchObject({ kind: "tables" });
  expect(await decide("delete from a", live, { policy: "never" })).toMatchObject({ kind: "none" });
});

test("an effect that is not known takes the whole; where that is too large, a written policy refuses and the default says so", async () => {
  const live = [table("a"), table("b", { bytes: 100 * gigabyte })];
  const small = [table("a", { bytes: gigabyte / 2 })];
  expect(await decide("select mine()", small)).toMatchObject({ kind: "database" });
  expect(await decide("select mine()", live)).toMatchObject({ kind: "uncovered" });
  expect(await decide("select mine()", live, { isExplicit: true })).toMatchObject({
    kind: "too-large",
  });
  expect(await decide("delete from a; select mine()", live)).toMatchObject({
    kind: "tables",
    gaps: [expect.stringContaining("mine") as unknown],
  });
});

test("a choice that names nothing that is there is said, with whatever else is backed up or not", async () => {
  const live = [table("a"), table("c", { schema: "billing", hasRows: false })];
  const misspelt = { schemas: ["biling"], tables: ["a", "orders"] };
  const gaps = [expect.stringContaining("chooses biling"), expect.stringContaining("orders")];
  for (const config of [misspelt, { ...misspelt, policy: "auto" } as const]) {
    expect(await decide("delete from a", live, { config })).toMatchObject({ kind: "tables", gaps });
  }
  const wrong = { schemas: [], tables: ["orders"] };
  expect(await decide("create table x ()", live, { config: wrong })).toEqual({
    kind: "uncovered",
    reason: "the config chooses orders, and there is no such table",
  });
  const empty = { schemas: ["billing"], tables: [] };
  expect(await decide("create table x ()", live, { config: empty })).toMatchObject({
    kind: "none",
  });
});

test("a choice of tables stands for always, and with auto for what may be backed up", async () => {
  const live = [table("a"), table("b"), table("c", { schema: "billing" })];
  const config = { schemas: ["billing"], tables: ["a"] };
  expect(await decide("create table x ()", live, { config })).toMatchObject({
    kind: "tables",
    tables: [{ name: "a" }, { name: "c" }],
  });
  const auto = { ...config, policy: "auto" } as const;
  expect(await decide("create table x ()", live, { config: auto })).toMatchObject({ kind: "none" });
  expect(await decide("delete from b", live, { config: auto })).toMatchObject({
    kind: "uncovered",
  });
  expect(await decide("delete from a; delete from b", live, { config: auto })).toMatchObject({
    kind: "tables",
    gaps: [expect.stringContaining("public.b") as unknown],
  });
});

test("tables are chosen by name, by schema, with odd names in quotes, and by what they are a partition of", () => {
  const tables = [
    { schema: "public", name: "a", above: [] },
    { schema: "x.y", name: 'odd "name"', above: [] },
    { schema: "public", name: "p_1", above: [{ schema: "public", name: "p" }] },
  ];
  const choose = (...texts: readonly string[]): readonly string[] =>
    selectTables(tables, texts, {
      code: "BACKUP.NO_TABLE",
      of: "database",
      above: ({ above }) => above,
    }).map(({ name }) => name);
  expect(choose("a")).toEqual(["a"]);
  expect(choose("public.*")).toEqual(["a", "p_1"]);
  expect(choose('"x.y"."odd ""name"""')).toEqual(['odd "name"']);
  expect(choose("public.p")).toEqual(["p_1"]);
  expect(() => choose("nothing")).toThrow(expect.objectContaining({ code: "BACKUP.NO_TABLE" }));
  expect(() => choose("a.b.c")).toThrow(expect.objectContaining({ code: "USAGE.INVALID" }));
});

test("retention keeps what either rule keeps, and the newest whatever the rules say", () => {
  const backups = ["05", "20", "01", "10"].map((day) => ({
    name: day,
    takenAt: `2026-01-${day}T12:00:00.000000Z`,
  }));
  const now = new Date("2026-01-21T00:00:00Z");
  const gone = (rule: Parameters<typeof expired>[1]): readonly string[] =>
    expired(backups, rule, now).map(({ name }) => name);
  expect(gone({})).toEqual([]);
  expect(gone({ keep: 2 })).toEqual(["01", "05"]);
  expect(gone({ keepDays: 12 })).toEqual(["01", "05"]);
  expect(gone({ keep: 3, keepDays: 1 })).toEqual(["01"]);
  expect(gone({ keep: 0, keepDays: 0 })).toEqual(["01", "05", "10"]);
});

test("of what deploys took, an unfinished change's stays uncounted, and what a deploy that changed nothing took goes", () => {
  const worths: Readonly<Record<string, Worth>> = {
    ...{ "01": "counted", "02": "counted", "03": "needed", "04": "idle", "05": "counted" },
  };
  const backups = Object.entries(worths).map(([name, worth]) => ({
    ...{ name, worth, takenAt: `2026-01-${name}T12:00:00.000000Z` },
  }));
  const gone = (keep: number): readonly string[] =>
    expiredOfDeploys(backups, keep).map(({ name }) => name);
  expect(gone(1)).toEqual(["04", "01", "02"]);
  expect(gone(2)).toEqual(["04", "01"]);
  expect(gone(3)).toEqual(["04"]);
});

test("what the role may not read is left out where the harmed tables do, and said where it may be harmed", async () => {
  const bytes = 1000;
  const live = [
    table("a", { bytes }),
    table("b", { bytes }),
    table("hidden", { bytes, isReadable: false }),
  ];
  expect(await decide("delete from a", live)).toMatchObject({
    ...{ kind: "tables", tables: [{ name: "a" }], gaps: [] },
    reason: expect.stringContaining("may not read public.hidden") as unknown,
  });
  const readable = live.slice(0, 2);
  const unreadable = ["public.s"];
  expect(await decide("delete from a", readable, { unreadable })).toMatchObject({ kind: "tables" });
  expect(
    await decide("delete from a", live, { config: { tables: ["a", "b"], policy: "auto" } }),
  ).toMatchObject({ tables: [{ name: "a" }, { name: "b" }], gaps: [] });
  const unknown = "delete from a; call anything()";
  expect(await decide(unknown, live)).toMatchObject({
    ...{ kind: "tables", tables: [{ name: "a" }, { name: "b" }] },
    gaps: [expect.stringContaining("may not read public.hidden") as unknown],
  });
  expect(await decide("call anything()", live.slice(2))).toMatchObject({ kind: "uncovered" });
  // Written down, the policy takes the wider choice, and the backup says what it may not read.
  expect(await decide(unknown, live, { isExplicit: true })).toMatchObject({ kind: "database" });
  // It is harmed, so nothing is applied without it.
  expect(await decide("delete from hidden", live)).toMatchObject({ tables: [{ name: "hidden" }] });
});
