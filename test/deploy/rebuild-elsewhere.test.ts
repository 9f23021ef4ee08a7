import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { administer, dropDatabase, testDatabase, testRole } from "../support/database.ts";
import { runLockstep, type LockstepRun } from "../support/lockstep.ts";
import { rebuilding, sumsOf } from "../support/rebuilding.ts";
import { testMajors } from "../support/servers.ts";

test(
  "a value that the new schema takes for another one is found, and large objects come along",
  { timeout: 60_000 },
  async () => {
    const schema = (type: string): string => `create type amount as (value ${type});
      create table paid (id int primary key, amount amount, scan oid);`;
    const { database, folder } = await rebuilding();
    await database.run(`drop table events, users, roles, parted; drop type mood; ${schema("numeric")}
      insert into paid values (1, row(1.25), lo_from_bytea(4711, decode(repeat('c0ffee', 3000000), 'hex')));
      select lo_create(4712); comment on large object 4712 is 'empty'`);
    const attempt = async (type: string): Promise<LockstepRun> => {
      await writeFile(join(folder, "init_schema.sql"), schema(type));
      const env = { DATABASE_URL: database.url };
      return await runLockstep(["rebuild", "--yes", "--json"], { cwd: folder, env });
    };
    const rounded = await attempt("numeric(5, 1)");
    expect(rounded.json()).toMatchObject({ error: { code: "REBUILD.DIFFERS" } });
    const exact = await attempt("numeric");
    expect(exact.json()).toMatchObject({ outcome: "switched", largeObjects: 2 });
    const [found] =
      await database.query(`select md5(lo_get(scan)) = md5(decode(repeat('c0ffee', 3000000), 'hex')) as same,
      (amount).value::text, (select obj_description(4712, 'pg_largeobject')) as comment from paid`);
    expect(found).toEqual({ same: true, value: "1.25", comment: "empty" });
  },
);

test(
  "a rebuild onto another server, of another major, takes everything along and gives the old one another name",
  { timeout: 90_000 },
  async () => {
    const [from = 14, to = 18] = testMajors;
    const { database, run } = await rebuilding(from);
    const elsewhere = await testDatabase(to);
    const final = `${elsewhere.name}_moved`;
    const url = elsewhere.url.replace(elsewhere.name, final);
    onTestFinished(() => dropDatabase({ major: to, name: final }));
    const role = await testRole(from, "");
    await database.run(`alter database ${database.name} set work_mem to '5MB';
      alter role ${role} in database ${database.name} set work_mem to '6MB';
      grant connect on database ${database.name} to public`);
    const before = await sumsOf(database);
    const built = await run(["--to", url, "--no-switch"]);
    expect(built.json()).toMatchObject({ outcome: "built" });
    await administer(to, `drop database ${final}_rebuild`);
    const moved = await run(["--to", url, "--replicate"]);
    expect(moved.exitCode, moved.stderr).toBe(0);
    const report = moved.json() as { readonly kept: string };
    expect(report).toMatchObject({
      outcome: "switched",
      to: expect.stringContaining(final) as unknown,
    });
    expect(moved.stdout).toContain("REBUILD.ROLE_LACKING");
    const [gone] = await elsewhere.query("select 1 as there");
    expect(gone).toEqual({ there: 1 });
    const there = new pg.Client({ connectionString: url });
    await there.connect();
    const { rows: sums } = await there.query(`select current_setting('work_mem') as work_mem,
      (select count(*) || '/' || sum(hashtextextended(row(id, user_id, body, size)::text, 0)) from events) as events,
      (select count(*) || '/' || count(distinct boss) from users) as users,
      (select count(*) || '/' || sum(id) from parted) as parted, (select count(*) from parted_old)::text as partition`);
    await there.end();
    expect(sums).toEqual([{ work_mem: "5MB", ...(before as object) }]);
    const stale = new pg.Client({ connectionString: database.url });
    await expect(stale.connect()).rejects.toThrow(/does not exist/);
    await administer(from, `alter database ${report.kept} rename to ${database.name}`);
  },
);
