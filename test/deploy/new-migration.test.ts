import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importModule } from "../../src/adapters/node/modules.ts";
import { LockstepError } from "../../src/core/errors.ts";
import { newMigration, type NewMigrationOptions } from "../../src/deploy/new-migration.ts";
import { openProject, projectWith } from "../support/project.ts";

const now = new Date("2026-11-20T09:30:05Z");

async function writtenBy(
  content: Readonly<Record<string, string>>,
  options: Partial<NewMigrationOptions> = {},
): Promise<readonly string[]> {
  const opened = await projectWith(content);
  const report = await newMigration({ ...opened, ...defaults, ...options });
  // What was written must be read back as the newest migration, with its lock line.
  const { project } = await openProject(opened.files.root);
  expect(project.migrations.at(-1)?.id).toBe(report.id);
  expect(project.findings).toEqual([]);
  expect(project.lock?.lines.map(({ id }) => id)).toEqual(project.migrations.map(({ id }) => id));
  return report.written.slice(0, -1);
}

const defaults = {
  name: "add phone",
  version: "as-before",
  isData: false,
  acceptVague: false,
  author: undefined,
  now,
} as const;

describe("the folder's convention is kept", () => {
  const sql = "select 1;\n";
  const table: readonly (readonly [
    what: string,
    files: readonly string[],
    written: readonly string[],
  ])[] = [
    ["nothing yet", [], ["migrations/20261120_093005_add_phone.sql"]],
    ["numbers", ["001_a.sql", "009_b.sql"], ["migrations/010_add_phone.sql"]],
    ["numbers at their width's end", ["9_b.sql"], ["migrations/10_add_phone.sql"]],
    ["dashes", ["0001-add-a.sql"], ["migrations/0002-add-phone.sql"]],
    ["numbers without names", ["000019.sql"], ["migrations/000020_add_phone.sql"]],
    ["flyway", ["V1_2__a.sql"], ["migrations/V1_3__add_phone.sql"]],
    ["moments", ["20250101000000_a.sql"], ["migrations/20261120093005_add_phone.sql"]],
    [
      "moments in two parts",
      ["20250101_000000_a.sql"],
      ["migrations/20261120_093005_add_phone.sql"],
    ],
    ["days", ["2025-11-20_a.sql"], ["migrations/2026-11-20_add_phone.sql"]],
    ["the second of a day", ["2026-11-20_z.sql"], ["migrations/2026-11-20-093005_add_phone.sql"]],
    ["seconds since 1970", ["1510262030_a.sql"], ["migrations/1795167005_add_phone.sql"]],
    [
      "a clock behind the newest",
      ["20270101000059_a.sql"],
      ["migrations/20270101000100_add_phone.sql"],
    ],
    [
      "folders",
      ["20250101000000_a/migration.sql"],
      ["migrations/20261120093005_add_phone/migration.sql"],
    ],
    [
      "pairs of folders",
      ["2025-01-01-000000_a/up.sql", "2025-01-01-000000_a/down.sql"],
      [
        "migrations/2026-11-20-093005_add_phone/up.sql",
        "migrations/2026-11-20-093005_add_phone/down.sql",
      ],
    ],
    [
      "pairs",
      ["01_a.up.sql", "01_a.down.sql"],
      ["migrations/02_add_phone.up.sql", "migrations/02_add_phone.down.sql"],
    ],
    [
      "rollbacks by number",
      ["001_a.sql", "001_rollback.sql"],
      ["migrations/002_add_phone.sql", "migrations/002_rollback.sql"],
    ],
    [
      "rollbacks by name",
      ["001_a.sql", "001_a_rollback.sql"],
      ["migrations/002_add_phone.sql", "migrations/002_add_phone_rollback.sql"],
    ],
    ["version folders", ["0.31/02__a.sql"], ["migrations/0.31/03__add_phone.sql"]],
    [
      "a habit given up",
      ["1_a.sql", "1_rollback.sql", ...["2_b.sql", "3_c.sql", "4_d.sql"]],
      ["migrations/5_add_phone.sql"],
    ],
  ];
  test.each(table)("%s", async (_what, files, written) => {
    const content = Object.fromEntries(files.map((file) => [`migrations/${file}`, sql]));
    expect(await writtenBy(content)).toEqual(written);
  });
});

test("the marks of sections in one file are kept", async () => {
  const before = "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n";
  const opened = await projectWith({ "db/migrations/20250101000000_a.sql": before });
  const report = await newMigration({ ...opened, ...defaults, author: "Ada" });
  const text = new TextDecoder().decode(await opened.files.read(report.written[0] ?? ""));
  expect(text).toBe(
    "-- Migration: Add phone\n-- Description:\n-- Author: Ada\n-- Date: 2026-11-20\n-- Reversible: yes\n\n" +
      "-- migrate:up\n\n-- migrate:down\n",
  );
  const { project } = await openProject(opened.files.root);
  expect(project.findings).toEqual([]);
});

test("--data makes a TypeScript migration", async () => {
  expect(await writtenBy({ "migrations/001_a.sql": "" }, { isData: true })).toEqual([
    "migrations/002_add_phone.ts",
  ]);
});

test("a TypeScript migration as it is made loads and has an up", async () => {
  const opened = await projectWith({});
  const report = await newMigration({ ...opened, ...defaults, isData: true });
  const loaded = await importModule(join(opened.files.root, report.written[0] ?? ""));
  expect(loaded["up"]).toBeTypeOf("function");
});

test("--timestamp begins with dates, which sort after numbers", async () => {
  expect(await writtenBy({ "migrations/001_a.sql": "" }, { version: "timestamp" })).toEqual([
    "migrations/20261120_093005_add_phone.sql",
  ]);
});

test("--sequential begins with 001, and is refused where dates would sort after it", async () => {
  expect(await writtenBy({}, { version: "sequential" })).toEqual(["migrations/001_add_phone.sql"]);
  const dated = { "migrations/20250101000000_a.sql": "" };
  await expect(writtenBy(dated, { version: "sequential" })).rejects.toThrow(/sort before/);
});

test.each(["fix", "update", "Test", "fix-2", "changes to the schema", "wip", "v2"])(
  "the name %j is refused with a hint",
  async (name) => {
    const failed = await writtenBy({}, { name }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(LockstepError);
    expect(failed).toMatchObject({ code: "PROJECT.NAME_VAGUE" });
    expect(await writtenBy({}, { name, acceptVague: true })).toHaveLength(1);
  },
);

test.each(["fix invoice totals", "addPhoneToCustomers", "Größe ergänzen"])(
  "%j is a name",
  async (name) => {
    expect(await writtenBy({}, { name })).toHaveLength(1);
  },
);

test.each(["", "...", "../../etc"])("%j becomes no path", async (name) => {
  const failed = await writtenBy({}, { name }).catch((error: unknown) => error);
  if (name === "../../etc") expect(failed).toEqual(["migrations/20261120_093005_etc.sql"]);
  else expect(failed).toMatchObject({ code: "PROJECT.NAME_INVALID" });
});

test("a database's address becomes no file's name, and its password is repeated nowhere", async () => {
  for (const name of ["postgres://u:hunter2@h/x", "host=h password=hunter2"]) {
    const failed = await writtenBy({}, { name, acceptVague: true }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: "PROJECT.NAME_INVALID" });
    expect(String(failed)).not.toContain("hunter2");
  }
});
