import pg from "pg";
import { expect, test } from "vitest";
import { administer, dropDatabase, testRole } from "../support/database.ts";
import { runLockstep } from "../support/lockstep.ts";
import { newSchema, rebuilding, sumsOf } from "../support/rebuilding.ts";
import { testMajors } from "../support/servers.ts";

/** A partition with columns in an order of its own is made apart and comes to its table later. */
const turned = `
create table turned (id integer, at date not null, note text, primary key (id, at)) partition by range (at);
create index on turned (note);
create table turned_old (note text, at date not null, id integer not null, primary key (id, at), unique (at, id));
create index turned_notes on turned_old (note);
alter table turned attach partition turned_old for values from ('2000-01-01') to ('2020-01-01');
create table turned_rest partition of turned default;
`;
const turnedRows = `
insert into turned select i, date '2010-01-01' + i, nullif(i, 1)::text from generate_series(1, 5000) i;
insert into turned values (0, '2010-01-01', '');
`;
/** A uuid made at random is another one each time; one that is written down is the same, and a second one may be new. */
const uuids = `
create table install (id uuid primary key); insert into install values (gen_random_uuid());
create table plans (id uuid primary key, name text); insert into plans values (md5('free')::uuid, 'free');
`;
const newPlan = "insert into plans values (md5('paid')::uuid, 'paid');";
const unchecked = "alter table turned add constraint noted check (note <> '') not valid;";

test.for(testMajors)(
  "a rebuild gives the new schema every row of the old one, and keeps the old one (PostgreSQL %i)",
  { timeout: 60_000 },
  async (major) => {
    const { database, run } = await rebuilding(
      major,
      newSchema + turned + unchecked + uuids + newPlan,
    );
    await database.run(turned + turnedRows + unchecked + uuids);
    const [install] = await database.query("select id from install");
    const before = await sumsOf(database);
    const result = await run();
    expect(result.exitCode, result.stderr).toBe(0);
    const report = result.json() as { readonly kept: string; readonly outcome: string };
    expect(report).toMatchObject({
      ...{ outcome: "switched", added: 2 },
      findings: [{ code: "REBUILD.OWN_LEFT", object: "public.install" }],
    });
    expect(await database.query("select id from install")).toEqual([install]);
    expect(await database.query("select name from plans order by 1")).toEqual([
      { name: "free" },
      { name: "paid" },
    ]);
    expect(await sumsOf(database)).toEqual(before);
    const [found] = await database.query(`select
      (select string_agg(name, ' ' order by name) from roles) as roles,
      (select name || since from users where id = 7) as seven,
      (select count(*)::int from events where kind = 'plain') as plain,
      (select count(*) || ' ' || count(note) || ' ' || sum(id) from turned_old) as turned,
      nextval('users_id_seq')::int as next_user`);
    expect(found).toEqual({
      roles: "admin guest",
      seven: "User 72026-01-01",
      plain: 20_000,
      turned: "3652 3651 6666726",
      next_user: 201,
    });
    await database.run("insert into events (user_id, body) values (1, 'later')");
    const old = new pg.Client({
      connectionString: database.url.replace(database.name, report.kept),
    });
    await old.connect();
    const kept = await old.query("select fullname from users where id = 7");
    await old.end();
    expect(kept.rows).toEqual([{ fullname: "User 7" }]);
  },
);

test(
  "the project's own rows come before the foreign keys on them, whatever order they come in",
  { timeout: 60_000 },
  async () => {
    const tables = `
      create table b_parent (id text primary key);
      create table a_child (id text primary key, parent text references b_parent);
      create table z_orders (id int primary key, child text references a_child);
      create table y_items (id int primary key, orders int references z_orders);
    `;
    const own = "insert into b_parent values ('own'); insert into a_child values ('own', 'own');";
    const { database, run } = await rebuilding(undefined, newSchema + tables + own);
    await database.run(`${tables} insert into b_parent values ('old');
      insert into a_child values ('old', 'old'); insert into z_orders values (1, 'old');
      insert into y_items values (1, 1)`);
    const result = await run();
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.json()).toMatchObject({ outcome: "switched", added: 3 });
    const keys = await database.query(
      "select conrelid::regclass::text as name from pg_constraint where contype = 'f' and convalidated order by 1",
    );
    expect(keys.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["a_child", "y_items", "z_orders"]),
    );
  },
);

test(
  "no row that was acknowledged is lost while a rebuild runs under load",
  { timeout: 90_000 },
  async () => {
    const { database, run } = await rebuilding();
    const acknowledged: string[] = [];
    let isOver = false;
    let isBuilt = false;
    const write = async (writer: number): Promise<void> => {
      for (let number = 0; !isOver; number += 1) {
        const client = new pg.Client({ connectionString: database.url });
        client.on("error", () => undefined);
        try {
          await client.connect();
          for (; !isOver; number += 1) {
            const body = `load ${writer}.${number}`;
            await client.query("insert into events (user_id, body) values (1, $1)", [body]);
            acknowledged.push(body);
          }
        } catch {
          // The switch ends every session; what was not acknowledged is nobody's.
          await new Promise((done) => setTimeout(done, 20));
        } finally {
          await client.end().catch(() => undefined);
        }
      }
    };
    // Who waits for the writers' lock must not come between lockstep and the rows that it reads.
    const emptying = async (): Promise<void> => {
      const client = new pg.Client({ connectionString: database.url });
      client.on("error", () => undefined);
      await client.connect();
      while (!isBuilt) await client.query("truncate parted");
      await client.end();
    };
    const writers = [1, 2, 3, 4].map(write);
    const emptied = emptying().catch(() => undefined);
    const result = await run();
    isBuilt = true;
    await emptied;
    const atSwitch = acknowledged.length;
    await new Promise((done) => setTimeout(done, 500));
    isOver = true;
    await Promise.all(writers);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(atSwitch).toBeGreaterThan(50);
    expect(acknowledged.length).toBeGreaterThan(atSwitch);
    const found = await database.query("select body from events where body like 'load %'");
    const bodies = new Set(found.map(({ body }) => body));
    expect(acknowledged.filter((body) => !bodies.has(body))).toEqual([]);
  },
);

test(
  "a number that a sequence gave out until the last moment is not given out again",
  { timeout: 60_000 },
  async () => {
    const { database, run } = await rebuilding();
    const client = await database.connect();
    client.on("error", () => undefined);
    let last = 0;
    // Nothing is written, so that no lock is waited for.
    const drawing = (async () => {
      for (;;) {
        const { rows } = await client.query("select nextval('users_id_seq')::int as id");
        last = Number(rows[0]?.id);
      }
    })().catch((error: unknown) => String(error));
    const result = await run();
    expect(result.exitCode, result.stderr).toBe(0);
    expect(await drawing).toMatch(/terminat|closed|not queryable|ECONNRESET|EPIPE/i);
    const [next] = await database.query("select nextval('users_id_seq')::int as id");
    expect(last).toBeGreaterThan(201);
    expect(Number(next?.["id"])).toBeGreaterThan(last);
  },
);

const phases: readonly (readonly [string, ...string[]])[] = [
  ["deploying the project"],
  ["making what the rows need"],
  ["keeping writers away"],
  ["copying rows"],
  ["making keys"],
  ["catching up", "--replicate"],
  ["making the rest"],
  ["switching the names"],
];

/** Every phase of a rebuild that follows changes; a long run, see CONTRIBUTING.md. */
const replicated = phases.map(([phase]) => [phase, "--replicate"] as const);
const killed = process.env["LOCKSTEP_KILLS"] === "all" ? [...phases, ...replicated] : phases;

test(
  "a rebuild that is killed in any phase leaves the old database at work, and the next one succeeds",
  { timeout: 400_000 },
  async () => {
    const { database, folder, run } = await rebuilding();
    const fingerprint = async (): Promise<string> => {
      const env = { DATABASE_URL: database.url };
      return (await runLockstep(["fingerprint", "live"], { cwd: folder, env })).stdout;
    };
    const before = await fingerprint();
    expect(before).toMatch(/\w/);
    for (const [phase, ...args] of killed) {
      const ended = await run(args, {
        onStart: (child) => {
          let text = "";
          child.stderr?.on("data", (chunk: Uint8Array) => {
            text += Buffer.from(chunk).toString("utf8");
            if (text.includes(phase)) child.kill("SIGKILL");
          });
        },
      });
      expect(ended.signal, `${phase}: ${ended.stderr}`).toBe("SIGKILL");
      if (args.length > 0) {
        // Made before the rows are copied, and dropped before the switch.
        const isMade = !/deploying|making what|switching/.test(phase);
        const left = await database.query("select pubname from pg_publication");
        expect(left).toHaveLength(isMade ? 1 : 0);
        expect(await fingerprint()).toBe(before);
      }
      await database.run(
        `set statement_timeout = '5s'; insert into users (fullname) values ('after ${phase}')`,
      );
    }
    const result = await run();
    expect(result.exitCode, result.stderr).toBe(0);
    const found = await database.query(
      "select name from users where name like 'after %' order by id",
    );
    expect(found.map(({ name }) => name)).toEqual(killed.map(([phase]) => `after ${phase}`));
    const [kept] = await database.query(
      `select (select count(*) from pg_replication_slots where database like $1)::int as slots,
        (select count(*) from pg_publication)::int as publications`,
      [`${database.name}%`],
    );
    expect(kept).toEqual({ slots: 0, publications: 0 });
    const [left] = await database.query(
      "select count(*)::int as databases from pg_database where datname like $1",
      [`${database.name}\\_rebuild%`],
    );
    expect(left).toEqual({ databases: 0 });
  },
);

test(
  "what has no place in the new schema is refused by name, and nothing is left",
  { timeout: 60_000 },
  async () => {
    const { database, folder, run } = await rebuilding(
      undefined,
      newSchema.replace("body text,", "body text unique,"),
    );
    await database.run(
      "update users set legacy = 'x' where id = 3; create table gone (id int); insert into gone values (1)",
    );
    const refused = await runLockstep(
      ["rebuild", "--yes", "--map", "users.fullname=name", "--json"],
      {
        cwd: folder,
        env: { DATABASE_URL: database.url },
      },
    );
    expect(refused.json()).toMatchObject({
      error: { code: "REBUILD.DROPS", data: { objects: ["public.gone", "public.users.legacy"] } },
    });
    await database.run("insert into events (user_id, body) values (1, 'twice'), (1, 'twice')");
    const failed = await run(["--allow-drop", "all"]);
    expect(failed.json()).toMatchObject({ error: { code: "REBUILD.FAILED", sqlState: "23505" } });
    expect(failed.stdout).toContain("the old database is as it was");
    const dry = await run(["--allow-drop", "all", "--dry-run"]);
    expect(dry.json()).toMatchObject({ outcome: "dry-run" });
    const databases = await database.query("select 1 from pg_database where datname like $1", [
      `${database.name}\\_%`,
    ]);
    expect(databases).toEqual([]);
  },
);

test(
  "what a rebuild can't do is refused before anything is made",
  { timeout: 60_000 },
  async () => {
    const { database, run } = await rebuilding();
    const codeOf = async (args: readonly string[] = []): Promise<unknown> => {
      const result = await run(args);
      expect(result.exitCode, result.stderr).toBe(2);
      return (result.json() as { readonly error: { readonly code: string } }).error.code;
    };
    await administer(database.major, `create database ${database.name}_rebuild`);
    await administer(database.major, `comment on database ${database.name}_rebuild is 'mine'`);
    expect(await codeOf()).toBe("REBUILD.NAME_TAKEN");
    await administer(database.major, `drop database ${database.name}_rebuild`);
    const holder = await database.connect();
    await holder.query("begin; lock table events in row exclusive mode");
    expect(await codeOf(["--timeout", "100ms"])).toBe("REBUILD.FENCE_TIMEOUT");
    await holder.query("rollback");
    const keeper = new pg.Client({
      connectionString: database.url.replace(database.name, "postgres"),
    });
    await keeper.connect();
    await keeper.query("select pg_advisory_lock(hashtextextended('lockstep rebuild ' || $1, 0))", [
      database.name,
    ]);
    expect(await codeOf()).toBe("REBUILD.BUSY");
    await keeper.end();
    const preparing = await database.connect();
    await preparing.query(
      `begin; create table other (id int); prepare transaction '${database.name}'`,
    );
    expect(await codeOf()).toBe("REBUILD.PREPARED");
    await preparing.query(`rollback prepared '${database.name}'`);
    const ascii = `${database.name}_ascii`;
    await administer(
      database.major,
      `create database ${ascii} template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'`,
    );
    const asciiUrl = database.url.replace(database.name, ascii);
    const client = new pg.Client({ connectionString: asciiUrl });
    await client.connect();
    await client.query("create table t (id int)");
    await client.end();
    const noUtf8 = await run(["--replicate"], { env: { DATABASE_URL: asciiUrl } });
    expect(noUtf8.json()).toMatchObject({ error: { code: "REBUILD.REPLICATION" } });
    expect(await codeOf(["--to", asciiUrl])).toBe("REBUILD.NAME_TAKEN");
    const role = await testRole(database.major, "login password 'p'");
    const url = database.url.replace(/\/\/[^@]+@/, `//${role}:p@`);
    await database.run(`select lo_create(4711); alter database ${database.name} owner to ${role};
      alter table users owner to ${role}; alter table roles owner to ${role};
      alter table events owner to ${role}; alter table parted owner to ${role}`);
    await administer(database.major, `alter role ${role} createdb`);
    const objects = await run([], { env: { DATABASE_URL: url } });
    expect(objects.json()).toMatchObject({ error: { code: "REBUILD.LARGE_OBJECTS" } });
    await database.run("select lo_unlink(4711)");
    const noReplica = await run(["--replicate"], { env: { DATABASE_URL: url } });
    expect(noReplica.json()).toMatchObject({ error: { code: "REBUILD.DENIED" } });
    await administer(database.major, `alter role ${role} replication`);
    const noReplay = await run(["--replicate"], { env: { DATABASE_URL: url } });
    expect(noReplay.json()).toMatchObject({
      error: { code: "REBUILD.DENIED", next: expect.stringContaining("GRANT SET") as unknown },
    });
    expect(noReplay.stderr).not.toContain("deploying");
    await administer(database.major, `alter role ${role} nocreatedb`);
    const denied = await run([], { env: { DATABASE_URL: url } });
    expect(denied.json()).toMatchObject({ error: { code: "REBUILD.DENIED" } });
    await database.run("drop table events, users, roles, parted; drop type mood");
    expect(await codeOf()).toBe("REBUILD.NOTHING");
  },
);

test(
  "a transaction that is prepared meanwhile keeps the names as they are, and is named",
  { timeout: 60_000 },
  async () => {
    const { database, run } = await rebuilding();
    let prepared: Promise<void> | undefined;
    const refused = await run([], {
      onStart: (child) => {
        child.stderr?.on("data", (chunk: Uint8Array) => {
          if (!Buffer.from(chunk).toString("utf8").includes("making keys")) return;
          prepared ??= database.run(
            `begin; select txid_current(); prepare transaction '${database.name}'`,
          );
        });
      },
    });
    await prepared;
    await database.run(`rollback prepared '${database.name}'`);
    expect(refused.json()).toMatchObject({
      error: { code: "REBUILD.SESSIONS", notes: [expect.stringMatching(/1 prepared transaction/)] },
    });
    const [left] = await database.query(
      "select count(*)::int as n from pg_database where datname like $1",
      [`${database.name}\\_%`],
    );
    expect(left?.["n"]).toBe(0);
    expect((await run()).exitCode).toBe(0);
  },
);

test(
  "a table that is made meanwhile, and a session that can't be ended, keep the old database in place",
  { timeout: 120_000 },
  async () => {
    const { database, folder, run } = await rebuilding();
    let made: Promise<void> | undefined;
    const late = await run([], {
      onStart: (child) => {
        child.stderr?.on("data", (chunk: Uint8Array) => {
          if (made === undefined && Buffer.from(chunk).toString("utf8").includes("making keys")) {
            made = database.run("create table late (id integer)");
          }
        });
      },
    });
    await made;
    expect(late.json()).toMatchObject({ error: { code: "REBUILD.FENCE_LOST" } });
    await database.run("drop table late");
    const role = await testRole(database.major, "login createdb password 'p'");
    await database.run(`alter database ${database.name} owner to ${role}; alter schema public owner to ${role};
      alter table roles owner to ${role}; alter table users owner to ${role}; alter table events owner to ${role};
      alter table parted owner to ${role}; alter table parted_old owner to ${role}; alter table parted_rest owner to ${role};
      alter type mood owner to ${role}`);
    const superuser = await database.connect();
    const url = database.url.replace(/\/\/[^@]+@/, `//${role}:p@`);
    const stuck = await runLockstep(
      ["rebuild", "--yes", "--map", "users.fullname=name", "--allow-drop", "column", "--json"],
      { cwd: folder, env: { DATABASE_URL: url } },
    );
    expect(stuck.json()).toMatchObject({ error: { code: "REBUILD.SESSIONS" } });
    await superuser.query("insert into events (user_id, body) values (1, 'still here')");
    await superuser.end();
    const done = await runLockstep(
      ["rebuild", "--yes", "--map", "users.fullname=name", "--allow-drop", "column", "--json"],
      { cwd: folder, env: { DATABASE_URL: url } },
    );
    expect(done.exitCode, done.stderr).toBe(0);
    const [owner] = await database.query(
      "select pg_get_userbyid(datdba)::text as owner from pg_database where datname = current_database()",
    );
    expect(owner).toEqual({ owner: role });
    await database.run(`reassign owned by ${role} to current_user`);
    const kept = (done.json() as { readonly kept: string }).kept;
    await dropDatabase({ major: database.major, name: kept });
  },
);
