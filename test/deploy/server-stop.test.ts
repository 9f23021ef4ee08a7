/** The server stops at once while a deploy is at work: after its recovery, the same command ends the deploy. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import pg from "pg";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";
import {
  ensureCluster,
  removeClusterFolder,
  stopCluster,
  type ClusterRequest,
} from "../../src/adapters/scratch/cluster.ts";
import { connectTo, endpointUrl } from "../../src/adapters/scratch/endpoint.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";
import { newestMajor, testServer } from "../support/servers.ts";
import { startProxy } from "../support/proxy.ts";

async function ownCluster(): Promise<{ request: ClusterRequest; url: () => Promise<string> }> {
  const cache = await cacheFolder(process.env);
  const server = await testServer(newestMajor);
  const home = join(process.env["LOCKSTEP_TEST_RUN"] ?? cache, `stop-${process.pid}-${Date.now()}`);
  const request: ClusterRequest = {
    home,
    cache,
    server,
    tcp: true,
    settings: {},
    idleSeconds: undefined,
    keepData: true,
    prepare: async (endpoint, asMade) => {
      const { client } = await connectTo(asMade, { applicationName: "test" });
      await client.query(`alter role postgres password '${endpoint.password}'`);
      await client.end();
    },
  };
  onTestFinished(async () => {
    await stopCluster(home, server, "immediate");
    await removeClusterFolder(home);
  });
  const url = async (): Promise<string> =>
    endpointUrl((await ensureCluster(request)).endpoint, "postgres", "tcp");
  return { request, url };
}

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

async function statement(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
