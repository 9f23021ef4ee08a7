/** The server's disk fills up while rows come back or go over: it says so, and the same command carries on when there is room. */
import { join } from "node:path";
import { expect, test, type TestContext } from "vitest";
import { takeBackup } from "../support/backup.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { folderWith, temporaryFolder } from "../support/folders.ts";
import { runLockstep, type LockstepRun } from "../support/lockstep.ts";
import { sessionOf } from "../support/sessions.ts";
import { databaseOnSmallDisk, mayMount, type SmallDisk } from "../support/small-disk.ts";

const schema =
  "create table first (id int primary key); create table big (id int primary key, s text);";

async function filled(): Promise<TestDatabase> {
  const source = await testDatabase();
  await source.run(`${schema} insert into first values (1);
    insert into big select n, repeat('x', 400) || n from generate_series(1, 60000) n;
    create index on big (s)`);
  return source;
}

interface Full {
  readonly disk: SmallDisk;
  readonly run: (words: readonly string[]) => Promise<LockstepRun>;
  readonly rows: () => Promise<unknown>;
}

async function full(context: TestContext, cwd: string, megabytes: number): Promise<Full> {
  const disk = await databaseOnSmallDisk(context, megabytes);
  return {
    disk,
    run: (words) => runLockstep([...words, "--json"], { cwd, env: { DATABASE_URL: disk.url } }),
    rows: async () =>
      await (
        await sessionOf(disk.url)
      ).query("select count(*)::int as big, (select count(*)::int from first) as first from big"),
  };
}

const all = [{ big: 60_000, first: 1 }];
const makeRoom = expect.stringContaining("Make room on the server's disk") as unknown;

test.skipIf(!mayMount).for(["rows", "keys"])(
  "while a backup is restored (%s): half done, and gone on with",
  { timeout: 180_000 },
  async (what, context) => {
    const { path } = await takeBackup(await filled());
    // The rows alone take 27 MB, the index as much again.
    const { disk, run, rows } = await full(
      context,
      await temporaryFolder(),
      what === "rows" ? 24 : 48,
    );
    expect((await run(["restore", path])).json()).toMatchObject({
      error: {
        ...{ code: "RESTORE.FAILED", sqlState: "53100", next: makeRoom },
        state: expect.stringContaining("the restore is half done") as unknown,
      },
    });
    disk.makeRoom();
    expect((await run(["restore", path])).json()).toMatchObject({ resumed: true, rows: 60_001 });
    expect(await rows()).toEqual(all);
  },
);

test.skipIf(!mayMount)(
  "while an export is imported: the table is as it was, and the same command loads it",
  { timeout: 180_000 },
  async (context) => {
    const source = await filled();
    const cwd = await temporaryFolder();
    const path = join(cwd, "rows");
    const env = { DATABASE_URL: source.url };
    const exported = await runLockstep(["data", "export", "--out", path], { env });
    expect(exported.exitCode, exported.stderr).toBe(0);
    const { disk, run, rows } = await full(context, cwd, 24);
    await (await sessionOf(disk.url)).script(schema);
    expect((await run(["data", "import", path])).json()).toMatchObject({
      error: {
        ...{ code: "DATA.FAILED", sqlState: "53100", next: makeRoom },
        state: expect.stringContaining("this one is as it was") as unknown,
      },
    });
    disk.makeRoom();
    const done = await run(["data", "import", path]);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(await rows()).toEqual(all);
  },
);

test.skipIf(!mayMount)(
  "while a database is rebuilt: the old one is as it was, and the same command makes the new one",
  { timeout: 180_000 },
  async (context) => {
    const folder = await folderWith({ "schema.sql": `${schema} create index on big (s);` });
    const { disk, run, rows } = await full(context, folder, 60);
    const session = await sessionOf(disk.url);
    await session.script(`${schema} insert into first values (1);
      insert into big select n, repeat('x', 400) || n from generate_series(1, 60000) n`);
    await session.close();
    expect((await run(["rebuild", "--yes"])).json()).toMatchObject({
      error: {
        ...{ code: "REBUILD.FAILED", sqlState: "53100", next: makeRoom },
        state: expect.stringContaining("the old database is as it was") as unknown,
      },
    });
    expect(await rows()).toEqual(all);
    disk.makeRoom();
    expect((await run(["rebuild", "--yes"])).json()).toMatchObject({ outcome: "switched" });
    expect(await rows()).toEqual(all);
  },
);
