import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contentOf } from "../../support/backup.ts";
import { testDatabase } from "../../support/database.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

test("pending migrations run on a copy of a database's or a backup's data, and neither is changed", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql":
      "create table t (id int primary key, n int); insert into t select g, g % 7 from generate_series(1, 900) g",
  });
  const run = (...args: readonly string[]): ReturnType<typeof runLockstep> =>
    runLockstep([...args, "--json"], {
      cwd: folder,
      env: { DATABASE_URL: database.url, TMPDIR: folder },
    });
  expect((await run("deploy")).exitCode).toBe(0);
  await writeFile(
    join(folder, "migrations", "002_b.sql"),
    "alter table t add column d int; update t set d = n",
  );
  await writeFile(join(folder, "migrations", "003_c.sql"), "create unique index on t (n)");
  const before = await contentOf(database);
  const failed = await run("test", "--with", database.url);
  expect(failed.exitCode).toBe(2);
  // Only real rows show that.
  expect(failed.json()).toMatchObject({
    error: { sqlState: "23505", state: expect.stringContaining("the copy") as unknown },
  });
  await writeFile(join(folder, "migrations", "003_c.sql"), "create index on t (n)");
  await run("backup", "--out", "b");
  for (const source of [database.url, "b"]) {
    const tried = await run("test", "--with", source);
    expect(tried.json(), tried.stderr).toMatchObject({
      rows: expect.any(Number) as unknown,
      applied: [{ id: "002_b", durationMs: expect.any(Number) as unknown }, { id: "003_c" }],
    });
  }
  expect(await contentOf(database)).toEqual(before);
  expect((await readdir(folder)).filter((name) => name.startsWith("lockstep-rehearsal"))).toEqual(
    [],
  );
  expect((await run("test", "--with", "b", "--write")).json()).toMatchObject({
    error: { code: "USAGE.INVALID" },
  });
});

test("with rules, values of the copy are replaced before a migration sees them", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql":
      "create table person (mail text primary key, name text); create table visit (mail text references person);" +
      "insert into person values ('a@real.example', 'Real'), ('b@real.example', 'Real'); insert into visit select mail from person",
    "mask.json": JSON.stringify({
      columns: { "person.mail": "hash", "visit.mail": "hash", "person.name": { value: "x" } },
    }),
  });
  const run = (...args: readonly string[]): ReturnType<typeof runLockstep> =>
    runLockstep([...args, "--json"], { cwd: folder, env: { DATABASE_URL: database.url } });
  expect((await run("deploy")).exitCode).toBe(0);
  await writeFile(
    join(folder, "migrations", "002_b.sql"),
    `do $$ declare list text := (select string_agg(mail || name, ',') from person join visit using (mail)); begin
      raise exception 'seen %', list; end $$`,
  );
  const seen = await run("test", "--with", database.url);
  expect(seen.stdout).toContain("a@real.exampleReal");
  const masked = await run("test", "--with", database.url, "--mask", "mask.json");
  expect(masked.exitCode).toBe(2);
  expect(masked.stdout).not.toContain("real.example");
  expect(masked.stdout).toMatch(/seen [0-9a-f]+x,[0-9a-f]+x/);
  expect((await run("test", "--mask", "mask.json")).json()).toMatchObject({
    error: { code: "USAGE.INVALID" },
  });
});
