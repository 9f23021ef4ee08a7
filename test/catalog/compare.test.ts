/** The comparison of two catalogs does not depend on the order in which their facts were read. */
import { expect, test } from "vitest";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import type { Catalog, Fact } from "../../src/catalog/fact.ts";
import { planSchema } from "../../src/plan/schema_plan.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase } from "../support/database.ts";

const tables = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, n) => `create table t${from + n} (id int primary key, name text default 'x');`,
  ).join("\n");

/** More than 64 facts in a row that the other side has not. */
const removed = tables(100, 130);
const added = tables(200, 230);
const start = `${tables(0, 30)}
  create index by_name on t3 (name) with (fillfactor = 60, deduplicate_items = off);`;
const change = `
  alter table t5 alter name set default 'y';
  alter table t6 add more int;
  drop index by_name;
  create index by_name on t3 (name) with (deduplicate_items = off, fillfactor = 60);
  comment on table t7 is 'changed'`;

test("facts in any order give the same difference", async () => {
  const database = await testDatabase();
  await database.run(`${start}\n${removed}`);
  const from = await catalogOf(database);
  for (let n = 100; n < 130; n += 1) await database.run(`drop table t${n}`);
  await database.run(`${change};\n${added}`);
  const to = await catalogOf(database);
  const inOrder = compareCatalogs(from, to, "strict");
  expect(inOrder.changed.map(({ id }) => id)).toEqual([
    "default:public.t5.name",
    "index:public.by_name",
  ]);
  const ids = (catalog: Catalog, other: Catalog): readonly string[] =>
    [...catalog.facts.keys()].filter((id) => !other.facts.has(id)).toSorted();
  expect(inOrder.added.map(({ id }) => id)).toEqual(ids(to, from));
  expect(inOrder.removed.map(({ id }) => id)).toEqual(ids(from, to));
  for (const step of [7, 97, -1]) {
    expect(compareCatalogs(from, reordered(to, step), "strict")).toEqual(inOrder);
    expect(compareCatalogs(reordered(from, step), to, "strict")).toEqual(inOrder);
  }
});

test("between equal catalogs there is nothing to plan, whatever their order", async () => {
  const database = await testDatabase();
  await database.run(start);
  const catalog = await catalogOf(database);
  const plan = { segments: [], drops: [], otherOrder: [] };
  expect(planSchema(catalog, reordered(catalog, 5))).toEqual(plan);
  expect(planSchema(catalog, catalog, { columnOrder: "rebuild" })).toEqual(plan);
});

/** Every so many-th fact first, or all of them backwards. */
function reordered(catalog: Catalog, step: number): Catalog {
  const facts = [...catalog.facts];
  const order = (at: number): number => (step < 0 ? -at : at % step);
  const places = facts.map((_, at) => at).toSorted((a, b) => order(a) - order(b) || a - b);
  const sorted = places.map((at): readonly [string, Fact] | undefined => facts[at]);
  return { ...catalog, facts: new Map(sorted.filter((entry) => entry !== undefined)) };
}
