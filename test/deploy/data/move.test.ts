import { execFileSync } from "node:child_process";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase, testRole, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep, type LockstepRun, type LockstepRunOptions } from "../../support/lockstep.ts";
import { testMajors } from "../../support/servers.ts";

const schema = `
create type mood as enum ('sad', 'ok');
create table users (id serial primary key, fullname text, email text unique, mood mood default 'ok',
  boss integer references users, legacy text);
create table orders (id bigint generated always as identity primary key, user_id integer not null references users,
  total numeric(10, 2), tax numeric generated always as (total * 0.2) stored, placed date);
create table a (id integer primary key, b_id integer);
create table b (id integer primary key, a_id integer references a);
alter table a add foreign key (b_id) references b;
create table "Odd.Name" ("x y" text, "tab	" integer);
create table parted (id integer, at date, primary key (id, at)) partition by range (at);
create table parted_old partition of parted for values from ('2020-01-01') to ('2025-01-01');
create table parted_rest partition of parted default;
create table no_columns ();
create table heirs (extra text) inherits (b);
`;

const rows = `
insert into users (fullname, email, boss, legacy)
  select 'User ' || i, 'u' || i || '@x.org', nullif(i / 10, 0), E'a\\tb\\nc\\\\d' from generate_series(1, 1000) i;
insert into orders (user_id, total, placed) select 1 + i % 1000, i, date '2024-01-01' + i % 300 from generate_series(1, 5000) i;
insert into a values (1, null), (2, null); insert into b values (1, 1), (2, 2); update a set b_id = id;
insert into heirs values (7, 1, 'heir');
insert into "Odd.Name" values (E'\\\\.', 1), ('', null), (null, 2);
insert into parted select i, date '2023-01-01' + i from generate_series(1, 1500) i;
insert into no_columns default values; insert into no_columns default values;
`;

async function filled(major?: number): Promise<TestDatabase> {
  const database = await testDatabase(major);
  await database.run(schema + rows);
  return database;
}

async function empty(major?: number, sql = schema): Promise<TestDatabase> {
  const database = await testDatabase(major);
  await database.run(sql);
  return database;
}

async function lockstep(
  words: readonly string[],
  database: TestDatabase,
  options: LockstepRunOptions = {},
): Promise<LockstepRun> {
  return await runLockstep(["data", ...words], {
    ...options,
    env: { DATABASE_URL: database.url, ...options.env },
  });
}

async function done(
  words: readonly string[],
  database: TestDatabase,
  options = {},
): Promise<unknown> {
  const run = await lockstep([...words, "--json"], database, options);
  expect(run.exitCode, run.stderr).toBe(0);
  return run.json();
}

async function codeOf(
  words: readonly string[],
  database: TestDatabase,
  options = {},
): Promise<unknown> {
  const run = await lockstep([...words, "--json"], database, options);
  expect(run.exitCode, run.stdout).toBe(2);
  return (run.json() as { readonly error: { readonly code: string } }).error.code;
}

const tables = ["users", "orders", "a", "only b", "heirs", '"Odd.Name"', "parted", "no_columns"];

async function sums(database: TestDatabase): Promise<unknown> {
  const parts = tables.map(
    (table) =>
      `select '${table}' as name, count(*)::int as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as sum from ${table} t`,
  );
  return await database.query(parts.join(" union all "));
}

test.for(testMajors)(
  "what is exported to a folder or a file and imported again is the same (PostgreSQL %i)",
  { timeout: 60_000 },
  async (major) => {
    const source = await filled(major);
    const folder = await temporaryFolder();
    await done(["export", "--out", join(folder, "rows")], source);
    await done(["export", "--out", join(folder, "rows.sql")], source);
    const wanted = await sums(source);
    const [first, second] = [await empty(major), await empty(major)];
    const report = await done(["import", join(folder, "rows")], first);
    expect(report).toMatchObject({ resumed: false, rejected: 0, rows: 7510 });
    await done(["import", join(folder, "rows.sql")], second);
    for (const target of [first, second]) {
      expect(await sums(target)).toEqual(wanted);
      const [found] = await target.query(
        "select nextval('users_id_seq')::int as users, nextval('orders_id_seq')::int as orders, (select count(*)::int from parted_rest) as rest, (select bool_or(condeferrable) from pg_constraint where contype = 'f') as deferrable",
      );
      expect(found).toEqual({ users: 1001, orders: 5001, rest: 770, deferrable: false });
    }
    expect((await stat(join(folder, "rows.sql"))).mode & 0o077).toBe(0);
  },
);

test(
  "psql alone loads the SQL file, circles of foreign keys and all",
  { timeout: 30_000 },
  async (context) => {
    try {
      execFileSync("psql", ["--version"]);
    } catch {
      return context.skip("psql is not here");
    }
    const source = await filled();
    const file = join(await temporaryFolder(), "rows.sql");
    const run = await lockstep(["export"], source);
    await writeFile(file, run.stdout);
    const target = await empty();
    execFileSync("psql", ["-X", "-q", "-d", target.url, "-f", file], { stdio: "pipe" });
    expect(await sums(target)).toEqual(await sums(source));
  },
);

test(
  "a newer schema gets its rows by name, by map, by default and by expression",
  { timeout: 30_000 },
  async () => {
    const source = await filled();
    const target = await empty(
      undefined,
      `create type mood as enum ('sad', 'fine', 'great');
    create table people (id bigserial primary key, first text not null, last text, email varchar(100) unique,
      mood mood default 'fine', boss bigint references people, since timestamptz not null default '2026-01-01Z');
    create table orders (id bigint generated always as identity primary key,
      person_id bigint not null references people, total numeric(12, 3), placed date);`,
    );
    const folder = await temporaryFolder();
    await done(["export", "--out", join(folder, "rows"), "--tables", "users,orders"], source);
    await writeFile(
      join(folder, "map.ts"),
      `export default {
      tables: { users: "people" },
      values: { "users.mood": { ok: "fine" } },
      expressions: { "people.first": "split_part(fullname, ' ', 1)", "people.last": "split_part(fullname, ' ', 2)" },
    };`,
    );
    const words = [
      "import",
      join(folder, "rows"),
      "--map",
      "users=people,orders.user_id=person_id",
    ];
    expect(await codeOf(words, target)).toBe("DATA.COLUMN_LACKING");
    const report = await done([...words, "--map", "map.ts"], target, { cwd: folder });
    expect(report).toMatchObject({
      tables: expect.arrayContaining([
        expect.objectContaining({
          table: "public.people",
          dropped: ["legacy"],
          defaulted: ["since"],
        }),
      ]),
    });
    const [found] = await target.query(
      "select p.first, p.last, p.mood::text, p.since = '2026-01-01Z' as since, nextval('people_id_seq')::int as next, (select count(*)::int from orders) as orders from people p where id = 42",
    );
    expect(found).toEqual({
      first: "User",
      last: "42",
      mood: "fine",
      since: true,
      next: 1001,
      orders: 5000,
    });
  },
);

test(
  "a sample is whole in itself, and its masks hide every original and keep the joins",
  { timeout: 30_000 },
  async () => {
    const source = await filled();
    await source.run(`create table logins (email text references users (email));
    insert into logins select email from users`);
    const folder = await temporaryFolder();
    const mask = join(folder, "mask.json");
    const rules = {
      "users.email": "fake:email",
      "logins.email": "fake:email",
      "users.fullname": "fake:name",
      "users.legacy": { value: "hidden" },
      "orders.total": { sql: "round(total, -2)" },
    };
    await writeFile(mask, JSON.stringify({ columns: rules }));
    const path = join(folder, "rows");
    const words = ["export", "--out", path, "--sample", "5", "--children", "2", "--mask", mask];
    const env = { LOCKSTEP_MASK_KEY: "k" };
    await done(words, source, { env });
    const texts = await Promise.all(
      (await readdir(path)).map((name) => readFile(join(path, name), "utf8")),
    );
    expect(texts.join("")).not.toMatch(/@x\.org|User \d/);
    const target = await empty(
      undefined,
      `${schema} create table logins (email text references users (email));`,
    );
    await done(["import", path], target);
    const [found] = await target.query(`select
    (select count(*) between 5 and 50 from users) as users, (select count(*) > 0 from orders) as orders,
    (select count(*) > 0 from logins join users using (email)) as joined,
    (select count(*)::int from users where legacy <> 'hidden') as clear`);
    expect(found).toEqual({ users: true, orders: true, joined: true, clear: 0 });
    await done([...words.slice(0, 2), join(folder, "again"), ...words.slice(3)], source, { env });
    const users = async (name: string): Promise<string> => {
      const file = (await readdir(join(folder, name))).find((each) => each.includes("users"));
      return await readFile(join(folder, name, file ?? ""), "utf8");
    };
    expect(await users("again")).toBe(await users("rows"));
  },
);

test("masks that would leak or break are refused by name", async () => {
  const source = await filled();
  const folder = await temporaryFolder();
  const mask = join(folder, "mask.json");
  const codeWith = async (columns: object, end = "}"): Promise<unknown> => {
    await writeFile(mask, `{"columns":${JSON.stringify(columns)}${end}`);
    return await codeOf(["export", "--out", join(folder, "rows"), "--mask", mask], source);
  };
  expect(await codeWith({ "users.emial": "null" })).toBe("DATA.MASK_IDLE");
  expect(await codeWith({ "users.email": "fake:nobody" })).toBe("DATA.MASK_INVALID");
  expect(await codeWith({ "orders.user_id": "hash" })).toBe("DATA.MASK_JOIN");
  expect(await codeWith({ "users.email": "null" }, "")).toBe("DATA.MASK_INVALID");
  expect(await codeWith({ "users.id": "null" })).toBe("DATA.MASK_UNFIT");
  expect(await codeWith({ "users.email": { sql: "1), (select 2" } })).toBe("DATA.EXPRESSION");
  expect(await codeWith({ users: "null" })).toBe("DATA.MASK_INVALID");
  expect(await readdir(folder)).toEqual(["mask.json"]);
});

test(
  "a row that does not fit is named with its line, and left out when asked",
  { timeout: 30_000 },
  async () => {
    const source = await filled();
    const path = join(await temporaryFolder(), "rows");
    await done(["export", "--out", path], source);
    const target = await empty(undefined, `${schema} alter table users add check (id <> 500);`);
    const stopped = await lockstep(["import", path, "--json"], target);
    expect(stopped.json()).toMatchObject({
      error: {
        code: "DATA.ROW",
        sqlState: "23514",
        where: { line: 500 },
        data: { table: "public.users", line: 500 },
      },
    });
    const [none] = await target.query("select count(*)::int as users from users");
    expect(none).toEqual({ users: 0 });
    const left = await lockstep(["import", path, "--on-error", "file", "--json"], target);
    expect(left.exitCode).toBe(4);
    expect(left.json()).toMatchObject({ resumed: true, rejected: 6 });
    const rejects = (await readFile(`${path}.rejected.jsonl`, "utf8")).trim().split("\n");
    expect(rejects.map((line) => (JSON.parse(line) as { readonly line: number }).line)).toEqual([
      500, 499, 1499, 2499, 3499, 4499,
    ]);
    const [found] = await target.query(
      "select (select count(*)::int from users) as users, (select count(*)::int from orders) as orders, (select bool_or(condeferrable) from pg_constraint where contype = 'f') as deferrable",
    );
    expect(found).toEqual({ users: 999, orders: 4995, deferrable: false });
  },
);

test(
  "a foreign key's missing row is named by line, in a circle too",
  { timeout: 30_000 },
  async () => {
    const source = await filled();
    const path = join(await temporaryFolder(), "rows");
    await source.run(
      "alter table a drop constraint a_b_id_fkey; insert into a values (3, 99), (4, 2)",
    );
    await done(["export", "--out", path, "--tables", "a,b"], source);
    const target = await empty();
    const stopped = await lockstep(["import", path, "--json"], target);
    expect(stopped.json()).toMatchObject({
      error: {
        code: "DATA.ROW",
        sqlState: "23503",
        data: { table: "public.a", column: "b_id", line: 3 },
      },
    });
    const left = await lockstep(["import", path, "--on-error", "skip", "--json"], target);
    expect(left.json()).toMatchObject({ rejected: 1, rejects: [{ line: 3, column: "b_id" }] });
    expect(await target.query("select id from a order by id")).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 4 },
    ]);
  },
);

test(
  "rows that are there are refused, kept, written over or replaced as told",
  { timeout: 60_000 },
  async () => {
    const source = await filled();
    const path = join(await temporaryFolder(), "rows");
    await done(["export", "--out", path, "--tables", "users"], source);
    const target = await empty();
    await target.run("insert into users (id, fullname) values (1, 'mine'), (5000, 'other')");
    expect(await codeOf(["import", path], target)).toBe("DATA.NOT_EMPTY");
    const names = async (): Promise<unknown> =>
      (
        await target.query(
          "select count(*)::int as rows, min(fullname) filter (where id = 1) as first from users",
        )
      )[0];
    await done(["import", path, "--existing", "skip"], target);
    expect(await names()).toEqual({ rows: 1001, first: "mine" });
    await done(["import", path, "--existing", "update"], target);
    expect(await names()).toEqual({ rows: 1001, first: "User 1" });
    expect(await codeOf(["import", path, "--existing", "append"], target)).toBe("DATA.ROW");
    await target.run("drop schema lockstep_import cascade; drop table orders");
    await done(["import", path, "--existing", "replace"], target);
    expect(await names()).toEqual({ rows: 1000, first: "User 1" });
    await target.run(`create function swallow() returns trigger language plpgsql as 'begin return null; end';
      create trigger swallow before insert on users for each row when (new.id = 1000) execute function swallow()`);
    const emptied = await lockstep(["import", path, "--existing", "replace", "--json"], target);
    expect(emptied.json()).toMatchObject({
      error: {
        code: "DATA.COUNTS",
        state: expect.stringMatching(/^the old rows are gone; .* empty/) as unknown,
      },
    });
    expect(await names()).toEqual({ rows: 0, first: null });
    await target.run("drop trigger swallow on users");
    await done(["import", path, "--existing", "replace"], target);
    expect(await names()).toEqual({ rows: 1000, first: "User 1" });
  },
);

test(
  "an import that is killed again and again goes on, each table whole",
  { timeout: 90_000 },
  async () => {
    const source = await filled();
    const path = join(await temporaryFolder(), "rows");
    await source.run(
      "insert into orders (user_id, total) select 1, i from generate_series(1, 60000) i",
    );
    await done(["export", "--out", path], source);
    const target = await empty();
    let kills = 0;
    for (let afterMs = 80; ; afterMs *= 1.25) {
      const run = await lockstep(["import", path, "--jobs", "1", "--json"], target, {
        onStart: (child) => {
          const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
          child.once("exit", () => clearTimeout(timer));
        },
      });
      if (run.signal === "SIGKILL") {
        kills += 1;
        const [left] = await target.query(
          "select count(*)::int as users, to_regnamespace('lockstep_import') is null as ended from users",
        );
        expect([0, 1000]).toContain(left?.["users"]);
        // The import may have come to its end, and the process not yet.
        if (left?.["users"] === 0 || left?.["ended"] === false) continue;
      } else expect(run.exitCode, run.stderr).toBe(0);
      break;
    }
    expect(kills).toBeGreaterThan(1);
    expect(await sums(target)).toEqual(await sums(source));
    expect(
      await target.query("select 1 from pg_namespace where nspname = 'lockstep_import'"),
    ).toEqual([]);
  },
);

test(
  "a damaged, cut, newer or foreign export is refused by name",
  { timeout: 60_000 },
  async () => {
    const source = await filled();
    const target = await empty();
    const folder = await temporaryFolder();
    const [path, file] = [join(folder, "rows"), join(folder, "rows.sql")];
    await done(["export", "--out", path], source);
    await done(["export", "--out", file], source);
    expect(await codeOf(["export", "--out", path], source)).toBe("DATA.EXISTS");
    expect(await codeOf(["export", "--out", join(file, "rows")], source)).toBe("DATA.WRITE_FAILED");
    expect(await codeOf(["import", join(folder, "none")], target)).toBe("DATA.FILE_ABSENT");
    const text = await readFile(file, "utf8");
    const withFile = async (changed: string): Promise<unknown> => {
      await writeFile(file, changed);
      return await codeOf(["import", file], target);
    };
    expect(await withFile(text.slice(0, -300))).toBe("DATA.DAMAGED");
    expect(await withFile(text.replace("User 77\t", "User 78\t"))).toBe("DATA.DAMAGED");
    expect(await withFile(text.replace('"formatVersion":1', '"formatVersion":9'))).toBe(
      "DATA.NEWER_FORMAT",
    );
    expect(await withFile("insert into users values (1);\n")).toBe("DATA.NOT_AN_EXPORT");
    await target.run(
      'drop schema if exists lockstep_import cascade; truncate users, orders, a, b, "Odd.Name", parted, no_columns',
    );
    const users = (await readdir(path)).find((name) => name.includes("users")) ?? "";
    const bytes = await readFile(join(path, users), "utf8");
    await writeFile(join(path, users), bytes.replace("User 77\t", "User 78\t"));
    expect(await codeOf(["import", path], target)).toBe("DATA.DAMAGED");
    const other = join(folder, "other");
    await done(["export", "--out", other], source);
    expect(await codeOf(["import", other], target)).toBe("DATA.OTHER_IMPORT");
    const [left] = await target.query("select count(*)::int as users from users");
    expect(left).toEqual({ users: 0 });
  },
);

test(
  "wrong names, rights and policies are refused before a row is read or written",
  { timeout: 60_000 },
  async () => {
    const source = await filled();
    const path = join(await temporaryFolder(), "rows");
    const out = ["export", "--out", path];
    expect(await codeOf([...out, "--tables", "nobody"], source)).toBe("DATA.TABLE_UNKNOWN");
    expect(await codeOf([...out, "--tables", "a..b"], source)).toBe("DATA.NAME_INVALID");
    expect(await codeOf([...out, "--where", "users=id < 3; drop table a"], source)).toBe(
      "DATA.EXPRESSION",
    );
    const role = await testRole(source.major, "login password 'p'");
    const url = source.url.replace(/\/\/[^@]+@/, `//${role}:p@`);
    const asRole = { env: { DATABASE_URL: url } };
    expect(await codeOf(out, source, asRole)).toBe("DATA.DENIED");
    await source.run(`grant select on all tables in schema public to ${role}; grant insert on b to ${role};
    alter table users enable row level security`);
    expect(await codeOf(out, source, asRole)).toBe("DATA.ROW_SECURITY");
    await done([...out, "--tables", "b,no_columns"], source);
    await source.run(
      "create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger t before insert on b for each row execute function f()",
    );
    const into = ["import", path, "--existing", "append"];
    expect(await codeOf([...into, "--tables", "b", "--disable-triggers"], source, asRole)).toBe(
      "DATA.TRIGGERS",
    );
    expect(await codeOf([...into, "--tables", "no_columns"], source, asRole)).toBe("DATA.DENIED");
    expect(await codeOf(["import", path, "--existing", "update"], source)).toBe("DATA.NO_KEY");
    expect(await codeOf([...into, "--map", "b.nobody=x"], source)).toBe("DATA.COLUMN_UNKNOWN");
    expect(await codeOf([...into, "--map", "b.id=a_id"], source)).toBe("DATA.MAP_INVALID");
    const bare = await testDatabase();
    expect(await codeOf(["import", path], bare)).toBe("DATA.TABLE_ABSENT");
    const holder = await source.connect();
    await holder.query("select pg_advisory_lock(5150318627904312290)");
    expect(await codeOf(into, source)).toBe("DATA.BUSY");
  },
);

test(
  "triggers fire with the database's own path, and are off only when asked",
  { timeout: 30_000 },
  async () => {
    const source = await filled();
    const path = join(await temporaryFolder(), "rows");
    await done(["export", "--out", path, "--tables", "b,a"], source);
    const triggers = `create table log (n integer);
    create function note() returns trigger language plpgsql as
      'begin create table if not exists made (n integer); insert into log values (new.id); return new; end';
    create trigger note after insert on b for each row execute function note();
    create trigger idle after insert on b for each row execute function note();
    alter table b disable trigger idle;`;
    const target = await empty(undefined, schema + triggers);
    const report = await done(["import", path], target);
    expect(report).toMatchObject({
      findings: [{ code: "DATA.TRIGGERS_FIRE", object: "public.b" }],
    });
    expect(await target.query("select n from log order by n")).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await target.query("select * from public.made")).toEqual([]);
    await target.run("truncate log, a, b");
    await done(["import", path, "--disable-triggers"], target);
    expect(await target.query("select n from log")).toEqual([]);
    const modes = await target.query(
      "select tgname, tgenabled::text as mode from pg_trigger where not tgisinternal order by 1",
    );
    expect(modes).toEqual([
      { tgname: "idle", mode: "D" },
      { tgname: "note", mode: "O" },
    ]);
  },
);
