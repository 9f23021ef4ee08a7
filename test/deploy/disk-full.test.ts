/** The server's disk fills up in the middle of a deploy: it says so, leaves a known state, and carries on once there is room. */
import { chown, cp, readdir, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { stopCluster } from "../../src/adapters/scratch/cluster.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { ownCluster } from "../support/own-cluster.ts";
import { databaseOnSmallDisk, mayMount, smallMount } from "../support/small-disk.ts";

const tooMuch = "select n, repeat('x', 500) as s from generate_series(1, 60000) n";

/** All of one connection, so that a full disk is not in its way. */
async function clientOf(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

test.skipIf(!mayMount)(
  "in a transaction: its file has changed nothing, and the same command carries on",
  { timeout: 120_000 },
  async (context) => {
    const { url, makeRoom } = await databaseOnSmallDisk(context, 20);
    const folder = await folderWith({
      "migrations/001_a.sql": "create table a (id int);",
      "migrations/002_b.sql": `create table b (id int);\ncreate table big as ${tooMuch};`,
    });
    await expect(deployFolder(folder, url)).rejects.toMatchObject({
      code: "DEPLOY.STATEMENT_FAILED",
      sqlState: "53100",
      where: { file: "migrations/002_b.sql", line: 2 },
      state: "001_a is applied; nothing of 002_b was changed",
      next: expect.stringContaining("Make room"),
    });
    makeRoom();
    expect((await deployFolder(folder, url)).applied.map(({ id }) => id)).toEqual(["002_b"]);
    const client = await clientOf(url);
    const { rows } = await client.query("select count(*)::int as n from big");
    expect(rows).toEqual([{ n: 60_000 }]);
  },
);

test.skipIf(!mayMount)(
  "while an index is built without a transaction: what is left of it is named, and it is built anew",
  { timeout: 120_000 },
  async (context) => {
    const { url, makeRoom } = await databaseOnSmallDisk(context, 24);
    const folder = await folderWith({
      "migrations/001_t.sql":
        "create table t as select n, md5(n::text) || md5((n + 1)::text) as s from generate_series(1, 120000) n;",
      "migrations/002_i.sql":
        "alter table t add extra int;\ncreate index concurrently t_s on t (s, n);\nselect 1;",
    });
    await expect(deployFolder(folder, url)).rejects.toMatchObject({
      code: "DEPLOY.STATEMENT_FAILED",
      sqlState: "53100",
      where: { file: "migrations/002_i.sql", line: 2 },
      state: expect.stringContaining("of 002_i, statement 1 of 3 is committed"),
      next: expect.stringContaining("Make room"),
    });
    makeRoom();
    await deployFolder(folder, url);
    const client = await clientOf(url);
    const { rows } = await client.query(
      "select relname, indisvalid from pg_index join pg_class c on c.oid = indexrelid where indrelid = 't'::regclass",
    );
    expect(rows).toEqual([{ relname: "t_s", indisvalid: true }]);
  },
);

test.skipIf(!mayMount)(
  "while a baseline is loaded: nothing was changed, and it is loaded once there is room",
  { timeout: 120_000 },
  async (context) => {
    const { url, makeRoom } = await databaseOnSmallDisk(context, 20);
    const rows = Array.from({ length: 60_000 }, (_, n) => `${n}\t${"y".repeat(500)}`).join("\n");
    const folder = await folderWith({
      "schema.sql": `create table small (id int);\ncreate table big (n int, s text);\ncopy big from stdin;\n${rows}\n\\.\n`,
    });
    await expect(deployFolder(folder, url)).rejects.toMatchObject({
      code: "DEPLOY.STATEMENT_FAILED",
      sqlState: "53100",
      state: "nothing was changed",
      next: expect.stringContaining("Make room"),
    });
    makeRoom();
    await deployFolder(folder, url);
    const client = await clientOf(url);
    const { rows: found } = await client.query("select count(*)::int as n from big");
    expect(found).toEqual([{ n: 60_000 }]);
  },
);

test.skipIf(!mayMount)(
  "full already before: the ledger can't be written, which is said with what to do",
  { timeout: 120_000 },
  async (context) => {
    const { url, makeRoom } = await databaseOnSmallDisk(context, 20);
    const folder = await folderWith({ "migrations/001_a.sql": "create table a (id int);" });
    await deployFolder(folder, url);
    const client = await clientOf(url);
    await client.query("create table rest (s text)");
    for (const bytes of [200_000, 8_000, 100]) {
      const fill = `insert into rest select repeat('x', 500) from generate_series(1, ${bytes} / 500 + 1)`;
      let isFull = false;
      while (!isFull) isFull = !(await isTaken(client, fill));
    }
    await writeFiles(folder, {
      "migrations/002_b.sql": "create table b (id int primary key);",
      "migrations/003_i.sql": "create index concurrently a_id on a (id);",
    });
    await expect(deployFolder(folder, url)).rejects.toMatchObject({
      sqlState: "53100",
      next: expect.stringContaining("Make room"),
    });
    makeRoom();
    const { applied } = await deployFolder(folder, url);
    expect(applied.map(({ id }) => id)).toEqual(["002_b", "003_i"]);
  },
);

test.skipIf(!mayMount)(
  "the disk of the server's log alone: the server goes down, nothing is guessed, and the same command carries on",
  { timeout: 120_000 },
  async (context) => {
    const { request, url } = await ownCluster({ wal_recycle: "off", max_wal_size: "1GB" });
    await url();
    await stopCluster(request.home, request.server, "fast");
    const { folder: disk, makeRoom } = await smallMount(context, 48);
    const log = join(request.home, "data", "pg_wal");
    const { uid, gid } = await stat(log);
    await cp(log, join(disk, "wal"), { recursive: true });
    await rm(log, { recursive: true });
    await symlink(join(disk, "wal"), log);
    for (const path of await readdir(disk, { recursive: true }))
      await chown(join(disk, path), uid, gid);
    const folder = await folderWith({
      "migrations/001_a.sql": "create table a (n int, s text);",
      "migrations/002_b.sql": `insert into a ${tooMuch.replace("60000", "120000")};`,
      "migrations/003_c.sql": "create table c (n int);",
    });
    await expect(deployFolder(folder, await url())).rejects.toMatchObject({
      code: "DEPLOY.CONNECTION_LOST",
      message: expect.stringContaining("No space left on device"),
      state: expect.stringMatching(/^001_a is applied; 002_b /),
      next: "Make room on the server's disk, then: lockstep deploy",
    });
    makeRoom();
    await deployFolder(folder, await url());
    const client = await clientOf(await url());
    const { rows } = await client.query("select count(*)::int as n from a left join c on true");
    expect(rows).toEqual([{ n: 120_000 }]);
  },
);

async function isTaken(client: pg.Client, statement: string): Promise<boolean> {
  try {
    await client.query(statement);
    return true;
  } catch {
    return false;
  }
}
