/** What a migration's header comment says is shown where people look for what was applied and what will be. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { folderWith, writeFiles } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

const header = `-- Migration: Add phone
-- Description: One number for each customer
-- Author: Ann
-- Date: 2026-11-20
-- Reversible: no
-- Related Issue: SHOP-44
-- Breaking Changes: the column fax is gone
`;
const read = {
  ...{ title: "Add phone", description: "One number for each customer", author: "Ann" },
  ...{ date: "2026-11-20", reversible: false, relatedIssue: "SHOP-44" },
  breakingChanges: "the column fax is gone",
};

test("status and history show what headers say, and no column of it where none does", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({ "migrations/001_a.sql": "create table a (fax text);" });
  const run = async (
    ...words: readonly string[]
  ): Promise<{ stdout: string; json: () => unknown }> =>
    await runLockstep(words, { cwd, env: { DATABASE_URL: database.url } });
  await run("deploy");
  expect((await run("status")).stdout).not.toContain("header");
  expect((await run("history")).stdout).not.toMatch(/title|header/);

  await writeFiles(cwd, { "migrations/002_b.sql": `${header}alter table a drop fax;` });
  const pending = await run("status");
  expect(pending.stdout).toMatch(/^pending +002_b +Add phone +Ann, SHOP-44, not reversible$/m);
  expect(pending.stdout).toContain("\n002_b breaks: the column fax is gone\n");
  expect((await run("status", "--json")).json()).toMatchObject({
    pending: [{ id: "002_b", header: read }],
  });

  await run("deploy");
  expect((await run("status")).stdout).toMatch(/^applied +002_b .* Ann, SHOP-44, not reversible$/m);
  // The ledger has the text that was applied: no file is needed.
  await rm(join(cwd, "migrations", "002_b.sql"));
  const history = await run("history");
  expect(history.stdout).toMatch(/ applied +002_b .* Add phone +Ann, SHOP-44, not reversible$/m);
  expect((await run("history", "--json")).json()).toMatchObject({
    events: [{ migrationId: "002_b", title: "Add phone", header: read }, { header: {} }],
  });
});
