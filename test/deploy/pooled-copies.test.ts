/** Rows that are read or written through a transaction pooler, which keeps no session's settings and locks. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep, type LockstepRun } from "../support/lockstep.ts";
import { startPooler } from "../support/pooler.ts";
import { rebuilding } from "../support/rebuilding.ts";

const schema = 'create table days (id int primary key, at date, "for" interval);';

test(
  "through a pooler rows are read as they are, whatever the database's own settings, and written past it",
  { timeout: 60_000 },
  async () => {
    const database = await testDatabase();
    await database.run(`alter database ${database.name} set datestyle to 'SQL, DMY';
      alter database ${database.name} set intervalstyle to 'sql_standard';
      ${schema} insert into days values (1, '2020-04-03', '1 day -2 hours')`);
    const { url } = await startPooler(database.url);
    const cwd = await folderWith({ "init_schema.sql": schema });
    const run = async (words: readonly string[], env = {}): Promise<LockstepRun> =>
      await runLockstep([...words, "--json"], { cwd, env: { DATABASE_URL: url, ...env } });
    const exported = await run(["data", "export", "--out", join(cwd, "rows.sql")]);
    expect(exported.exitCode, exported.stderr).toBe(0);
    expect(await readFile(join(cwd, "rows.sql"), "utf8")).toContain(
      "\n1\t2020-04-03\t1 day -02:00:00\n",
    );
    const backedUp = await run(["backup", "--format", "sql", "--out", join(cwd, "backup.sql")]);
    expect(backedUp.exitCode, backedUp.stderr).toBe(0);
    expect(await readFile(join(cwd, "backup.sql"), "utf8")).toContain("\n1\t2020-04-03\t");
    const load = ["data", "import", join(cwd, "rows.sql"), "--existing", "replace"];
    const pooled = {
      code: "CONNECT.POOLED",
      state: "nothing was changed",
      next: expect.stringContaining("DIRECT_URL") as unknown,
    };
    expect((await run(load)).json()).toMatchObject({ error: pooled });
    const past = await run(load, { DIRECT_URL: database.url });
    expect(past.exitCode, past.stderr).toBe(0);
    const [day] = await database.query(
      'select at::text, extract(hour from "for")::int as hours from days',
    );
    expect(day).toEqual({ at: "03/04/2020", hours: -2 });
  },
);

test("a rebuild through a pooler is refused before anything is made", async () => {
  const { database, run } = await rebuilding();
  const { url } = await startPooler(database.url);
  for (const args of [[], ["--replicate"]]) {
    const refused = await run(args, { env: { DATABASE_URL: url } });
    expect(refused.json()).toMatchObject({
      error: { code: "CONNECT.POOLED", next: expect.stringContaining("DIRECT_URL") as unknown },
    });
    expect(refused.stderr).not.toContain("deploying");
  }
});
