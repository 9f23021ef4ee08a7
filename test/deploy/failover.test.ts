/** The server that takes changes becomes another one, or takes none any more, while a deploy is at work. */
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { stopCluster } from "../../src/adapters/scratch/cluster.ts";
import { LockstepError } from "../../src/core/errors.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";
import { ownCluster, type OwnCluster } from "../support/own-cluster.ts";
import { startProxy, type WireProxy } from "../support/proxy.ts";
import { standbyOf, type Standby } from "../support/standby.ts";

const counting = {
  "migrations/001_a.sql": "create table counted (n int); insert into counted values (1);",
  "migrations/002_b.sql":
    "insert into counted values (2);\ncreate index concurrently on counted (n);",
  "migrations/003_c.sql": "insert into counted values (3);",
  "migrations/004_d.sql": "insert into counted values (4);",
};

async function clientOf(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
}

async function pair(): Promise<{ readonly primary: OwnCluster; readonly standby: Standby }> {
  const primary = await ownCluster({ wal_level: "replica", max_wal_senders: "3" });
  return { primary, standby: await standbyOf(primary, "heir") };
}

interface MovableProxy extends WireProxy {
  moveTo(url: string): void;
}

/** An address that stays while the server behind it becomes another one. */
async function movableProxy(url: string): Promise<MovableProxy> {
  let current = url;
  const proxy = await startProxy({
    get to() {
      return current;
    },
  });
  return { ...proxy, moveTo: (to) => void (current = to) };
}

async function failureOf(work: Promise<unknown>): Promise<LockstepError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LockstepError) return error;
  throw new Error(`no failure of lockstep's: ${String(error)}`);
}

test(
  "a standby is promoted and takes the primary's place: the next deploy goes on there, each migration once",
  { timeout: 240_000 },
  async () => {
    const { primary, standby } = await pair();
    const direct = await primary.url();
    const proxy = await movableProxy(direct);
    const folder = await folderWith(counting);
    proxy.inject({
      point: "commitSent",
      nth: 3,
      action: async () => {
        await stopCluster(primary.request.home, primary.request.server, "immediate");
        await standby.client.query("select pg_promote()");
        proxy.moveTo(standby.url);
      },
    });
    // How much of it the standby had heard is chance; what is said of it is not.
    const error = await failureOf(deployFolder(folder, proxy.urlOf(direct)));
    const known = await standby.client.query("select from lockstep.migrations where id = '001_a'");
    const told = { 0: "DEPLOY.OTHER_SERVER", 1: "DEPLOY.CONNECTION_LOST" };
    expect(error.code).toBe(told[known.rowCount === 1 ? 1 : 0]);
    expect(proxy.injected()).toBe(1);
    await deployFolder(folder, proxy.urlOf(direct));
    const { rows } = await standby.client.query(
      "select array_agg(n order by n) as n, (select count(*)::int from pg_index where not indisvalid) as invalid from counted",
    );
    expect(rows).toEqual([{ n: [1, 2, 3, 4], invalid: 0 }]);
  },
);

test(
  "a standby that had not heard of what was committed is promoted: what is lost is not told as applied",
  { timeout: 240_000 },
  async () => {
    const { primary, standby } = await pair();
    const owner = await primary.url();
    const client = await clientOf(owner);
    await client.query("create role deployer superuser login password 'secret'");
    const asDeployer = (of: string): string => {
      const { hostname, port } = new URL(of);
      return `postgres://deployer:secret@${hostname}:${port}/postgres`;
    };
    const direct = asDeployer(owner);
    const proxy = await movableProxy(direct);
    const folder = await folderWith({ ...counting, "migrations/000_first.sql": "select 1;" });
    await deployFolder(folder, direct, { to: "000_first" });
    const heard = "select from lockstep.migrations";
    await expect
      .poll(() =>
        standby.client.query(heard).then(
          ({ rowCount }) => rowCount,
          () => 0,
        ),
      )
      .toBe(1);
    // The standby follows as this role.
    await client.query("alter role postgres nologin");
    await client.query("select pg_terminate_backend(pid) from pg_stat_replication");
    proxy.inject({
      point: "commitSent",
      nth: 3,
      action: async () => {
        await stopCluster(primary.request.home, primary.request.server, "immediate");
        await standby.client.query("select pg_promote()");
        proxy.moveTo(asDeployer(standby.url));
      },
    });
    expect(await failureOf(deployFolder(folder, proxy.urlOf(direct)))).toMatchObject({
      code: "DEPLOY.OTHER_SERVER",
      message: expect.stringContaining("the server that answers now lacks 001_a"),
      state: "what the server that answers now has is in its ledger; lockstep status shows it",
    });
    const { applied } = await deployFolder(folder, proxy.urlOf(direct));
    expect(applied.map(({ id }) => id)).toEqual(["001_a", "002_b", "003_c", "004_d"]);
    const { rows } = await standby.client.query("select array_agg(n order by n) as n from counted");
    expect(rows).toEqual([{ n: [1, 2, 3, 4] }]);
  },
);

test(
  "a server that takes no changes any more is named, and the same command goes on once it does",
  { timeout: 120_000 },
  async () => {
    const { url } = await ownCluster();
    const direct = await url();
    const client = await clientOf(direct);
    const setTo = async (value: string): Promise<void> => {
      await client.query("set default_transaction_read_only = off");
      await client.query(`alter system set default_transaction_read_only = ${value}`);
      await client.query("select pg_reload_conf()");
    };
    const proxy = await startProxy({ to: direct });
    const folder = await folderWith(counting);
    proxy.inject({ point: "commitSent", nth: 3, action: () => setTo("on") });
    expect(await failureOf(deployFolder(folder, proxy.urlOf(direct)))).toMatchObject({
      code: expect.stringMatching(/^DEPLOY\.(SERVER|STATEMENT_FAILED)$/),
      sqlState: "25006",
      state: expect.stringMatching(/^001_a is applied; /),
      next: expect.stringContaining("Name the primary as the target, or a role that may write"),
    });
    // What that deploy could not close in the ledger is not in the way of saying why.
    expect(await failureOf(deployFolder(folder, direct))).toMatchObject({
      code: "PREFLIGHT.READ_ONLY",
      state: "nothing was changed",
    });
    await setTo("off");
    await deployFolder(folder, direct);
    const { rows } = await client.query("select array_agg(n order by n) as n from counted");
    expect(rows).toEqual([{ n: [1, 2, 3, 4] }]);
  },
);

test(
  "a standby that answers in the primary's place is said to be one",
  { timeout: 240_000 },
  async () => {
    const { primary, standby } = await pair();
    const direct = await primary.url();
    const proxy = await movableProxy(direct);
    const folder = await folderWith(counting);
    proxy.inject({
      point: "commitSent",
      nth: 3,
      action: async () => {
        await stopCluster(primary.request.home, primary.request.server, "fast");
        proxy.moveTo(standby.url);
      },
    });
    const error = await failureOf(deployFolder(folder, proxy.urlOf(direct)));
    expect(error).toMatchObject({
      code: "DEPLOY.OTHER_SERVER",
      notes: ["It is a standby: it may still hear of more."],
    });
    expect(await failureOf(deployFolder(folder, proxy.urlOf(direct)))).toMatchObject({
      code: "PREFLIGHT.STANDBY",
    });
  },
);
