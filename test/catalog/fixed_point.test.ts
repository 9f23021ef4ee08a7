/** Texts that the server writes differently after a restore are still equal, because the server says so. */
import { expect, onTestFinished, test } from "vitest";
import { settleTexts } from "../../src/catalog/fixed_point.ts";
import { fingerprint } from "../../src/catalog/fingerprint.ts";
import { compareRestored } from "../../src/deploy/steps/restore/compare.ts";
import { compose } from "../../src/compose.ts";
import { remakeWith } from "../../src/deploy/steps/source/remake.ts";
import { sourcePortsOf } from "../../src/source-ports.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";
import type { Remake } from "../../src/catalog/fixed_point.ts";

function remakeOfTest(): Remake {
  const workingFolder = process.cwd();
  const parts = compose({ workingFolder, environment: process.env, note: () => undefined });
  onTestFinished(() => parts.close());
  return remakeWith(sourcePortsOf({ parts, workingFolder, progress: () => undefined }));
}

const written = `
  create function is_word(varchar) returns boolean language plpgsql immutable as $$ begin return true; end $$;
  create table t (
    id integer, name text,
    state varchar(10) constraint known check (state in ('new', 'paid') and is_word(state))
  );
  create view v as select id from t where state in ('new', 'paid');`;

/** As pg_dump would: each definition as the server gives it. */
async function restored(from: TestDatabase): Promise<TestDatabase> {
  const [row] = await from.query(`
    select (select pg_get_constraintdef(oid) from pg_constraint where conname = 'known') as known,
      pg_get_viewdef('v'::regclass) as query`);
  const to = await testDatabase(from.major);
  await to.run(`
    create function is_word(varchar) returns boolean language plpgsql immutable as $$ begin return true; end $$;
    create table t (id integer, name text, state varchar(10));
    alter table t add constraint known ${String(row?.["known"])};
    create view v as ${String(row?.["query"])}`);
  return to;
}

test.each(testMajors)(
  "on %i, a restored database equals the one that was dumped",
  async (major) => {
    const original = await testDatabase(major);
    await original.run(written);
    const copy = await restored(original);
    const [from, to] = [await catalogOf(original), await catalogOf(copy)];
    expect(fingerprint(to), "the trap is there").not.toBe(fingerprint(from));
    expect(compareRestored(from, to, fingerprint(from, "strict"))).toMatchObject([
      { code: "RESTORE.SPELLED_ANEW", severity: "info", object: expect.stringContaining("known") },
      { code: "RESTORE.SPELLED_ANEW", severity: "info", object: expect.stringContaining("v") },
    ]);
    const settled = await settleTexts(from, to, remakeOfTest());
    expect(fingerprint(settled, "strict")).toBe(fingerprint(from, "strict"));
  },
);

test("what means something else stays different", async () => {
  const original = await testDatabase();
  await original.run(written);
  const copy = await restored(original);
  await copy.run(`
    alter table t drop constraint known;
    alter table t add constraint known check (state in ('new', 'paid', 'lost'));
    alter table t alter name set default 'x'`);
  const [from, to] = [await catalogOf(original), await catalogOf(copy)];
  const settled = await settleTexts(from, to, remakeOfTest());
  expect(settled.facts.get("view:public.v")).toEqual(from.facts.get("view:public.v"));
  expect(settled.facts.get("constraint:public.t.known")).toEqual(
    to.facts.get("constraint:public.t.known"),
  );
  expect(settled.facts.has("default:public.t.name")).toBe(true);
});

test("without a difference in such texts nothing is made", async () => {
  const database = await testDatabase();
  await database.run(written);
  const from = await catalogOf(database);
  await database.run("alter table t add more integer");
  const to = await catalogOf(database);
  const remake: Remake = () => {
    throw new Error("nothing is to be made");
  };
  expect(await settleTexts(from, to, remake)).toBe(to);
});
