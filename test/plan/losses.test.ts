/**
 * What a step says of the rows is what the server does: a table is written again, by its file on disk, exactly where
 * a step said so, and rows and values are lost nowhere else.
 */
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import type { DataLoss } from "../../src/plan/actions.ts";
import { planSchema } from "../../src/plan/schema_plan.ts";
import { planSql } from "../../src/plan/statement_text.ts";
import type { Session } from "../../src/ports/database.ts";
import { testDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";
import { sessionOf } from "../support/sessions.ts";

interface Change {
  readonly change: string;
  /** The worst that any step on the table says. */
  readonly loss: string;
  readonly since?: number;
}

const columns =
  "id int, a int, b varchar(10), n numeric(8,2), ts timestamp, e mood, j json, g int generated always as (id + 1) stored";

const changes: readonly Change[] = [
  { change: "alter column a type bigint", loss: "rewrites" },
  { change: "alter column a type numeric", loss: "rewrites" },
  { change: "alter column a type text", loss: "rewrites" },
  { change: "alter column a type smallint", loss: "narrows" },
  { change: "alter column b type varchar(20)", loss: "none" },
  { change: "alter column b type text", loss: "none" },
  { change: "alter column b type varchar(5)", loss: "narrows" },
  { change: "alter column n type numeric(10,2)", loss: "none" },
  { change: "alter column n type numeric", loss: "none" },
  { change: "alter column n type numeric(8,1)", loss: "narrows" },
  { change: "alter column ts type timestamptz", loss: "rewrites" },
  { change: "alter column ts type date", loss: "narrows" },
  { change: "alter column e type text", loss: "rewrites" },
  { change: "alter column j type jsonb", loss: "rewrites" },
  { change: "alter column a set not null", loss: "none" },
  { change: "alter column a set default 5", loss: "none" },
  { change: "add column c int", loss: "none" },
  { change: "add column c int not null default 5", loss: "none" },
  { change: "add column c timestamptz default now()", loss: "none" },
  { change: "add column c double precision default random()", loss: "rewrites" },
  { change: "add column c timestamptz default clock_timestamp()", loss: "rewrites" },
  { change: "add column c serial", loss: "rewrites" },
  { change: "add column c int generated always as identity", loss: "rewrites" },
  { change: "add column c int generated always as (id * 2) stored", loss: "rewrites" },
  { change: "add column c int generated always as (id * 2) virtual", loss: "none", since: 18 },
  { change: "alter column g set expression as (id + 2)", loss: "rewrites", since: 17 },
  { change: "alter column g drop expression", loss: "none" },
  { change: "drop column a", loss: "drops columns" },
  { change: "add check (a > 0)", loss: "none" },
  { change: "add primary key (id)", loss: "none" },
  { change: "set unlogged", loss: "rewrites" },
  { change: "set (fillfactor = 50)", loss: "none" },
];

describe.each(testMajors)("on %i", (major) => {
  test("a table is written again where a step says so, and nowhere else", async () => {
    const own = changes
      .filter(({ since = 14 }) => since <= major)
      .map((each, at) => ({ ...each, table: `t${at}` }));
    const [first, second] = [await testDatabase(major), await testDatabase(major)];
    const [work, other] = [await sessionOf(first.url), await sessionOf(second.url)];
    for (const session of [work, other]) {
      await session.script("create type mood as enum ('x')");
      for (const { table } of own) await session.script(`create table ${table} (${columns})`);
    }
    for (const { table, change } of own) await other.script(`alter table ${table} ${change}`);
    for (const { table } of own) {
      await work.script(
        `insert into ${table} values (1, 1, 'b', 1.5, '2021-01-01 12:00', 'x', '{}')`,
      );
    }
    const plan = planSchema(await readCatalog(work), await readCatalog(other));
    // In UTC the server knows that a timestamp with a time zone is the same number.
    await work.script("set timezone = 'Asia/Kolkata'");
    const before = await files(work);
    await work.script(planSql(plan.segments));
    const after = await files(work);

    const steps = plan.segments.flatMap((segment) => segment.steps);
    const found = own.map(({ table, change }) => {
      const said = steps
        .filter(({ object }) => new RegExp(`:public\\.${table}(\\.|$)`).test(object))
        .map((step) => step.loss);
      const worst = order.findLast((each) => said.includes(each)) ?? "none";
      return `${change}: ${worst}, ${before.get(table) === after.get(table) ? "same" : "new"} file`;
    });
    const wanted = own.map(({ change, loss }) => {
      const isNew = loss === "rewrites" || loss === "narrows";
      return `${change}: ${loss}, ${isNew ? "new" : "same"} file`;
    });
    expect(found).toEqual(wanted);
    const rows = await work.query(
      own.map(({ table }) => `select id from ${table}`).join(" union all "),
    );
    expect(rows).toHaveLength(own.length);
  });
});

const order: readonly DataLoss[] = ["none", "rewrites", "narrows", "drops columns", "drops rows"];

async function files(session: Session): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query(
    "select relname, pg_relation_filenode(oid) as file from pg_class where relkind = 'r' and relname ~ '^t\\d+$'",
  );
  return new Map(rows.map((row) => [String(row["relname"]), String(row["file"])]));
}
