/** Catalogs that are read to be compared hold what they have in common once, and say what they say when read apart. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { postgresDatabase } from "../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../src/adapters/postgres/settings.ts";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import type { Catalog } from "../../src/catalog/fact.ts";
import { shareParts, type FactParts, type SharedParts } from "../../src/catalog/shared_parts.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";

const tables = Array.from(
  { length: 40 },
  (
    _,
    n,
  ) => `create table t${n} (id int generated always as identity primary key, name text default 'x');
    create index i${n} on t${n} (name); comment on table t${n} is 'a table';`,
).join("\n");

async function read(database: TestDatabase, shared?: SharedParts): Promise<Catalog> {
  const target = resolveTarget({ url: database.url, environment: {} });
  const session = await postgresDatabase(target).connect();
  try {
    return await readCatalog(session, {}, { shared });
  } finally {
    await session.close();
  }
}

test("what two databases have in common is there once, and nothing is told otherwise", async () => {
  const [one, two] = [await testDatabase(), await testDatabase()];
  await one.run(`${tables} create publication p for table t1, t2`);
  await two.run(`create table first (a int, b int); ${tables} create publication p for table t0, t2;
    alter table t3 alter name set default 'y'; alter table t5 drop column name;
    comment on table t7 is 'another'; create function f(text) returns int language sql as 'select 1'`);
  const apart = [await read(one), await read(two)] as const;
  const [ahead, behind] = [shareParts(), shareParts()];
  const inTurn = [await read(one, ahead), await read(two, ahead)] as const;
  const atOnce = await Promise.all([read(one, behind), read(two, behind)]);
  for (const [from, to] of [inTurn, atOnce]) {
    expect([...from.facts]).toEqual([...apart[0].facts]);
    expect([...to.facts]).toEqual([...apart[1].facts]);
    expect(compareCatalogs(from, to, "strict")).toEqual(compareCatalogs(...apart, "strict"));
  }
  const [from, to] = inTurn;
  for (const { id, name } of from.facts.values()) {
    if (to.facts.has(id)) expect(to.facts.get(id)?.name, id).toBe(name);
  }
  expect(from.facts.get("index:public.i9")?.payload).toBe(to.facts.get("index:public.i9")?.payload);
  const changed = "comment:table:public.t7";
  expect(from.facts.get(changed)?.payload).not.toBe(to.facts.get(changed)?.payload);
});

test("whatever stands where, what is found is of that kind and name", () => {
  const names = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 200 });
  fc.assert(
    fc.property(names, names, fc.boolean(), (first, second, sorted) => {
      const [one, two] = [first, second].map((list) =>
        sorted ? list.toSorted((a, b) => a - b) : list,
      );
      const shared = shareParts();
      const all = [one ?? [], two ?? []].map((list) => ({
        list: list.map(partsOf),
        sharing: shared.join(),
      }));
      // In turns, so that each is at times ahead of the other.
      for (let at = 0; at < 200; at += 1) {
        for (const { list, sharing } of all) {
          const parts = list[at];
          if (parts === undefined) continue;
          const found = sharing.alike({ ...parts, id: undefined });
          if (found !== undefined) expect(found).toEqual(parts);
          expect(found).not.toBe(parts);
          sharing.add(parts);
        }
      }
    }),
  );
});

test("what is not known by its name is known by its id", () => {
  const shared = shareParts();
  const [first, second] = [shared.join(), shared.join()];
  const name = { name: "published" };
  const parts = (id: string): FactParts => ({ kind: "publication_table", id, name, payload: {} });
  for (const id of ["a", "b", "c"]) first.add(parts(id));
  for (const id of ["b", "a", "d"]) {
    expect(second.alike(parts(id))?.id).toBe(id === "d" ? undefined : id);
    second.add(parts(id));
  }
});

test("what only one has makes nobody lose the place", () => {
  const shared = shareParts();
  const [first, second] = [shared.join(), shared.join()];
  const numbers = Array.from({ length: 2_000 }, (_, n) => n);
  for (const n of numbers) first.add(partsOf(n));
  const isFound = numbers
    .filter((n) => n < 300 || n >= 900)
    .flatMap((n) => (n === 50 ? [5_000, 5_001, n] : [n]))
    .map((n) => {
      const parts = partsOf(n);
      const found = second.alike({ ...parts, id: undefined }) !== undefined;
      second.add(parts);
      return found;
    });
  expect(isFound.filter((found) => !found).length).toBe(2);
});

test("catalogs in quite another order cost no more than a look at some of it", () => {
  const shared = shareParts();
  const [first, second] = [shared.join(), shared.join()];
  const length = 50_000;
  for (let n = 0; n < length; n += 1) first.add(partsOf(n));
  let looks = 0;
  for (let n = 0; n < length; n += 1) {
    const parts = partsOf((n * 7_919) % length);
    const counted = {
      get name() {
        looks += 1;
        return parts.name.name;
      },
    };
    second.alike({ kind: "table", name: counted, id: undefined });
    second.add(parts);
  }
  expect(looks).toBeLessThan(10 * length);
});

function partsOf(n: number): FactParts {
  const name = { schema: "s", name: `t${n}` };
  return { kind: "table", id: `table:s.t${n}`, name, payload: {} };
}
