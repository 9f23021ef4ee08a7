/** The server stops at once while a deploy is at work: after its recovery, the same command ends the deploy. */
import { expect, test } from "vitest";
import pg from "pg";
import { stopCluster } from "../../src/adapters/scratch/cluster.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";
import { ownCluster } from "../support/own-cluster.ts";
import { startProxy } from "../support/proxy.ts";

test(
  "stopped at once at several answers: the next deploy ends where an undisturbed one ends",
  { timeout: 240_000 },
  async () => {
    const folder = await folderWith({
      "migrations/001_a.sql": "create table counted (n int);\ninsert into counted values (1);",
      "migrations/002_b.sql":
        "insert into counted values (2);\ncreate index concurrently counted_n on counted (n);\ninsert into counted values (22);",
      "migrations/003_c.sql": "insert into counted values (3);",
    });
    const { request, url } = await ownCluster();
    let injected = 0;
    for (const nth of [9, 13, 16, 19]) {
      const direct = await url();
      await statement(
        direct,
        "drop schema public cascade; create schema public; drop schema if exists lockstep cascade",
      );
      let stopping: Promise<boolean> | undefined;
      const proxy = await startProxy({ to: direct });
      proxy.inject({
        point: "readyForQuery",
        nth,
        action: async () => {
          stopping = stopCluster(request.home, request.server, "immediate");
          await stopping;
        },
      });
      await expect(
        deployFolder(folder, proxy.urlOf(direct), { retryForMs: 0 }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(
          /^(DEPLOY\.CONNECTION_LOST|CONNECT\.LOST|LOCK\.LOST|CONNECT\.REFUSED)$/,
        ),
      });
      injected += proxy.injected();
      await stopping;
      const again = await url();
      await deployFolder(folder, again, { retryForMs: 20_000 });
      const rows = await statement(
        again,
        "select array_agg(n order by n) as n, (select count(*)::int from pg_index where not indisvalid) as invalid from counted",
      );
      expect(rows, `stopped at answer ${nth}`).toEqual([{ n: [1, 2, 3, 22], invalid: 0 }]);
    }
    expect(injected).toBe(4);
  },
);

test(
  "a server that does not come back: what was under way and all that was sent behind it is in doubt, and nobody says that nothing was changed",
  { timeout: 120_000 },
  async () => {
    const folder = await folderWith({
      "migrations/001_a.sql": "create table a (n int);",
      "migrations/002_b.sql": "create table b (n int);",
      "migrations/003_c.sql": "create table c (n int);",
    });
    const { request, url } = await ownCluster();
    const direct = await url();
    const proxy = await startProxy({ to: direct });
    proxy.inject({
      point: "commitSent",
      nth: 2,
      action: async () => {
        await stopCluster(request.home, request.server, "immediate");
      },
    });
    await expect(
      deployFolder(folder, proxy.urlOf(direct), { retryForMs: 0 }),
    ).rejects.toMatchObject({
      code: "DEPLOY.CONNECTION_LOST",
      state:
        "001_a and 2 migrations sent behind it, to 003_c, are in doubt: the next deploy looks up which of them happened",
    });
  },
);

async function statement(
  url: string,
  text: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test(
  "a server process that is killed while it builds an index takes the server with it, and the next deploy builds it",
  { timeout: 120_000 },
  async () => {
    const folder = await folderWith({
      "migrations/001_t.sql": "create table t (id int);",
      "migrations/002_i.sql": "create index concurrently t_id on t (id);",
    });
    const { url } = await ownCluster();
    const direct = await url();
    const holder = new pg.Client({ connectionString: direct });
    holder.on("error", () => undefined);
    await holder.connect();
    await holder.query("begin isolation level repeatable read; select 1");
    const running = deployFolder(folder, direct, { retryForMs: 20_000 });
    const refused = expect(running).rejects.toMatchObject({ code: "DEPLOY.CONNECTION_LOST" });
    const building = "select pid from pg_stat_progress_create_index where phase ~ '^waiting'";
    await expect.poll(() => statement(direct, building), { timeout: 20_000 }).toHaveLength(1);
    const [backend] = await statement(direct, building);
    process.kill(Number(backend?.["pid"]), "SIGKILL");
    await refused;
    const again = await url();
    await deployFolder(folder, again, { retryForMs: 20_000 });
    const rows = await statement(
      again,
      "select indisvalid from pg_index where indrelid = 't'::regclass",
    );
    expect(rows).toEqual([{ indisvalid: true }]);
  },
);
