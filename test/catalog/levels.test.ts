/** Which differences each level of equality leaves aside, on schemas that real servers hold. */
import { expect, test } from "vitest";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import { fingerprint } from "../../src/catalog/fingerprint.ts";
import { equalityLevels, type EqualityLevel } from "../../src/catalog/level.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase } from "../support/database.ts";

const start = `
  create table parent (id bigint generated always as identity primary key);
  create table t (
    id serial constraint t_key primary key,
    parent bigint constraint t_parent references parent,
    name text default 'x',
    total numeric constraint positive check (total > 0),
    constraint t_name unique (name)
  );
  create index t_total on t (total) where total > 5;
  create index t_more on t (total);
  create view v as select id, name from t;
  comment on constraint positive on t is 'more than nothing';
  alter table t cluster on t_more;
  alter table parent set (fillfactor = 90, autovacuum_enabled = false);`;

/** From the level given on, the schema that this makes of the first one is equal to it. */
const differences: readonly (readonly [
  name: string,
  change: string,
  level: EqualityLevel | "never",
])[] = [
  ["nothing", "", "strict"],
  ["columns that are gone", "alter table t drop total; alter table t drop parent", "never"],
  [
    "the order of options",
    `alter table parent reset (fillfactor, autovacuum_enabled);
     alter table parent set (autovacuum_enabled = false, fillfactor = 90)`,
    "column-order",
  ],
  ["the name of an index", "alter index t_total rename to other", "names"],
  ["the name of a primary key", "alter table t rename constraint t_key to other", "names"],
  ["the name of a unique constraint", "alter table t rename constraint t_name to other", "names"],
  ["the name of a foreign key", "alter table t rename constraint t_parent to other", "names"],
  ["the name of a commented check", "alter table t rename constraint positive to other", "names"],
  ["the name of an owned sequence", "alter sequence t_id_seq rename to other", "names"],
  ["the name of an identity's sequence", "alter sequence parent_id_seq rename to other", "names"],
  ["a comment", "comment on table t is 'new'", "semantic"],
  ["a storage parameter", "alter table t set (fillfactor = 60)", "semantic"],
  ["a column's statistics target", "alter table t alter name set statistics 70", "semantic"],
  ["the cluster mark", "alter table t set without cluster", "semantic"],
  ["a default", "alter table t alter name set default 'y'", "never"],
  ["a check", "alter table t drop constraint positive", "never"],
  ["an index's predicate", "drop index t_total; create index t_total on t (total)", "never"],
  ["the name of a column", "alter table t rename name to other", "never"],
  ["a view's query", "create or replace view v as select id, upper(name) as name from t", "never"],
];

test.each(differences)("%s: what leaves it aside", async (_name, change, level) => {
  const database = await testDatabase();
  await database.run(start);
  const before = await catalogOf(database);
  await database.run(change);
  const catalogs = [before, await catalogOf(database)] as const;
  const from = level === "never" ? equalityLevels.length : equalityLevels.indexOf(level);
  for (const [index, each] of equalityLevels.entries()) {
    const [a, b] = catalogs.map((catalog) => fingerprint(catalog, each));
    expect(a === b, each).toBe(index >= from);
    const { added, removed, changed } = compareCatalogs(...catalogs, each);
    const named = [...added, ...removed, ...changed].map(({ id }) => id);
    if (index >= from) expect(named, each).toEqual([]);
    else expect(named, each).not.toEqual([]);
  }
});

test("the order of columns counts at level strict alone", async () => {
  const [before, after] = [await testDatabase(), await testDatabase()];
  await before.run("create table t (a integer, b text)");
  await after.run("create table t (b text); alter table t add a integer");
  const catalogs = [await catalogOf(before), await catalogOf(after)] as const;
  const equal = equalityLevels.filter(
    (level) => fingerprint(catalogs[0], level) === fingerprint(catalogs[1], level),
  );
  expect(equal).toEqual(["column-order", "names", "semantic"]);
  expect(compareCatalogs(...catalogs).changed).toEqual([]);
});
