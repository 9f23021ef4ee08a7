/** A database of an older schema with rows, and a project of a newer one to rebuild it from. */
import { onTestFinished } from "vitest";
import { dropDatabase, testDatabase, type TestDatabase } from "./database.ts";
import { folderWith } from "./folders.ts";
import { runLockstep, type LockstepRun } from "./lockstep.ts";

export const oldSchema = `
create type mood as enum ('ok', 'sad');
create table roles (name text primary key);
create table users (id bigserial primary key, fullname text not null, mood mood default 'ok',
  boss bigint references users, legacy text);
create table events (id bigint generated always as identity primary key, user_id bigint not null references users,
  body text, size integer generated always as (length(body)) stored);
create index on events (body);
create table parted (id integer, at date not null, primary key (id, at)) partition by range (at);
create table parted_old partition of parted for values from ('2000-01-01') to ('2020-01-01');
create table parted_rest partition of parted default;
insert into roles values ('admin');
`;

const rows = `
insert into users (fullname, boss) select 'User ' || i, nullif(i / 10, 0) from generate_series(1, 200) i;
insert into events (user_id, body) select 1 + i % 200, repeat(md5(i::text), 20) from generate_series(1, 20000) i;
insert into parted select i, date '2010-01-01' + i from generate_series(1, 8000) i;
`;

export const newSchema: string = oldSchema
  .replace(
    "fullname text not null",
    "name varchar(80) not null, since date not null default '2026-01-01'",
  )
  .replace(", legacy text", "")
  .replace(
    "user_id bigint not null",
    "kind text not null default 'plain', check (kind <> ''), user_id bigint not null",
  )
  .replace("values ('admin')", "values ('admin'), ('guest')");

export interface Rebuilding {
  readonly database: TestDatabase;
  readonly folder: string;
  /** With the map that leads from the old schema to the new one. */
  readonly run: (
    args?: readonly string[],
    onStart?: Parameters<typeof runLockstep>[1],
  ) => Promise<LockstepRun>;
  /** Without it, as it is right when the new schema is there. */
  readonly runPlain: (...args: readonly string[]) => Promise<LockstepRun>;
}

export async function rebuilding(major?: number, schema: string = newSchema): Promise<Rebuilding> {
  const database = await testDatabase(major);
  onTestFinished(async () => {
    const left = await database.query("select datname from pg_database where datname like $1", [
      `${database.name}\\_%`,
    ]);
    for (const { datname } of left)
      await dropDatabase({ major: database.major, name: String(datname) });
  });
  await database.run(oldSchema + rows);
  const folder = await folderWith({ "init_schema.sql": `-- Schema Version: 2.0.0\n${schema}` });
  const run: Rebuilding["run"] = async (args = [], options = {}) =>
    await runLockstep(
      [
        "rebuild",
        "--yes",
        "--map",
        "users.fullname=name",
        "--allow-drop",
        "column",
        "--json",
        ...args,
      ],
      { cwd: folder, env: { DATABASE_URL: database.url }, ...options },
    );
  const runPlain: Rebuilding["runPlain"] = async (...args) =>
    await runLockstep(["rebuild", "--yes", "--json", ...args], {
      cwd: folder,
      env: { DATABASE_URL: database.url },
    });
  return { database, folder, run, runPlain };
}

export async function sumsOf(database: TestDatabase): Promise<unknown> {
  const [sums] = await database.query(`select
    (select count(*) || '/' || sum(hashtextextended(row(id, user_id, body, size)::text, 0)) from events) as events,
    (select count(*) || '/' || count(distinct boss) from users) as users,
    (select count(*) || '/' || sum(id) from parted) as parted, (select count(*) from parted_old)::text as partition`);
  return sums;
}
