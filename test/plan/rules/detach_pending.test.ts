/** A partition whose DETACH ... CONCURRENTLY was cut off: it is said, and brought back or out of its place. */
import { expect, test } from "vitest";
import { compareCatalogs } from "../../../src/catalog/compare.ts";
import type { Catalog } from "../../../src/catalog/fact.ts";
import { planSchema } from "../../../src/plan/schema_plan.ts";
import { planSql } from "../../../src/plan/statement_text.ts";
import { catalogOf } from "../../support/catalog.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { testMajors } from "../../support/servers.ts";

const partitioned = `create table p (a integer) partition by list (a);
  create table t partition of p for values in (1); create index on p (a)`;

async function cutOff(major: number): Promise<TestDatabase> {
  const database = await testDatabase(major);
  await database.run(partitioned);
  const [reader, detaching] = [await database.connect(), await database.connect()];
  try {
    await reader.query("begin; select * from p");
    await detaching.query("set statement_timeout = 500");
    const statement = "alter table p detach partition t concurrently";
    await expect(detaching.query(statement)).rejects.toThrow("statement timeout");
  } finally {
    await reader.end();
    await detaching.end();
  }
  return database;
}

async function madeBy(sql: string, major: number): Promise<Catalog> {
  const database = await testDatabase(major);
  await database.run(sql);
  return await catalogOf(database);
}

test.each(testMajors)(
  "on %i, a partition that is half out is said, and goes either way",
  async (major) => {
    for (const more of ["", "; alter table p detach partition t"]) {
      const database = await cutOff(major);
      const from = await catalogOf(database);
      expect(from.findings.map(({ code, object }) => [code, object])).toEqual([
        ["CATALOG.NOT_MODELLED", "table:public.t"],
      ]);
      const to = await madeBy(partitioned + more, major);
      const plan = planSql(planSchema(from, to).segments);
      expect(plan).toContain("ALTER TABLE public.p DETACH PARTITION public.t FINALIZE");
      await database.run(plan);
      const reached = compareCatalogs(await catalogOf(database), to, "column-order");
      expect([...reached.added, ...reached.removed, ...reached.changed]).toEqual([]);
    }
  },
);
