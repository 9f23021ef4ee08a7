import { describe, expect, test } from "vitest";
import { LockstepError } from "../../../src/core/errors.ts";
import { sha256 } from "../../../src/core/hash.ts";
import { migrationMeaning } from "../../../src/project/hashes.ts";
import type { Project } from "../../../src/project/project.ts";
import { projectWith, type OpenOptions } from "../../support/project.ts";

type Content = Readonly<Record<string, string | Uint8Array>>;

async function read(content: Content, options?: OpenOptions): Promise<Project> {
  return (await projectWith(content, options)).project;
}

async function failure(content: Content, options?: OpenOptions): Promise<LockstepError> {
  const failed = await read(content, options).catch((error: unknown) => error);
  if (failed instanceof LockstepError) return failed;
  return expect.fail("nothing was refused");
}

function shape(project: Project): object {
  const { baseline, declared, migrations, migrationsFolder, seeds } = project;
  return {
    baseline: baseline?.files.map(({ path }) => path),
    includes: baseline?.includes,
    declared: declared?.kind === "files" ? declared.files.map(({ path }) => path) : declared,
    folder: migrationsFolder,
    migrations: migrations.map(({ id }) => id),
    seeds: seeds.map(({ path }) => path),
  };
}

const table = "create table t ();\n";

describe("without a config, names decide", () => {
  test.each([
    ["migrations/001_a.sql", "migrations"],
    ["db/migrations/001_a.sql", "db/migrations"],
    ["db/migrate/001_a.sql", "db/migrate"],
    ["sql/migrations/001_a.sql", "sql/migrations"],
    ["database/migrations/001_a.sql", "database/migrations"],
    ["supabase/migrations/20250101000000_a.sql", "supabase/migrations"],
    ["prisma/migrations/20250101000000_a/migration.sql", "prisma/migrations"],
    ["drizzle/0000_brave_hero.sql", "drizzle"],
    ["drizzle/20250101000000_a/migration.sql", "drizzle"],
    ["db/001_a.sql", "db"],
    ["001_a.sql", ""],
  ])("%s is a migration of %j", async (path, folder) => {
    const project = await read({ [path]: table, "package.json": "{}", "index.ts": "" });
    expect(project.migrationsFolder).toBe(folder);
    expect(project.migrations.map((one) => one.path)).toEqual([path]);
    expect(project.findings).toEqual([]);
  });

  test.each([
    "schema.sql",
    "init_schema.sql",
    "db/schema.sql",
    "sql/init-complete.sql",
    "latest_schema.sql",
  ])("%s alone is a baseline", async (path) => {
    expect(shape(await read({ [path]: table }))).toMatchObject({
      baseline: [path],
      includes: { kind: "none" },
      declared: undefined,
      folder: undefined,
    });
  });

  test("a schema whose header says what it includes is a baseline", async () => {
    const project = await read({
      "init-complete.sql": "-- Includes migrations up to: 002_b\n" + table,
      ...numbered(3),
    });
    expect(shape(project)).toMatchObject({
      baseline: ["init-complete.sql"],
      includes: { kind: "upTo", id: "002_b" },
      declared: undefined,
    });
    expect(project.baseline?.includedIds).toEqual(["001_a", "002_b"]);
  });

  test("a schema that says nothing is declared, and for an empty target a baseline with everything", async () => {
    const project = await read({ "schema.sql": table, ...numbered(2) });
    expect(shape(project)).toMatchObject({
      baseline: ["schema.sql"],
      includes: { kind: "assumedAll" },
      declared: ["schema.sql"],
    });
    expect(project.baseline?.includedIds).toEqual(["001_a", "002_b"]);
  });

  test("baseline and declared schema stand side by side when one header says so", async () => {
    const header = "-- Includes migrations up to: 1\n";
    const project = await read({ "baseline.sql": header, "schema.sql": table, ...numbered(2) });
    expect(shape(project)).toMatchObject({
      baseline: ["baseline.sql"],
      includes: { kind: "upTo", id: "001_a" },
      declared: ["schema.sql"],
    });
  });

  test("seeds are found", async () => {
    const content = { "migrations/001_a.sql": "", "db/seeds/b.sql": "", "db/seeds/a.sql": "" };
    expect((await read(content)).seeds.map(({ path }) => path)).toEqual([
      "db/seeds/a.sql",
      "db/seeds/b.sql",
    ]);
  });

  test("an empty migrations folder counts when no other is filled", async () => {
    expect((await read({ "migrations/.gitkeep": "" })).migrationsFolder).toBe("migrations");
    const both = { "migrations/.gitkeep": "", "db/migrations/001_a.sql": "" };
    expect((await read(both)).migrationsFolder).toBe("db/migrations");
  });

  test("nothing there is a project too", async () => {
    expect(shape(await read({ "README.md": "", "src/a.ts": "" }))).toEqual({
      baseline: undefined,
      includes: undefined,
      declared: undefined,
      folder: undefined,
      migrations: [],
      seeds: [],
    });
  });
});

describe("what could be meant twice is refused with the line to write", () => {
  test("two migration folders", async () => {
    const error = await failure({ "migrations/001_a.sql": "", "db/migrations/001_a.sql": "" });
    expect(error.code).toBe("CONFIG.AMBIGUOUS");
    expect(error.message).toBe("there are 2 migrations folders: migrations, db/migrations");
    expect(error.next).toContain('{ "migrations": "migrations" }');
  });

  test("two schemas", async () => {
    const error = await failure({ "schema.sql": "", "db/init.sql": "" });
    expect(error.data["candidates"]).toEqual(["schema.sql", "db/init.sql"]);
  });

  test("a config settles both", async () => {
    const content = {
      "migrations/001_a.sql": "",
      "db/migrations/001_b.sql": "",
      "schema.sql": "",
      "db/init.sql": "",
      "lockstep.config.json":
        '{ "migrations": "db/migrations", "baseline": "db/init.sql", "declared": "schema.sql" }',
    };
    expect(shape(await read(content))).toMatchObject({
      baseline: ["db/init.sql"],
      declared: ["schema.sql"],
      migrations: ["001_b"],
    });
  });
});

describe("what a baseline includes", () => {
  const includes = (written: string): Promise<Project> =>
    read({ "schema.sql": `-- Includes migrations up to: ${written}\n`, ...numbered(3, 2) });

  test.each(["002_b", "002_b.sql", "2", "002"])("%s is found", async (written) => {
    expect((await includes(written)).baseline?.includedIds).toEqual(["002_b"]);
  });

  test("a migration that was removed since sorts before all that are there", async () => {
    const { baseline } = await includes("001_gone");
    expect(baseline).toMatchObject({ includes: { kind: "upTo", id: "001_gone" }, includedIds: [] });
  });

  test("none", async () => {
    expect((await includes("none")).baseline).toMatchObject({
      includes: { kind: "none" },
      includedIds: [],
    });
  });

  test("what is not there is refused, with the nearest", async () => {
    const error = await failure({
      "schema.sql": "-- Includes migrations up to: 002_x\n",
      ...numbered(2),
    });
    expect(error).toMatchObject({
      code: "PROJECT.BASELINE_INCLUDES",
      where: { file: "schema.sql" },
    });
    expect(error.message).toContain("did you mean 002_b?");
  });
});

describe("files as they are", () => {
  test("CRLF, a byte order mark, no final newline, nothing at all", async () => {
    const bytes = Buffer.from("\uFEFF-- Author: Ada\r\nselect 1;\r\nselect 2");
    const project = await read({ "migrations/001_a.sql": bytes, "migrations/002_b.sql": "" });
    const [a, b] = project.migrations;
    expect(a).toMatchObject({
      kind: "sql",
      up: { text: "-- Author: Ada\r\nselect 1;\r\nselect 2", line: 1 },
      header: { author: "Ada" },
      bytesHash: sha256(bytes),
    });
    expect(b).toMatchObject({ kind: "sql", up: { text: "" }, bytesHash: sha256("") });
    expect(project.findings).toMatchObject([{ code: "PROJECT.BYTE_ORDER_MARK", severity: "info" }]);
  });

  test("the way back in the same file is no part of the hashes", async () => {
    const up = "-- migrate:up\nselect 1;\n";
    const hashes = async (down: string): Promise<readonly string[]> => {
      const project = await read({ "migrations/1_a.sql": `${up}-- migrate:down\n${down}` });
      return project.migrations.flatMap((one) => [one.bytesHash, migrationMeaning(one, undefined)]);
    };
    expect(await hashes("select 2;")).toEqual(await hashes("select 3;"));
    expect((await hashes("select 2;"))[0]).toBe(sha256(up));
  });

  test("meaning is taken from the lock file only where the bytes are the same", async () => {
    const { migrations } = await read({ "migrations/1_a.sql": "select 1;" });
    const [one] = migrations;
    if (one === undefined) return expect.fail("no migration");
    const line = {
      id: one.id,
      bytesHash: one.bytesHash,
      meaningHash: "m",
      fingerprints: { kind: "none" },
    } as const;
    expect(migrationMeaning(one, { replaced: [], lines: [line] })).toBe("m");
    expect(
      migrationMeaning(one, { replaced: [], lines: [{ ...line, bytesHash: "x" }] }),
    ).toHaveLength(64);
  });

  test("steps that are not SQL carry what to do", async () => {
    const project = await read({
      "migrations/001_a.external.md": "Reindex the search.",
      "migrations/002_b.go": "package main",
      "migrations/003_c.ts": "export async function up() {}",
    });
    expect(project.migrations).toMatchObject([
      { kind: "external", instructions: "Reindex the search." },
      { kind: "external", instructions: "" },
      { kind: "data" },
    ]);
  });

  test("diesel's metadata.toml asks for no transaction", async () => {
    const project = await read({
      "migrations/2025-01-01-000000_a/up.sql": "select 1;",
      "migrations/2025-01-01-000000_a/metadata.toml": "# why\nrun_in_transaction = false\n",
    });
    const file = "migrations/2025-01-01-000000_a/metadata.toml";
    expect(project.migrations).toMatchObject([{ noTransaction: { file, line: 2 } }]);
    expect(project.findings).toEqual([]);
  });

  test("two ways back for one migration are refused", async () => {
    const error = await failure({
      "migrations/1_a.sql": "-- migrate:up\n-- migrate:down\n",
      "migrations/1_a.down.sql": "",
    });
    expect(error.code).toBe("PROJECT.SECTIONS");
  });

  test("what is no text is refused with its place", async () => {
    const content = { "migrations/001_a.sql": Buffer.from("select 1;\n\xff", "latin1") };
    expect((await failure(content)).where).toEqual({
      file: "migrations/001_a.sql",
      line: 2,
      column: 1,
    });
  });

  test("a folder that the config names and that is not there is refused", async () => {
    const error = await failure({ "lockstep.config.json": '{ "migrations": "db/migration" }' });
    expect(error).toMatchObject({ code: "PROJECT.FILE_ABSENT", where: { file: "db/migration" } });
  });

  test("a config can't lead out of the project", async () => {
    for (const key of ["migrations", "baseline", "declared", "seeds"]) {
      const error = await failure({ "lockstep.config.json": `{ "${key}": "../elsewhere" }` });
      expect(error.code).toBe("PROJECT.OUTSIDE");
    }
  });
});

function numbered(count: number, from = 1): Content {
  const names = ["a", "b", "c"];
  const entries = Array.from({ length: count - from + 1 }, (_, index) => {
    const number = from + index;
    return [`migrations/00${number}_${names[number - 1] ?? "z"}.sql`, table] as const;
  });
  return Object.fromEntries(entries);
}
