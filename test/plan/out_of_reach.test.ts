/** What no statement brings about between a table and those above it is refused by name; nothing of it is left half done. */
import { expect, test } from "vitest";
import type { Catalog } from "../../src/catalog/fact.ts";
import { LockstepError } from "../../src/core/errors.ts";
import { planSchema } from "../../src/plan/schema_plan.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase } from "../support/database.ts";
import { newestMajor } from "../support/servers.ts";

interface Case {
  readonly before: string;
  readonly after: string;
  readonly object: string;
  readonly code?: string;
  readonly since?: number;
  /** The major that it is refused for. */
  readonly as?: number;
}

const parts =
  "create table p (a int, b int) partition by range (a); create table c partition of p for values from (0) to (1); create index i on p (a)";

const cases: Readonly<Record<string, Case>> = {
  "a column of the table's own that is to come from its parent, beside a NOT NULL not valid": {
    before:
      "create table p (a int); create table c (a int, u int) inherits (p); alter table c add constraint u not null u not valid",
    after:
      "create table p (a int); create table c (u int) inherits (p); alter table c add constraint u not null u not valid",
    object: "column:SCHEMA.c.a",
    since: 18,
  },
  "a check of the table's own that is to come from its parent, beside a NOT NULL not valid": {
    before:
      "create table p (a int, constraint k check (a > 0)); create table c (constraint k check (a > 0), u int) inherits (p); alter table c add constraint u not null u not valid",
    after:
      "create table p (a int, constraint k check (a > 0)); create table c (u int) inherits (p); alter table c add constraint u not null u not valid",
    object: "constraint:SCHEMA.c.k",
    since: 18,
  },
  "a NOT NULL that a parent has as well and that is to be as nobody had looked at it": {
    before:
      "create table p (a int); create table c () inherits (p); create table d () inherits (c); alter table p add constraint n not null a not valid; alter table c validate constraint n",
    after:
      "create table p (a int); create table c () inherits (p); create table d () inherits (c); alter table p add constraint n not null a not valid",
    object: "column:SCHEMA.c.a",
    since: 18,
  },
  "a generated column that is to become a plain one above a table that others inherit from": {
    before:
      "create table p (a int, g int generated always as (a * 2) stored); create table c () inherits (p); create table d () inherits (c)",
    after:
      "create table p (a int, g int); create table c () inherits (p); create table d () inherits (c)",
    object: "column:SCHEMA.p.g",
  },
  "a check of the table's own and of its parent that is to be enforced here alone": {
    before:
      "create table p (a int, constraint k check (a > 0) not enforced); create table c (constraint k check (a > 0) not enforced) inherits (p)",
    after:
      "create table p (a int, constraint k check (a > 0) not enforced); create table c (constraint k check (a > 0)) inherits (p)",
    object: "constraint:SCHEMA.c.k",
    since: 18,
  },
  "a partitioned table whose type is to have its attributes in another order": {
    before: "create type ty as (a int, b text); create table t of ty partition by range (a)",
    after: "create type ty as (b text, a int); create table t of ty partition by range (a)",
    object: "table:SCHEMA.t",
    code: "DIFF.TYPED",
  },
  "a column that gets another type as it gets another parent, beside a NOT NULL not valid": {
    before:
      "create table p (a int); create table q (a bigint); create table c (u int) inherits (p); alter table c add constraint u not null u not valid",
    after:
      "create table p (a int); create table q (a bigint); create table c (u int) inherits (q); alter table c add constraint u not null u not valid",
    object: "column:SCHEMA.c.a",
    since: 18,
  },
  "a NOT NULL of the table's own that is to come from another parent than its column did, beside a NOT NULL not valid":
    {
      before:
        "create table p (a int); create table q (a int not null); create table c (u int) inherits (p); alter table c add constraint n not null a; alter table c add constraint u not null u not valid",
      after:
        "create table p (a int); create table q (a int constraint n not null); create table c (u int) inherits (q); alter table c add constraint u not null u not valid",
      object: "column:SCHEMA.c.a",
      since: 18,
    },
  "a NOT NULL that comes from two parents and is to be called otherwise, beside a NOT NULL not valid":
    {
      before:
        "create table p (a int constraint x not null); create table q (a int constraint x not null); create table c (u int) inherits (p, q); alter table c add constraint u not null u not valid",
      after:
        "create table p (a int constraint y not null); create table q (a int constraint y not null); create table c (u int) inherits (p, q); alter table c add constraint u not null u not valid",
      object: "column:SCHEMA.c.a",
      since: 18,
    },
  "a NOT NULL that a partition calls otherwise than its table": {
    before:
      "create table p (a int constraint x not null) partition by range (a); create table c (a int constraint z not null); alter table p attach partition c for values from (0) to (1)",
    after:
      "create table p (a int constraint y not null) partition by range (a); create table c (a int constraint z not null); alter table p attach partition c for values from (0) to (1)",
    object: "column:SCHEMA.p.a",
    since: 18,
  },
  "a generated column below a parent, up to 16": {
    before:
      "create table p (a int, b int generated always as (a + 1) stored); create table c (b int generated always as (a + 2) stored) inherits (p)",
    after:
      "create table p (a int, b int generated always as (a + 1) stored); create table c (b int generated always as (a + 3) stored) inherits (p)",
    object: "column:SCHEMA.c.b",
    since: 16,
    as: 16,
  },
  "a partition's index that gets the name of a table that goes": {
    before: `${parts}; create table other ()`,
    after: `${parts}; alter index c_a_idx rename to other`,
    object: "index:SCHEMA.c_a_idx",
    code: "DIFF.RENAME_TAKEN",
  },
};

test("each is refused with its name", async () => {
  const own = Object.entries(cases)
    .filter(([, { since = 14 }]) => since <= newestMajor)
    .map(([name, one], number) => ({ name, ...one, schema: `s${number}` }));
  const make = async (side: "before" | "after"): Promise<Catalog> => {
    const database = await testDatabase(newestMajor);
    for (const each of own) {
      await database.run(
        `create schema ${each.schema}; set search_path = ${each.schema}; ${each[side]}`,
      );
    }
    return await catalogOf(database);
  };
  const [from, to] = [await make("before"), await make("after")];
  const found = own.map(({ name, schema, as: major = newestMajor }) => [
    name,
    refusal({ ...only(from, schema), major }, { ...only(to, schema), major }),
  ]);
  expect(found).toEqual(
    own.map(({ name, schema, object, code = "DIFF.INHERITED" }) => [
      name,
      [code, object.replace("SCHEMA", schema)],
    ]),
  );
});

function only(catalog: Catalog, schema: string): Catalog {
  const facts = [...catalog.facts].filter(
    ([, { name, kind }]) => name.schema === schema || (kind === "schema" && name.name === schema),
  );
  return { ...catalog, facts: new Map(facts) };
}

function refusal(from: Catalog, to: Catalog): unknown {
  try {
    return planSchema(from, to).segments;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return [error.code, error.data["object"]];
  }
}
