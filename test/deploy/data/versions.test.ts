import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { generateRows } from "../../support/generated-rows.ts";
import { runLockstep } from "../../support/lockstep.ts";

/** Each version is the one before with what a year brings: names, kinds, types, tables. */
async function versions(): Promise<readonly [string, string, string]> {
  const first = await readFile("examples/tdf-records/init_schema.sql", "utf8");
  const second = first
    .replaceAll("primary_phone", "phone")
    .replaceAll("'organization'", "'company'")
    .replace("  instagram       TEXT,\n", "  newsletter BOOLEAN NOT NULL DEFAULT false,\n");
  const third = second
    .replaceAll("'expired', 'depleted'", "'expired'")
    .replaceAll("newsletter BOOLEAN", "newsletter TEXT")
    .replace("newsletter TEXT NOT NULL DEFAULT false", "newsletter TEXT NOT NULL DEFAULT 'never'")
    .concat(
      "\nALTER TABLE lead RENAME TO prospect;\nALTER TABLE prospect ADD COLUMN heard_of TEXT;\nCREATE TABLE season (id BIGSERIAL PRIMARY KEY, name TEXT);\n",
    );
  return [first, second, third];
}

const toSecond = "party.primary_phone=phone,party.instagram=";

async function lockstep(words: readonly string[], { url }: TestDatabase): Promise<unknown> {
  const env = { DATABASE_URL: url };
  const { exitCode, stderr, json } = await runLockstep(["data", ...words, "--json"], { env });
  expect(exitCode, stderr).toBe(0);
  return json();
}

async function counts(database: TestDatabase): Promise<ReadonlyMap<string, number>> {
  const tables = await database.query(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  const parts = tables.map(
    ({ tablename }) =>
      `select '${String(tablename)}' as name, count(*)::int as rows from "${String(tablename)}"`,
  );
  const rows = await database.query(parts.join(" union all "));
  return new Map(rows.map(({ name, rows: number }) => [String(name), Number(number)]));
}

const people =
  "select sum(hashtext(row(id, kind = 'company', display_name, phone, newsletter)::text))::text as people, (select sum(hashtext(row(id, email, status)::text))::text from prospect) as prospects from party";

test(
  "54 tables of rows go through three versions of their schema, step by step and at once",
  { timeout: 120_000 },
  async () => {
    const [first, second, third] = await versions();
    const [old, middle, step, leap] = [
      await testDatabase(),
      await testDatabase(),
      await testDatabase(),
      await testDatabase(),
    ];
    await old.run(first);
    const client = await old.connect();
    expect(await generateRows(client, 6)).toBeGreaterThan(60);
    await old.run(
      "insert into party (kind, display_name, primary_email, primary_phone) select (array['person', 'organization']::party_kind[])[1 + i % 2], 'P' || i, 'p' || i || '@example.org', i from generate_series(1, 200) i",
    );
    await middle.run(second);
    await step.run(third);
    await leap.run(third);
    const folder = await temporaryFolder();
    const [one, two] = [join(folder, "one"), join(folder, "two.sql")];
    const map = join(folder, "map.mjs");
    await writeFile(
      map,
      `export default { values: { "party.kind": { organization: "company" } } };`,
    );
    const later = join(folder, "later.json");
    await writeFile(
      later,
      JSON.stringify({
        tables: { lead: "prospect" },
        values: { "package_purchase.status": { depleted: "expired" } },
      }),
    );
    const newsletter = join(folder, "newsletter.json");
    await writeFile(
      newsletter,
      JSON.stringify({
        expressions: { "party.newsletter": "case when newsletter then 'weekly' else 'never' end" },
      }),
    );
    const replace = ["--existing", "replace", "--disable-triggers"];
    await lockstep(["export", "--out", one], old);
    const report = await lockstep(
      ["import", one, "--map", `${toSecond},${map}`, ...replace],
      middle,
    );
    expect((report as { readonly tables: readonly unknown[] }).tables).toHaveLength(54);
    await lockstep(["export", "--out", two], middle);
    await lockstep(["import", two, "--map", `${later},${newsletter}`, ...replace], step);
    await lockstep(["import", one, "--map", `${toSecond},${map},${later}`, ...replace], leap);
    const wanted = new Map(await counts(old));
    wanted
      .set("prospect", wanted.get("lead") ?? -1)
      .set("season", 0)
      .delete("lead");
    for (const database of [step, leap]) {
      expect(Object.fromEntries(await counts(database))).toEqual(Object.fromEntries(wanted));
      expect(await database.query(people)).toEqual(await leap.query(people));
    }
    const [found] = await step.query(
      "select count(*) filter (where kind = 'company') > 0 as companies from party",
    );
    expect(found).toEqual({ companies: true });
  },
);
