/** Up to 14 a view can lose the name of a column that it reads: nothing can write it, and nobody gets SQL that fails. */
import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { dumpParagraphs } from "../../src/plan/dump.ts";
import { emptyCatalog } from "../../src/plan/empty_catalog.ts";
import { planSchema } from "../../src/plan/schema_plan.ts";
import { planSql } from "../../src/plan/statement_text.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase } from "../support/database.ts";

const broken = `
create type pair as (x int, y int, z int);
create function pairs() returns setof pair language sql as 'select 1, 2, 3';
create view shown as select * from pairs();
alter type pair drop attribute y;`;

test("a view without a name for its column is refused by name wherever it would have to be written", async () => {
  const database = await testDatabase(14);
  await database.run(broken);
  const catalog = await catalogOf(database);
  const expected = ["DIFF.DROPPED_COLUMN", "view:public.shown"];
  expect(refusal(() => planSchema(emptyCatalog(14), catalog))).toEqual(expected);
  expect(refusal(() => dumpParagraphs(catalog))).toEqual(expected);
});

test("what leaves the view alone, or drops it, is planned", async () => {
  const [database, other] = [await testDatabase(14), await testDatabase(14)];
  await database.run(broken);
  await other.run(`${broken} create table beside (a int); alter view shown set (security_barrier)`);
  const [from, to] = [await catalogOf(database), await catalogOf(other)];
  expect(planSql(planSchema(from, to).segments)).toContain("ALTER VIEW public.shown SET");
  expect(planSql(planSchema(from, emptyCatalog(14)).segments)).toContain("DROP VIEW public.shown");
});

test("a column that somebody called so is a column", async () => {
  const database = await testDatabase(14);
  await database.run(`create table t ("?dropped?column?" int); create view v as select * from t`);
  const plan = planSchema(emptyCatalog(14), await catalogOf(database));
  expect(planSql(plan.segments)).toContain('"?dropped?column?"');
});

function refusal(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return [error.code, error.data["object"]];
  }
}
