import { expect, onTestFinished, test } from "vitest";
import { postgresDatabase } from "../../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../../src/adapters/postgres/settings.ts";
import {
  ConnectionLost,
  ServerError,
  type ConnectOptions,
  type Session,
} from "../../../src/ports/database.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { testMajors } from "../../support/servers.ts";

async function sessionOf(url: string, options?: ConnectOptions): Promise<Session> {
  const session = await postgresDatabase(
    resolveTarget({ url, environment: { PGCONNECT_TIMEOUT: "5" } }),
  ).connect(options);
  onTestFinished(() => session.close());
  return session;
}

async function openSession(options?: ConnectOptions): Promise<Session> {
  return sessionOf((await testDatabase()).url, options);
}

async function failureOf(promise: Promise<unknown>): Promise<ServerError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ServerError) return error;
  throw new Error(`expected a ServerError, got ${String(error)}`);
}

test.each(testMajors)("connects to PostgreSQL %i by TCP and by socket", async (major) => {
  const database = await testDatabase(major);
  for (const url of [database.url, database.socketUrl]) {
    const session = await sessionOf(url);
    expect(session.server.major).toBe(major);
    expect(session.server.refusedSettings).toEqual([]);
    expect(await session.isPooled()).toBe(false);
    const [row] = await session.query("select current_database() as name");
    expect(row).toEqual({ name: database.name });
  }
});

test("values come back typed where nothing is lost, and as text where it would be", async () => {
  const session = await openSession();
  const [row] = await session.query(`select true as b, 7::int2 as s, -7 as i, 9007199254740993 as l,
    1.10::numeric as n, 'NaN'::float8 as f, '{"a":[1]}'::json as j, '[null]'::jsonb as k,
    '2026-01-02 03:04:05+00'::timestamptz at time zone 'utc' as t, null::int as nothing,
    '\\x00ff'::bytea as y, 4294967295::oid as o, '1 2'::int2vector as v,
    array['a"b', 'c\\d', 'NULL', null, '', 'e,f', '{}'] as texts, array[[1,2],[3,4]] as grid,
    '[5:6]={7,8}'::int[] as based, '{}'::text[] as none, array[true, false] as booleans`);
  expect(row).toEqual({
    b: true,
    s: 7,
    i: -7,
    l: "9007199254740993",
    n: "1.10",
    f: Number.NaN,
    j: { a: [1] },
    k: [null],
    t: "2026-01-02 03:04:05",
    nothing: null,
    y: new Uint8Array([0, 255]),
    o: 4294967295,
    v: [1, 2],
    texts: ['a"b', "c\\d", "NULL", null, "", "e,f", "{}"],
    grid: [
      [1, 2],
      [3, 4],
    ],
    based: [7, 8],
    none: [],
    booleans: [true, false],
  });
});

test("rows read in binary arrive value by value, those of one query before those of the next", async () => {
  const session = await openSession();
  const seen: unknown[] = [];
  const long = "ü".repeat(200_000);
  await Promise.all([
    session.read(
      `select true, 'x'::"char", -7::int2, -8, 4294967295::oid, null::oid, 'a'::name, 'é', null::text,
        array['a"b', 'é', null, ''], '{}'::text[], null::text[], '-1 2'::int2vector, '1 4294967295'::oidvector,
        array[-3, 4]::int2[], null::int2[], repeat('ü', 200000), json_build_object('a', 1)`,
      (row) => {
        const numbers = [row.int(), row.int(), row.int(), row.int(), row.oid(), row.oid()];
        const texts = [row.text(), row.text(), row.text()];
        const lists = [row.texts(), row.texts(), row.texts()];
        const vectors = [row.numbers(), row.numbers(), row.numbers(), row.numbers()];
        seen.push(numbers, texts, lists, vectors, row.text() === long, row.text());
      },
    ),
    session.each("select n from generate_series(1, 2) n", (row) => void seen.push(row)),
    session.read(
      "select 'x' || n from generate_series(1, 3) n",
      (row) => void seen.push(row.text()),
    ),
  ]);
  expect(seen).toEqual([
    [1, 120, -7, -8, 4294967295, 0],
    ["a", "é", null],
    [['a"b', "é", "", ""], [], null],
    [[-1, 2], [1, 4294967295], [-3, 4], []],
    true,
    '{"a" : 1}',
    { n: 1 },
    { n: 2 },
    "x1",
    "x2",
    "x3",
  ]);
});

test("what the taker of a row throws ends its call alone", async () => {
  const session = await openSession();
  const broken = (): never => {
    throw new RangeError("no such thing");
  };
  const calls = [
    session.read("select n from generate_series(1, 5) n", broken),
    session.each("select 1 as n", broken),
    session.read("select 1 / 0", broken),
    session.query("select 1 as n"),
  ];
  const outcomes = await Promise.allSettled(calls);
  expect(
    outcomes.map((outcome) =>
      outcome.status === "rejected" ? String(outcome.reason) : outcome.value,
    ),
  ).toEqual([
    "RangeError: no such thing",
    "RangeError: no such thing",
    "ServerError: division by zero",
    [{ n: 1 }],
  ]);
});

test("parameters arrive as what they are, hostile text and bytes included", async () => {
  const session = await openSession();
  const texts = ["a'b", 'c"d', "e\\f", "{g,h}", "", "NULL", "ü\u{1f600}"];
  const [row] = await session.query(
    "select $1::text[] as texts, $2::bytea as bytes, $3::int8 as big, $4::bool as yes, $5::int as nothing, $6::bytea[] as list, $7::int[] as grid",
    [texts, new Uint8Array([0, 1, 255]), 2n ** 62n, true, null, [new Uint8Array([0])], [[1], [2]]],
  );
  expect(row).toEqual({
    texts,
    bytes: new Uint8Array([0, 1, 255]),
    big: "4611686018427387904",
    yes: true,
    nothing: null,
    list: [new Uint8Array([0])],
    grid: [[1], [2]],
  });
});

test("a column named __proto__ is a column", async () => {
  const session = await openSession();
  const [row] = await session.query(`select 1 as "__proto__", 2 as constructor`);
  expect(Object.entries(row ?? {})).toEqual([
    ["__proto__", 1],
    ["constructor", 2],
  ]);
});

test("a script reports each statement's tag and rows", async () => {
  const session = await openSession();
  const results = await session.script(
    "create table t (a int); insert into t values (1), (2); select a from t; ; select 'x' as b, 1 as c",
  );
  expect(results).toEqual([
    { tag: "CREATE TABLE", rows: [], fields: [] },
    { tag: "INSERT 0 2", rows: [], fields: [] },
    { tag: "SELECT 2", rows: [{ a: 1 }, { a: 2 }], fields: ["a"] },
    { tag: "SELECT 1", rows: [{ b: "x", c: 1 }], fields: ["b", "c"] },
  ]);
  expect(await session.script("")).toEqual([{ tag: "", rows: [], fields: [] }]);
  // Of the same tag, and not the same: rows without columns, and none.
  const alike = await session.script(
    "create temp table n (); select from n; insert into n default values; insert into n default values; select from n; select from n limit 2; discard temp; discard temp",
  );
  expect(alike.map(({ tag, rows }) => [tag, rows.length])).toEqual([
    ["CREATE TABLE", 0],
    ["SELECT 0", 0],
    ["INSERT 0 1", 0],
    ["INSERT 0 1", 0],
    ["SELECT 2", 2],
    ["SELECT 2", 2],
    ["DISCARD TEMP", 0],
    ["DISCARD TEMP", 0],
  ]);
});

test("a script that fails tells how many statements had completed and where in the text it stopped", async () => {
  const session = await openSession();
  const text = "select 'ü'; create table t (a int); select missing from t; select 3";
  const error = await failureOf(session.script(text));
  expect(error).toMatchObject({ sqlState: "42703", completed: 2, severity: "ERROR" });
  expect(text.slice((error.position ?? 0) - 1)).toMatch(/^missing/);
  const syntax = await failureOf(session.script("select 1; selec 2"));
  expect(syntax).toMatchObject({ sqlState: "42601", completed: 0, position: 11 });
  expect(await session.query("select to_regclass('t') as t")).toEqual([{ t: null }]);
});

test("an error carries detail, hint, context and the object that it is about", async () => {
  const session = await openSession();
  await session.script("create table t (a int constraint small check (a < 3))");
  const violated = await failureOf(session.query("insert into t values (5)"));
  expect(violated.object).toEqual({ schema: "public", table: "t", constraint: "small" });
  expect(violated.detail).toBe("Failing row contains (5).");
  const inside = await failureOf(session.script("do $$ begin perform 1/0; end $$; select 1"));
  expect(inside.context).toContain("PL/pgSQL function inline_code_block line 1 at PERFORM");
});

test("the transaction's status is the server's own", async () => {
  const session = await openSession();
  expect(session.transaction).toBe("idle");
  await session.script("begin");
  expect(session.transaction).toBe("open");
  await failureOf(session.query("select 1/0"));
  expect(session.transaction).toBe("failed");
  await session.script("rollback");
  expect(session.transaction).toBe("idle");
});

test("queries made without waiting are answered in order, each with its own error", async () => {
  const session = await openSession();
  const answers = await Promise.allSettled([
    session.query("select 1 as a"),
    session.query("select 1/0"),
    session.script("select 2 as a; select 3 as a"),
    session.query("select $1::int as a", [4]),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(answers[3]).toMatchObject({ value: [{ a: 4 }] });
});

test("several queries share a round trip", async () => {
  const session = await openSession();
  const started = performance.now();
  await Promise.all(Array.from({ length: 200 }, () => session.query("select 1")));
  expect(performance.now() - started).toBeLessThan(2_000);
});

test("a NUL character in a statement is refused instead of ending it early", async () => {
  const session = await openSession();
  const error = await failureOf(session.script("select 1\0; drop table t"));
  expect(error).toMatchObject({ sqlState: "22021", position: 9 });
  expect(await session.query("select 1 as a")).toEqual([{ a: 1 }]);
});

test("notices reach the listener until it is taken away", async () => {
  const session = await openSession();
  const seen: string[] = [];
  const stop = session.onNotice((notice) => seen.push(`${notice.severity} ${notice.message}`));
  await session.script("do $$ begin raise notice 'one'; raise warning 'two'; end $$");
  stop();
  await session.script("do $$ begin raise notice 'three'; end $$");
  expect(seen).toEqual(["NOTICE one", "WARNING two"]);
});

test("startup settings and the application's name are in force from the first statement", async () => {
  const session = await openSession({
    applicationName: "lockstep deploy 42",
    settings: { search_path: "pg_catalog", lock_timeout: "1234" },
  });
  const [row] = await session.query(
    "select current_setting('search_path') as path, current_setting('lock_timeout') as lock, current_setting('application_name') as name",
  );
  expect(row).toEqual({ path: "pg_catalog", lock: "1234ms", name: "lockstep deploy 42" });
});

test("a startup setting that the server can't take is left out and named", async () => {
  const session = await openSession({
    settings: { client_connection_check_interval: "never", lock_timeout: "5s" },
  });
  expect(session.server.refusedSettings).toEqual(["client_connection_check_interval"]);
  expect(await session.query("show lock_timeout")).toEqual([{ lock_timeout: "5s" }]);
});

test("COPY goes in and out, large and binary", async () => {
  const session = await openSession();
  await session.script("create table t (a int, b text)");
  function* lines(): Generator<Uint8Array> {
    for (let row = 0; row < 200_000; row += 1_000) {
      const numbers = Array.from({ length: 1_000 }, (_, index) => row + index);
      yield Buffer.from(numbers.map((n) => `${n}\t${"x".repeat(40)}\n`).join(""));
    }
  }
  expect(await session.copyIn("copy t from stdin", lines())).toBe(200_000);
  let text = "";
  for await (const chunk of session.copyOut("copy (select a from t order by a) to stdout")) {
    text += Buffer.from(chunk).toString();
  }
  expect(text.length).toBe(1_288_890);
  expect(new Set(text.trimEnd().split("\n")).size).toBe(200_000);
  const chunks: Uint8Array[] = [];
  for await (const chunk of session.copyOut("copy t to stdout (format binary)")) chunks.push(chunk);
  await session.script("create table u (like t)");
  expect(await session.copyIn("copy u from stdin (format binary)", chunks)).toBe(200_000);
  expect(await session.query("select count(*) as n from u")).toEqual([{ n: "200000" }]);
});

test("a row of many megabytes comes in pieces, and nothing of it is lost at their ends", async () => {
  const session = await openSession();
  await session.script(`create table t (a int, x text);
    insert into t select g, repeat(md5(g::text), 300000) from generate_series(1, 3) g`);
  let largest = 0;
  const pieces: Uint8Array[] = [];
  for await (const piece of session.copyOut("copy (select a, x from t order by a) to stdout")) {
    largest = Math.max(largest, piece.length);
    pieces.push(piece);
  }
  expect(largest).toBeLessThan(1_000_000);
  await session.script("create table u (like t)");
  expect(await session.copyIn("copy u from stdin", pieces)).toBe(3);
  expect(await session.query("table t except table u")).toEqual([]);
});

test("a consumer that stops within a row leaves the session usable", async () => {
  const session = await openSession();
  for await (const piece of session.copyOut("copy (select repeat('x', 50000000)) to stdout")) {
    expect(piece.length).toBeLessThan(1_000_000);
    break;
  }
  expect(await session.query("select 1 as a")).toEqual([{ a: 1 }]);
});

test("a consumer that stops early leaves the session usable", async () => {
  const session = await openSession();
  for await (const chunk of session.copyOut(
    "copy (select generate_series(1, 100000000)) to stdout",
  )) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(await session.query("select 1 as a")).toEqual([{ a: 1 }]);
});

test("a COPY whose source fails changes nothing and says what the source said", async () => {
  const session = await openSession();
  await session.script("create table t (a int)");
  function* broken(): Generator<Uint8Array> {
    yield Buffer.from("1\n");
    throw new Error("the source broke");
  }
  await expect(session.copyIn("copy t from stdin", broken())).rejects.toThrow("the source broke");
  expect(await session.query("select count(*)::int as n from t")).toEqual([{ n: 0 }]);
});

test("a COPY with a bad row is the server's error, and the source is not read to its end", async () => {
  const session = await openSession();
  await session.script("create table t (a int)");
  let produced = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; produced < 100_000; produced += 1) {
      yield Buffer.from("no number\n");
      await new Promise((next) => setImmediate(next));
    }
  }
  const error = await failureOf(session.copyIn("copy t from stdin", endless()));
  expect(error.sqlState).toBe("22P02");
  expect(produced).toBeLessThan(100_000);
});

test("a COPY FROM STDIN without data in a query or a script is refused, and the session goes on", async () => {
  const session = await openSession();
  await session.script("create table t (a int)");
  expect((await failureOf(session.script("copy t from stdin"))).sqlState).toBe("57014");
  expect((await failureOf(session.query("copy t from stdin"))).sqlState).toBe("57014");
  expect(await session.query("select 1 as a")).toEqual([{ a: 1 }]);
});

test("cancel ends the running statement and keeps the session", async () => {
  const session = await openSession();
  const slow = failureOf(session.query("select pg_sleep(30)"));
  await new Promise((later) => setTimeout(later, 100));
  await session.cancel();
  expect((await slow).sqlState).toBe("57014");
  expect(await session.query("select 1 as a")).toEqual([{ a: 1 }]);
});

test("a terminated session rejects what is in flight and waiting, and says the server's last words", async () => {
  const database: TestDatabase = await testDatabase();
  const session = await sessionOf(database.url);
  const results = Promise.allSettled([
    session.query("select pg_sleep(30)"),
    session.script("select 1"),
  ]);
  await new Promise((later) => setTimeout(later, 100));
  await database.query("select pg_terminate_backend($1)", [session.server.backendPid]);
  for (const result of await results) {
    expect(result.status).toBe("rejected");
    const reason: unknown = result.status === "rejected" ? result.reason : undefined;
    expect(reason).toBeInstanceOf(ConnectionLost);
    expect(reason instanceof ConnectionLost ? reason.lastWords?.sqlState : "").toBe("57P01");
  }
  await session.ended;
  await expect(session.query("select 1")).rejects.toBeInstanceOf(ConnectionLost);
});

test("a closed session refuses further work and leaves no backend behind", async () => {
  const database = await testDatabase();
  const session = await sessionOf(database.url, { applicationName: "to be closed" });
  await session.close();
  await session.close();
  await expect(session.query("select 1")).rejects.toBeInstanceOf(ConnectionLost);
  await expect
    .poll(() =>
      database.query("select 1 from pg_stat_activity where application_name = 'to be closed'"),
    )
    .toEqual([]);
});
