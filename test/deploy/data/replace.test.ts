import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

/** Six runs of the program, on a machine that may have other things to do. */
const twoMinutes = { timeout: 120_000 };

const schema = `create table users (id int primary key, name text);
  create table orders (id int primary key, user_id int not null references users);`;

test(
  "rows are replaced after a run that had only added some, and all or none are emptied",
  twoMinutes,
  async () => {
    const [source, target] = [await testDatabase(), await testDatabase()];
    await source.run(`${schema} insert into users select i, 'User ' || i from generate_series(1, 100) i;
    insert into orders select i, i from generate_series(1, 50) i`);
    await target.run(`${schema} insert into users values (5000, 'mine'); insert into orders values (5, 5000);
    create table late (id int references users); insert into late values (5000)`);
    const path = join(await temporaryFolder(), "rows");
    const data = async (words: readonly string[], url: string): Promise<unknown> =>
      (await runLockstep(["data", ...words, "--json"], { env: { DATABASE_URL: url } })).json();
    await data(["export", "--out", path], source.url);
    const load = async (existing: string): Promise<unknown> =>
      await data(["import", path, "--jobs", "1", "--existing", existing], target.url);
    // By then the users are in, and recorded as such.
    expect(await load("append")).toMatchObject({ error: { code: "DATA.ROW" } });
    const refused = {
      error: { code: "DATA.FAILED", sqlState: "0A000", state: "nothing was changed" },
    };
    expect(await load("replace")).toMatchObject(refused);
    await target.run("drop table late");
    expect(await load("replace")).toMatchObject({ rows: 150 });
    const [counts] = await target.query(`select (select count(*) from users)::int as users,
    (select count(*) from orders)::int as orders`);
    expect(counts).toEqual({ users: 100, orders: 50 });
    await target.run("create table late (id int references users)");
    expect(await load("replace")).toMatchObject(refused);
    const [left] = await target.query("select to_regnamespace('lockstep_import') as schema");
    expect(left).toEqual({ schema: null });
  },
);
