import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { recognise, type Recognition } from "../../src/project/recognise.ts";

function ids(paths: readonly string[]): readonly string[] {
  return recognise(paths, { folder: "migrations" }).migrations.map(({ id }) => id);
}

function downs(paths: readonly string[]): Readonly<Record<string, string | undefined>> {
  const { migrations } = recognise(paths, { folder: "" });
  return Object.fromEntries(migrations.map(({ id, down }) => [id, down]));
}

function failure(paths: readonly string[]): LockstepError {
  try {
    recognise(paths, { folder: "migrations" });
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  return expect.fail("nothing was refused");
}

describe("every naming is taken apart into version and name", () => {
  const table: readonly (readonly [path: string, id: string, version: string, name: string])[] = [
    ["20261120_093000_add_phone.sql", "20261120_093000_add_phone", "20261120_093000", "add_phone"],
    ["20261120093000_add_phone.sql", "20261120093000_add_phone", "20261120093000", "add_phone"],
    ["004_add_phone.sql", "004_add_phone", "004", "add_phone"],
    ["0004-add-phone.sql", "0004-add-phone", "0004", "add-phone"],
    ["000004.sql", "000004", "000004", ""],
    ["V4__add_phone.sql", "V4__add_phone", "4", "add_phone"],
    ["V1_2__add_phone.sql", "V1_2__add_phone", "1_2", "add_phone"],
    ["V1.2__add_phone.sql", "V1.2__add_phone", "1.2", "add_phone"],
    ["V0004.Add_Phone.up.sql", "V0004.Add_Phone", "0004", "Add_Phone"],
    ["v1.2.3_add_phone.sql", "v1.2.3_add_phone", "1.2.3", "add_phone"],
    ["2025-11-20_add_phone.sql", "2025-11-20_add_phone", "2025-11-20", "add_phone"],
    ["2025-11-20-093000_add/up.sql", "2025-11-20-093000_add", "2025-11-20-093000", "add"],
    ["2025-11-20-093000-0000_a/up.sql", "2025-11-20-093000-0000_a", "2025-11-20-093000-0000", "a"],
    ["20261120093000_add/migration.sql", "20261120093000_add", "20261120093000", "add"],
    ["1510262030_add_phone.up.sql", "1510262030_add_phone", "1510262030", "add_phone"],
    ["4.do.add_phone.sql", "4.add_phone", "4", "add_phone"],
    ["0.19/00__add_phone.sql", "0.19/00__add_phone", "0.19.00", "add_phone"],
    ["v1.7/add_phone.sql", "v1.7/add_phone", "1.7", "add_phone"],
    ["upgrade-pre-1.6.0.sql", "upgrade-pre-1.6.0", "1.6.0", "upgrade-pre"],
    ["004_backfill.ts", "004_backfill", "004", "backfill"],
    ["004_fill.go", "004_fill", "004", "fill"],
    ["005_reindex_search.external.md", "005_reindex_search", "005", "reindex_search"],
    ["20261120093000_fill/migration.ts", "20261120093000_fill", "20261120093000", "fill"],
    ["2025-1-5-093000_add/up.sql", "2025-1-5-093000_add", "2025-1-5-093000", "add"],
    ["migration-2-0001-20190730.sql", "migration-2-0001-20190730", "2-0001-20190730", ""],
    ["migration_004_add_phone.sql", "migration_004_add_phone", "004", "add_phone"],
    ["2025-1-5_add.sql", "2025-1-5_add", "2025-1-5", "add"],
  ];
  test.each(table)("%s", (path, id, version, name) => {
    const { migrations, findings } = recognise([path], { folder: "" });
    expect(findings).toEqual([]);
    expect(migrations).toMatchObject([{ id, version, name, up: path }]);
  });
});

describe("order", () => {
  test("a month or a day that the calendar has not stands where its digits put it, among the dates", () => {
    const sorted = ["20231101090000_a", "20240100200000_b", "20240103000001_c", "20241609000001_d"];
    expect(ids(sorted.toReversed().map((name) => `${name}.sql`))).toEqual(sorted);
  });

  test("a month or a day of one digit is read as if it had two", () => {
    const sorted = [
      "2025-1-5-090000_a",
      "2025-01-12-090000_b",
      "2025-2-3-090000_c",
      "2025-10-01_d",
    ];
    expect(ids(sorted.toReversed().map((name) => `${name}.sql`))).toEqual(sorted);
  });

  test("numbers joined by hyphens sort part by part, and make no date", () => {
    const sorted = [
      "migration-1-0010-20190730",
      "migration-2-0009-20190730",
      "migration-20-0101-20190730",
    ];
    expect(ids(sorted.toReversed().map((name) => `${name}.sql`))).toEqual(sorted);
    expect(ids(["migration-20-0101-20190730.sql", "migration-3-0101-20190730.sql"])).toEqual([
      "migration-3-0101-20190730",
      "migration-20-0101-20190730",
    ]);
  });

  test("eight digits that are no day may not be shared", () => {
    expect(failure(["20249999_a.sql", "20249999_b.sql"]).code).toBe("PROJECT.DUPLICATE_VERSION");
  });

  test("numbers sort by value, not by text", () => {
    expect(ids(["10_c.sql", "9_b.sql", "002_a.sql"])).toEqual(["002_a", "9_b", "10_c"]);
  });

  test("dotted versions sort part by part", () => {
    const paths = ["V1_10__c.sql", "V1_9__b.sql", "V1_9_1__d.sql", "V1__a.sql"];
    expect(ids(paths)).toEqual(["V1__a", "V1_9__b", "V1_9_1__d", "V1_10__c"]);
  });

  test("numbers come before dates, and dates sort however they are punctuated", () => {
    const paths = [
      "2025-11-20_b.sql",
      "20251121_000000_c.sql",
      "20251119093000_a.sql",
      "00_init.sql",
    ];
    expect(ids(paths)).toEqual([
      "00_init",
      "20251119093000_a",
      "2025-11-20_b",
      "20251121_000000_c",
    ]);
  });

  test("two of one day sort by name", () => {
    expect(ids(["2025-11-20_b.sql", "2025-11-20_a.sql"])).toEqual(["2025-11-20_a", "2025-11-20_b"]);
  });

  test("is the same whatever order the file system lists them in", () => {
    const number = fc.integer({ min: 0, max: 99_999 });
    const names = fc.uniqueArray(number, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.nat()), (numbers, random) => {
        const paths = numbers.map((value) => `${value}_step.sql`);
        const shuffled = paths
          .map((path) => ({ path, at: random.next().value ?? 0 }))
          .toSorted((left, right) => left.at - right.at)
          .map(({ path }) => path);
        const sorted = numbers.toSorted((left, right) => left - right);
        expect(ids(shuffled)).toEqual(sorted.map((value) => `${value}_step`));
      }),
    );
  });
});

describe("ways back", () => {
  test("are found beside their migration in every spelling", () => {
    const paths = [
      ...["001_a.sql", "001_rollback.sql", "002_b.sql", "002_b_rollback.sql"],
      ...[
        "003_c.up.sql",
        "003_c.down.sql",
        "004_d.sql",
        "004_d.down.sql",
        "005_e/up.sql",
        "005_e/down.sql",
      ],
      ...["V6__f.sql", "U6__f.sql", "7.do.g.sql", "7.undo.g.sql", "008_h_up.sql", "008_h_down.sql"],
    ];
    expect(downs(paths)).toEqual({
      "001_a": "001_rollback.sql",
      "002_b": "002_b_rollback.sql",
      "003_c": "003_c.down.sql",
      "004_d": "004_d.down.sql",
      "005_e": "005_e/down.sql",
      V6__f: "U6__f.sql",
      "7.g": "7.undo.g.sql",
      "008_h": "008_h_down.sql",
    });
  });

  test("whose name was changed are found by a version that only one migration has", () => {
    expect(downs(["5_add_jobs.up.sql", "5_add_job.down.sql"])).toEqual({
      "5_add_jobs": "5_add_job.down.sql",
    });
  });

  test("a migration that ends in up or down is none", () => {
    expect(ids(["005_catch_up.sql", "006_scale_down.sql"])).toEqual([
      "005_catch_up",
      "006_scale_down",
    ]);
  });

  test("a rollback whose migration is missing is refused, never run", () => {
    expect(failure(["003_a.sql", "004_rollback.sql"])).toMatchObject({
      code: "PROJECT.ORPHAN_ROLLBACK",
      where: { file: "migrations/004_rollback.sql" },
    });
  });

  test("a down file whose migration is missing is named", () => {
    const { migrations, findings } = recognise(["4_a.down.sql"], { folder: "m" });
    expect(migrations).toEqual([]);
    expect(findings).toMatchObject([
      { code: "PROJECT.STRANGE_FILE", where: { file: "m/4_a.down.sql" } },
    ]);
  });
});

describe("what does not fit", () => {
  test("two files with one number are refused, both named", () => {
    const error = failure(["004_b.sql", "4_a.sql"]);
    expect(error.code).toBe("PROJECT.DUPLICATE_VERSION");
    expect(error.data["files"]).toEqual(["migrations/004_b.sql", "migrations/4_a.sql"]);
  });

  test("two files of one moment run by name, with a word", () => {
    const { migrations, findings } = recognise(["1626194317_b.up.sql", "1626194317_a.up.sql"], {
      folder: "",
    });
    expect(migrations.map(({ id }) => id)).toEqual(["1626194317_a", "1626194317_b"]);
    expect(findings).toMatchObject([{ code: "PROJECT.SHARED_VERSION" }]);
  });

  test("SQL and program with one number are refused", () => {
    expect(failure(["004_a.sql", "004_a.go"]).code).toBe("PROJECT.DUPLICATE_VERSION");
  });

  test.each([
    ["add_phone.sql", /no number and no date/],
    ["notes.txt", /ending/],
    ["archive/001_a.sql", /no version/],
    ["R__views.sql", /repeatable/],
    ["004_a.mysql.sql", /another database/],
    ["._004_a.sql", /dot/],
    ["004_a.SQL", /ending/],
    ["004_a\nb.sql", /004_a\\u000ab\.sql is not taken/],
  ])("%s is named", (path, why) => {
    const { migrations, findings } = recognise([path], { folder: "migrations" });
    expect(migrations).toEqual([]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code: "PROJECT.STRANGE_FILE", severity: "warning" });
    expect(findings[0]?.message).toMatch(why);
  });

  test("what every repository keeps there is not worth a word", () => {
    const paths = [
      "README.md",
      ".gitkeep",
      "migration_lock.toml",
      "atlas.sum",
      "meta/_journal.json",
    ];
    expect(recognise(paths, { folder: "" })).toEqual({ migrations: [], findings: [] });
  });

  test("a manifest's files count, in its order, and the others are named", () => {
    const manifests = new Map([["v1.7", ["b.sql", "a.sql"]]]);
    const paths = ["v1.7/a.sql", "v1.7/b.sql", "v1.7/c.sql", "v1.7/manifest.json"];
    const { migrations, findings } = recognise(paths, { folder: "", manifests });
    expect(migrations.map(({ id }) => id)).toEqual(["v1.7/b", "v1.7/a"]);
    expect(findings.map(({ where }) => where?.file)).toEqual(["v1.7/c.sql"]);
  });
});

test("no path is dropped in silence", () => {
  const word = fc.constantFrom(
    "001",
    "2",
    "20251120",
    "a",
    "up",
    "down",
    "rollback",
    "V3",
    "README",
    "v1.2",
  );
  const glue = fc.constantFrom("_", "-", ".", "__", "/");
  const ending = fc.constantFrom(
    ".sql",
    ".up.sql",
    ".down.sql",
    "_rollback.sql",
    ".ts",
    ".go",
    ".md",
    "/up.sql",
  );
  const path = fc.tuple(word, glue, word, ending).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 6 }), (paths) => {
      const result = attempt(paths);
      if (result === "refused") return;
      const used = result.migrations.flatMap(({ up, down, settings }) => [up, down, settings]);
      const named = new Set([...used, ...result.findings.map(({ where }) => where?.file)]);
      const silent = paths.filter((one) => !named.has(one) && !/README|\/\./.test(one));
      expect(silent).toEqual([]);
      const ways = new Set(result.migrations.map(({ down }) => down));
      expect(result.migrations.filter(({ up }) => ways.has(up))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

function attempt(paths: readonly string[]): Recognition | "refused" {
  try {
    return recognise(paths, { folder: "" });
  } catch (error) {
    if (error instanceof LockstepError) return "refused";
    throw error;
  }
}

describe("folders for several databases", () => {
  const paths = [
    "004_add_phone.up.sql",
    "004_add_phone.down.sql",
    "004_add_phone.postgres.autocommit.up.sql",
    "004_add_phone.postgres.down.sql",
    "005_add_mail.autocommit.up.sql",
    "005_add_mail.down.sql",
  ];

  test("the file for PostgreSQL stands in the place of the one for all, both ways", () => {
    const { migrations, findings } = recognise(paths, { folder: "" });
    expect(migrations.map(({ up, down }) => [up, down])).toEqual([
      ["004_add_phone.postgres.autocommit.up.sql", "004_add_phone.postgres.down.sql"],
      ["005_add_mail.autocommit.up.sql", "005_add_mail.down.sql"],
    ]);
    expect(findings.map(({ code, where }) => [code, where?.file])).toEqual([
      ["PROJECT.STRANGE_FILE", "004_add_phone.down.sql"],
      ["PROJECT.STRANGE_FILE", "004_add_phone.up.sql"],
    ]);
  });
});
