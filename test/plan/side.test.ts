/** What a side finds around the facts that are expected to matter is what its indexes hold. */
import { expect, test } from "vitest";
import type { Fact } from "../../src/catalog/fact.ts";
import type { FactId } from "../../src/catalog/id.ts";
import { sideOf, type Side } from "../../src/plan/side.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase } from "../support/database.ts";

const script = Array.from(
  { length: 12 },
  (
    _,
    n,
  ) => `create table t${n} (id int primary key, name text default 'x', other int references t${Math.max(0, n - 1)});
    create index i${n} on t${n} (name); create view v${n} as select id, name from t${n}; comment on column t${n}.name is 'said';`,
).join("\n");

function around(side: Side, id: FactId): readonly (readonly Fact[])[] {
  return [
    side.children(id),
    side.referrers(id),
    side.childrenOf("column", id),
    side.childrenOf("default", id),
    side.referrersOf("constraint", id),
    side.referrersOf("view", id),
  ];
}

test("what is expected is found as what is not", async () => {
  const database = await testDatabase();
  await database.run(script);
  const catalog = await catalogOf(database);
  const plain = sideOf({ ...catalog });
  const told = sideOf({ ...catalog });
  const expected = [
    "table:public.t3",
    "column:public.t3.name",
    "view:public.v5",
    "table:nowhere.t",
  ];
  const later = ["table:public.t4", "table:public.t3"];
  told.expect(new Set(expected));
  told.expect(new Set(later));
  for (const id of [...catalog.facts.keys(), ...expected]) {
    expect(around(told, id), id).toEqual(around(plain, id));
  }
  expect(told.childrenOf("column", "table:public.t3")).toHaveLength(3);
  expect(told.ofKind("table")).toEqual(plain.ofKind("table"));
});

test("where all is expected it is found as well", async () => {
  const database = await testDatabase();
  await database.run(script);
  const catalog = await catalogOf(database);
  const [plain, told] = [sideOf({ ...catalog }), sideOf({ ...catalog })];
  told.expect(new Set(catalog.facts.keys()));
  for (const id of catalog.facts.keys()) expect(around(told, id), id).toEqual(around(plain, id));
});
