/** When a plan asks its rows, and when it must not: one plan each, and what becomes of it. */
import { expect, test } from "vitest";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { planSchema, type SchemaPlan } from "../../src/plan/schema_plan.ts";
import { planSql } from "../../src/plan/statement_text.ts";
import type { Session } from "../../src/ports/database.ts";
import { testDatabase } from "../support/database.ts";
import { sessionOf } from "../support/sessions.ts";

const t = "create table t (id int primary key, a int, b text);";

test("rows that the change leaves alone ask nothing", async () => {
  const change = [
    "alter table t alter column id type bigint",
    "alter table t alter column a type bigint",
    "alter table t alter column b type varchar",
    "alter table t add column c int not null default 3",
    "alter table t add column d serial",
    "alter table t drop constraint t_pkey, add constraint other_name primary key (id)",
    "alter table t add constraint later check (a > 100) not valid",
    "create index on t (a)",
  ].join("; ");
  const rows = "insert into t values (1, 1), (2, 1)";
  const { work, plan } = await planFor({ before: t, change, rows });
  const steps = plan.segments.flatMap((segment) => segment.steps);
  expect(steps.map(({ verb }) => verb)).not.toContain("check");
  await work.script(planSql(plan.segments));
});

test("a new column of a domain is null in every row, which a key with equal nulls does not take", async () => {
  const { work, plan } = await planFor({
    before: `create domain d as text check (value <> ''); ${t}`,
    change: "alter table t add column c d, add constraint once unique nulls not distinct (c)",
    rows: "insert into t values (1), (2)",
  });
  const sql = planSql(plan.segments);
  await expect(work.script(sql)).rejects.toThrow("c is not unique, and is to be by once");
  await work.script(`rollback; delete from t where id = 2; ${sql}`);
});

test("a check by a routine that the plan makes is asked behind it, and what came before is rolled back", async () => {
  const { work, plan } = await planFor({
    before: t,
    change:
      "create function small(int) returns bool language sql as 'select $1 < 10'; create table u (); alter table t add column c int default 3, add constraint small_ones check (small(a + c))",
    rows: "insert into t values (1, 1), (2, 9), (3, null), (4, 99)",
  });
  const steps = plan.segments.flatMap((segment) => segment.steps);
  const order = steps.filter(({ object }) => /small/.test(object)).map(({ verb }) => verb);
  expect(order).toEqual(["create", "check", "create"]);
  const sql = planSql(plan.segments);
  await expect(work.script(sql)).rejects.toMatchObject({
    sqlState: "LSROW",
    message: expect.stringContaining(
      "2 rows of public.t stand in the way: they do not hold small_ones",
    ),
    detail: "id = 2; id = 4",
    hint: expect.stringMatching(/^This transaction is rolled back\. /),
  });
  await work.script("rollback");
  expect((await readCatalog(work)).facts.has("table:public.u")).toBe(false);
  await work.script(`delete from t where id in (2, 4); ${sql}`);
});

test("where the key goes in the same plan, a late check names a row by where it lies", async () => {
  const { work, plan } = await planFor({
    before: "create table t (id int primary key, a int)",
    change:
      "create function small(int) returns bool language sql as 'select $1 < 10'; alter table t drop column id, add constraint small_ones check (small(a))",
    rows: "insert into t values (1, 1), (2, 99)",
  });
  await expect(work.script(planSql(plan.segments))).rejects.toMatchObject({
    sqlState: "LSROW",
    detail: "ctid = (0,2)",
  });
});

test("rows of tables below neither break a key of the one above nor serve as its counterparts", async () => {
  const { work, plan } = await planFor({
    before: `${t} create table below () inherits (t); create table r (id int primary key)`,
    change: "alter table t add unique (a); alter table t add foreign key (a) references r",
    rows: "insert into r values (1); insert into t values (1, 1); insert into below values (2, 1), (3, 7)",
  });
  expect(plan.segments[0]?.steps.map(({ verb }) => verb)).toEqual(["check", "check"]);
  await work.script(planSql(plan.segments));
});

test("a foreign key finds the rows of partitions that the plan attaches", async () => {
  const part = "(id int primary key, k int)";
  const { work, plan } = await planFor({
    before: `create table p (id int, k int) partition by range (id); create table p1 ${part}; create table r ${part}`,
    change:
      "alter table p add primary key (id); alter table p attach partition p1 for values from (1) to (9); alter table r add constraint of_p foreign key (k) references p",
    rows: "insert into p1 values (1), (2); insert into r values (1, 1), (2, 2), (3, 3)",
  });
  const sql = planSql(plan.segments);
  await expect(work.script(sql)).rejects.toThrow("1 row of public.r stands in the way: k refers");
  await work.script(`rollback; delete from r where id = 3; ${sql}`);
});

test("a type that comes with an extension of the plan asks nothing of the values", async () => {
  const { work, plan } = await planFor({
    before: t,
    change: "create extension citext; alter table t alter column b type citext",
    rows: "insert into t values (1, 1, 'x')",
  });
  await work.script(planSql(plan.segments));
});

test("an empty table is asked and says nothing", async () => {
  const { work, plan } = await planFor({
    before: t,
    change: "alter table t add column c int not null, alter column b type int using b::int",
    rows: "",
  });
  expect(plan.segments[0]?.steps.map(({ verb }) => verb)).toEqual(["check", "check"]);
  await work.script(planSql(plan.segments));
});

interface Change {
  readonly before: string;
  /** What makes the to-side of it. */
  readonly change: string;
  readonly rows: string;
}

async function planFor(
  one: Change,
): Promise<{ readonly work: Session; readonly plan: SchemaPlan }> {
  const [first, second] = [await testDatabase(), await testDatabase()];
  const [work, other] = [await sessionOf(first.url), await sessionOf(second.url)];
  await work.script(one.before);
  await other.script(`${one.before}; ${one.change}`);
  const plan = planSchema(await readCatalog(work), await readCatalog(other));
  await work.script(one.rows);
  return { work, plan };
}
