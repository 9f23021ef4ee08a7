import { expect, test } from "vitest";
import { restoreTables, type RestoreTablesReport } from "../../../src/deploy/restore-tables.ts";
import type { Database } from "../../../src/ports/database.ts";
import { asDatabase, backupPorts, contentOf, takeBackup } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";

async function putBack(
  path: string,
  database: TestDatabase,
  tables: readonly string[],
  exact = false,
): Promise<RestoreTablesReport> {
  return await restoreTables(backupPorts(path), {
    ...{ database: asDatabase(database), tables, exact, planOnly: false },
    key: { kind: "none" },
    confirm: () => Promise.resolve(),
  });
}

/** Odd names, a partitioned table, types without equality, a trigger that would spoil what is put back. */
const shop = `
  create schema "Odd schema";
  create domain money_amount as numeric check (value >= 0);
  create table "Odd schema"."Kunde ""A""" (id integer generated always as identity primary key,
    "Näme" text, doc json, spot point, total money_amount, doubled numeric generated always as (total * 2) stored);
  create table orders (id bigserial, day date, customer integer references "Odd schema"."Kunde ""A""",
    changed timestamptz default '2020-01-01', primary key (id, day)) partition by range (day);
  create table orders_1 partition of orders for values from ('2020-01-01') to ('2021-01-01');
  create table orders_2 partition of orders for values from ('2021-01-01') to ('2022-01-01');
  insert into "Odd schema"."Kunde ""A""" ("Näme", doc, spot, total)
    select 'n' || g, json_build_object('g', g), point(g, g), g / 10.0 from generate_series(1, 300) g;
  insert into orders (day, customer) select date '2020-06-01' + g, g from generate_series(1, 300) g;
  create function touch() returns trigger language plpgsql as 'begin new.changed := now(); return new; end';
  create trigger touch before update or insert on orders for each row execute function touch();
  create trigger asleep before update on orders for each row execute function touch();
  alter table orders disable trigger asleep`;

const both = ['"Odd schema".*', "orders"];

test("rows that were deleted or changed come back as they were, and the rest stays", async () => {
  const database = await testDatabase();
  await database.run(shop);
  const before = await contentOf(database);
  const { path } = await takeBackup(database);
  await database.run(`
    delete from orders where customer <= 100; delete from "Odd schema"."Kunde ""A""" where id <= 50;
    update "Odd schema"."Kunde ""A""" set total = 99.0, doc = '{}' where id between 51 and 60;
    update orders set day = day + 1 where customer = 250`);
  const report = await putBack(path, database, both);
  expect(report).toMatchObject({
    outcome: "restored",
    tables: [
      { name: 'Kunde "A"', missing: 50, different: 10, surplus: 0, ignored: [] },
      { name: "orders", missing: 101, different: 0, surplus: 1, ignored: [] },
    ],
  });
  await database.run("delete from orders where customer = 250 and changed <> '2020-01-01'");
  expect(await contentOf(database)).toEqual(before);
  expect(await putBack(path, database, both)).toMatchObject({ outcome: "nothing-to-do" });
});

test("exact also removes what the backup does not hold, children before parents", async () => {
  const database = await testDatabase();
  await database.run(shop);
  const before = await contentOf(database);
  const { path } = await takeBackup(database);
  await database.run(`insert into "Odd schema"."Kunde ""A""" (total) values (1);
    insert into orders (day, customer) values ('2020-02-02', 301); update orders set customer = 301`);
  await putBack(path, database, both, true);
  const after = await contentOf(database);
  // What was handed out since the backup stays handed out.
  for (const sequence of ["public.orders_id_seq", '"Odd schema"."Kunde ""A""_id_seq"']) {
    expect(after[sequence]).not.toEqual(before[sequence]);
    delete (after as Record<string, unknown>)[sequence];
    delete (before as Record<string, unknown>)[sequence];
  }
  expect(after).toEqual(before);
});

test("a table whose columns were changed meanwhile takes what still fits, and says what does not", async () => {
  const database = await testDatabase();
  await database.run(
    "create table t (id int primary key, gone text, n int); insert into t values (1, 'x', 5)",
  );
  const { path } = await takeBackup(database);
  await database.run(
    "alter table t drop column gone, alter n type text, add column fresh int default 7; delete from t",
  );
  expect(await putBack(path, database, ["t"])).toMatchObject({
    tables: [{ missing: 1, ignored: ["gone"] }],
  });
  expect(await database.query("select * from t")).toEqual([{ id: 1, n: "5", fresh: 7 }]);
});

test("a table without a key is filled while it is empty, and refused when it has rows", async () => {
  const database = await testDatabase();
  await database.run("create table t (a int); insert into t values (1), (1)");
  const { path } = await takeBackup(database);
  await expect(putBack(path, database, ["t"])).rejects.toMatchObject({ code: "RESTORE.NO_KEY" });
  await database.run("delete from t");
  await putBack(path, database, ["t"]);
  expect(await database.query("select a from t")).toEqual([{ a: 1 }, { a: 1 }]);
  await database.run("drop table t");
  await expect(putBack(path, database, ["t"])).rejects.toMatchObject({ code: "RESTORE.NO_TABLE" });
  await expect(putBack(path, database, ["u"])).rejects.toMatchObject({ code: "RESTORE.NO_TABLE" });
});

test("what the server refuses leaves the tables as they were, and nothing beside them", async () => {
  const database = await testDatabase();
  await database.run(
    "create table t (id int primary key, n int); insert into t values (1, -1), (2, 2)",
  );
  const { path } = await takeBackup(database);
  await database.run(
    "delete from t where id = 1; update t set n = 3; alter table t add check (n > 0)",
  );
  await expect(putBack(path, database, ["t"])).rejects.toMatchObject({
    code: "RESTORE.FAILED",
    sqlState: "23514",
  });
  expect(await database.query("select * from t")).toEqual([{ id: 2, n: 3 }]);
  expect(await database.query("select to_regnamespace('lockstep_put_back') as s")).toEqual([
    { s: null },
  ]);
});

test("a rule that bends what is written is noticed, and nothing is kept", async () => {
  const database = await testDatabase();
  await database.run("create table t (id int primary key); insert into t values (1), (2)");
  const { path } = await takeBackup(database);
  await database.run(
    "delete from t where id = 1; create rule r as on insert to t do instead nothing",
  );
  await expect(putBack(path, database, ["t"])).rejects.toMatchObject({ code: "RESTORE.COUNTS" });
  expect(await database.query("select * from t")).toEqual([{ id: 2 }]);
});

/** The server ends the session before its call of this number, counted over all sessions. */
function cutBefore(
  database: TestDatabase,
  callNumber: number,
): { database: Database; calls(): number } {
  const plain = asDatabase(database);
  let calls = 0;
  const connect: Database["connect"] = async (options) => {
    const session = await plain.connect(options);
    const before = async (): Promise<void> => {
      calls += 1;
      if (calls !== callNumber) return;
      const { backendPid } = session.server;
      await database.query("select pg_terminate_backend($1, 5000)", [backendPid]);
    };
    return {
      ...session,
      server: session.server,
      get transaction() {
        return session.transaction;
      },
      query: async (text, values) => {
        await before();
        return await session.query(text, values);
      },
      script: async (...given) => {
        await before();
        return await session.script(...given);
      },
      copyIn: async (...given) => {
        await before();
        return await session.copyIn(...given);
      },
    };
  };
  return { database: { ...plain, connect }, calls: () => calls };
}

async function rowsOf(database: TestDatabase): Promise<string> {
  const [row] = await database.query(`select (select json_agg(p order by id) from p)::text
    || (select json_agg(c order by id) from c)::text as rows`);
  return String(row?.["rows"]);
}

test("cut off at any statement the tables are as they were or as the backup has them, and the next run ends it", async () => {
  const database = await testDatabase();
  await database.run(`create table p (id int primary key, x text);
    create table c (id int primary key, p int references p);
    insert into p select g, 'x' || g from generate_series(1, 100) g;
    insert into c select g, g from generate_series(1, 100) g`);
  const before = await contentOf(database);
  const whole = await rowsOf(database);
  const { path } = await takeBackup(database);
  await database.run(
    "delete from c where id > 50; delete from p where id > 50; update p set x = 'y'",
  );
  const harmed = await rowsOf(database);
  const outcomes = new Set<string>();
  for (let callNumber = 1; ; callNumber += 1) {
    const cut = cutBefore(database, callNumber);
    const ended = await restoreTables(backupPorts(path), {
      ...{ database: cut.database, tables: ["p", "c"], exact: false, planOnly: false },
      key: { kind: "none" },
      confirm: () => Promise.resolve(),
    }).catch((error: unknown) => error);
    if (cut.calls() < callNumber) break;
    const found = await rowsOf(database);
    const isWhole = found === whole;
    if (!isWhole) expect(found, `cut before call ${callNumber}`).toBe(harmed);
    if (!isWhole) expect(ended).toMatchObject({ code: "CONNECT.LOST" });
    outcomes.add(isWhole ? "whole" : "harmed");
    if (isWhole) break;
  }
  expect(outcomes).toContain("harmed");
  await putBack(path, database, ["p", "c"]);
  expect(await contentOf(database)).toEqual(before);
});
