import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { splitScript } from "../../../src/sql/split.ts";
import { contentOf, restoreBackup, takeBackup } from "../../support/backup.ts";
import { administer, testDatabase, type TestDatabase } from "../../support/database.ts";
import { generateRows } from "../../support/generated-rows.ts";
import { oracleLines, oraclePresent } from "../../support/oracle.ts";
import { newestMajor, testMajors } from "../../support/servers.ts";
import { sessionOf } from "../../support/sessions.ts";
import { root } from "../../support/sources.ts";

const corpora = join(root, "../shared/corpora/schemas");

/** The backup of one database, restored into another, makes them the same. */
async function expectIdentity(source: TestDatabase): Promise<void> {
  const { path } = await takeBackup(source);
  const target = await testDatabase(source.major);
  const { findings } = await restoreBackup(path, target);
  expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  expect(await contentOf(target)).toEqual(await contentOf(source));
  if (oraclePresent) expect(await judgedBy(target)).toEqual(await judgedBy(source));
}

/** Less the order in which rights were granted, and a comment that the server forgets to drop with its subscription. */
async function judgedBy({ url }: TestDatabase): Promise<readonly string[]> {
  const lines = await oracleLines(url);
  const inOrder = (list: string): string => list.split(",").sort().join(",");
  return lines
    .filter((line) => !line.startsWith("cmt subscription "))
    .map((line) => line.replace(/(?<=acl=\{)[^}]*/, inOrder));
}

test.each(testMajors)(
  "a backup of every type and of hostile names and values restores to the same database on PostgreSQL %i",
  async (major) => {
    const source = await testDatabase(major);
    await source.run(readFileSync(join(root, "test/cases/backup/hostile.sql"), "utf8"));
    await expectIdentity(source);
  },
);

test.each(testMajors)(
  "a backup of one of every kind of object restores to the same database on PostgreSQL %i",
  async (major) => {
    const source = await testDatabase(major);
    const folder = join(root, "test/cases/one-of-everything");
    for (const file of readdirSync(folder)) {
      const since = Number(/\d+/.exec(file)?.[0]);
      if (since <= major) await source.run(readFileSync(join(folder, file), "utf8"));
    }
    // What needs a secret is left out of backups, which has a test of its own.
    await source.run("drop user mapping for current_user server shop_server");
    await source.run("alter subscription shop_subscription set (slot_name = none)");
    await source.run("drop subscription shop_subscription");
    const client = await source.connect();
    await generateRows(client, 5);
    await expectIdentity(source);
  },
);

test.runIf(newestMajor >= 18)(
  "nulls that were there before a NOT NULL, which is not valid yet, come back",
  async () => {
    const source = await testDatabase(newestMajor);
    await source.run(`create table plain (a int, b int);
      create table heir (c int) inherits (plain);
      create table alone (a int);
      create table parted (k int, v int) partition by list (k);
      create table parted1 partition of parted for values in (1);
      create table parted2 (v int, k int);
      alter table parted attach partition parted2 for values in (2);
      insert into plain values (null, null); insert into heir values (null, null, null);
      insert into alone values (null); insert into parted values (1, null), (2, null);
      alter table plain add constraint plain_a not null a not valid;
      alter table only plain add constraint plain_b not null b no inherit not valid;
      alter table heir add constraint heir_c not null c not valid;
      alter table alone add constraint alone_a not null a no inherit not valid;
      comment on constraint alone_a on alone is 'nulls are left';
      alter table parted add constraint parted_v not null v not valid`);
    await expectIdentity(source);
  },
);

const examples = [
  ["cashsouk", "prisma/migrations"],
  ["taskflow", "init-complete.sql"],
  ["tdf-records", "init_schema.sql"],
  ["troupe-academy", "latest_schema.sql"],
  ["trossapp", "schema.sql"],
] as const;

test.each(examples)(
  "a backup of the example %s restores to the same database",
  async (name, path) => {
    const source = await testDatabase(newestMajor);
    for (const file of sqlFiles(join(root, "examples", name, path))) {
      await runScript(source, file);
    }
    const client = await source.connect();
    expect(await generateRows(client, 20)).toBeGreaterThan(10);
    await expectIdentity(source);
  },
);

/** One statement after the other, since some cannot run in a transaction. */
async function runScript(database: TestDatabase, path: string): Promise<void> {
  const session = await sessionOf(database.url);
  for (const piece of splitScript(readFileSync(path, "utf8"))) {
    if (piece.kind === "statement") await session.script(piece.text);
  }
}

/** Those that a dump grants rights to. */
async function createRoles(text: string): Promise<void> {
  const names = new Set([...text.matchAll(/^GRANT .* TO ([a-z_]+);$/gm)].map((match) => match[1]));
  for (const name of names) {
    if (name === undefined || name === "public") continue;
    await administer(newestMajor, `create role ${name}`);
    onTestFinished(() => administer(newestMajor, `drop role ${name}`));
  }
}

function sqlFiles(path: string): readonly string[] {
  if (path.endsWith(".sql")) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql") && !/down|rollback/.test(name))
    .sort()
    .map((name) => join(path, name));
}

const schemas = existsSync(corpora)
  ? readdirSync(corpora).filter((name) => name.endsWith(".sql"))
  : [];

test
  .skipIf(schemas.length === 0)
  .each(schemas.length === 0 ? ["(../shared/corpora is absent)"] : schemas)(
  "a backup of the real schema %s with generated rows restores to the same database",
  async (name) => {
    await createRoles(readFileSync(join(corpora, name), "utf8"));
    const source = await testDatabase(newestMajor);
    await runScript(source, join(corpora, name));
    const client = await source.connect();
    expect(await generateRows(client, 10)).toBeGreaterThan(10);
    await expectIdentity(source);
  },
);
