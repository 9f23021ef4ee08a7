/** A backfill waits for a standby that falls behind, whether the standby says so or has fallen silent, and then goes on. */
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { createLagLog } from "../../../src/deploy/steps/backfill/meter.ts";
import { createStandbyLog } from "../../../src/deploy/steps/backfill/standbys.ts";
import { deployFolder } from "../../support/deploy.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { ownCluster } from "../../support/own-cluster.ts";
import { standbyOf, type Standby } from "../../support/standby.ts";

interface Following {
  readonly url: string;
  readonly client: pg.Client;
  readonly standby: Standby;
  readonly folder: string;
}

async function following(): Promise<Following> {
  const primary = await ownCluster({ wal_level: "replica", max_wal_senders: "3" });
  const standby = await standbyOf(primary, "reader");
  const url = await primary.url();
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  const folder = await folderWith({
    "migrations/001_t.sql": `create table t (id int primary key, n int not null default 0);
insert into t select i from generate_series(1, 2000) i;`,
    ...Object.fromEntries(
      ["002_n", "003_n", "004_n"].map((id) => [
        `migrations/${id}.sql`,
        "-- lockstep: backfill batch=100 target=0 rate=800 max-lag=1s\nupdate t set n = n + 1",
      ]),
    ),
  });
  await deployFolder(folder, url, { to: "001_t" });
  await client.query("select pg_switch_wal()");
  const streams = async (): Promise<string> =>
    (await client.query<{ state: string }>("select state from pg_stat_replication")).rows[0]
      ?.state ?? "";
  await expect.poll(streams, { timeout: 30_000 }).toBe("streaming");
  return { url, client, standby, folder };
}

/** What is said, and the end. */
function deploying(
  { folder, url }: Following,
  to: string,
): { readonly said: () => string; readonly done: ReturnType<typeof runLockstep> } {
  let said = "";
  const done = runLockstep(["deploy", "--to", to, "--backup", "never"], {
    cwd: folder,
    env: { DATABASE_URL: url },
    onStart: (child) => {
      child.stderr?.on(
        "data",
        (chunk: Uint8Array) => (said += Buffer.from(chunk).toString("utf8")),
      );
    },
  });
  return { said: () => said, done };
}

async function doneRows({ client }: Following): Promise<number> {
  const { rows } = await client.query<{ n: number }>("select sum(n)::int as n from t");
  return rows[0]?.n ?? -1;
}

const silence = async ({ client }: Standby, signal: NodeJS.Signals): Promise<void> => {
  const { rows } = await client.query<{ pid: number }>("select pid from pg_stat_wal_receiver");
  process.kill(rows[0]?.pid ?? 0, signal);
};
const ways = [
  {
    id: "002_n",
    stop: async ({ client }: Standby) => void (await client.query("select pg_wal_replay_pause()")),
    go: async ({ client }: Standby) => void (await client.query("select pg_wal_replay_resume()")),
  },
  {
    id: "003_n",
    stop: (standby: Standby) => silence(standby, "SIGSTOP"),
    go: (standby: Standby) => silence(standby, "SIGCONT"),
  },
];

test.skipIf(process.platform === "win32")(
  "a standby that does not replay, or has fallen silent, is waited for by its name; who may not see it is told so",
  async () => {
    const all = await following();
    for (const [at, { id, stop, go }] of ways.entries()) {
      await stop(all.standby);
      const deploy = deploying(all, id);
      await expect
        .poll(deploy.said, { timeout: 60_000 })
        .toMatch(/waits: the standby reader is \d+\.\d s behind, more than 1 s/);
      const before = await doneRows(all);
      expect(before).toBeLessThan(2000 * (at + 1));
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(await doneRows(all)).toBe(before);
      await go(all.standby);
      const { exitCode, stderr } = await deploy.done;
      expect(stderr).not.toContain("may not see");
      expect(exitCode).toBe(0);
      const { rows } = await all.client.query("select n, count(*)::int as rows from t group by n");
      expect(rows).toEqual([{ n: at + 1, rows: 2000 }]);
    }
    await all.client.query(
      `create role plain login password 'x';
       grant all on all tables in schema public, lockstep to plain; grant usage, create on schema public, lockstep to plain;
       grant all on all sequences in schema lockstep to plain; alter table t owner to plain`,
    );
    const url = new URL(all.url);
    url.username = "plain";
    url.password = "x";
    const { stderr, exitCode } = await deploying({ ...all, url: url.href }, "004_n").done;
    expect(stderr).toContain(
      "004_n: the role may not see how far standbys are behind (max-lag), so nothing waits for that",
    );
    expect(exitCode).toBe(0);
  },
  300_000,
);

test.skipIf(process.platform === "win32")(
  "a standby that is thrown out for its silence is waited for until it is back",
  async () => {
    const all = await following();
    await all.client.query("alter system set wal_sender_timeout = '1s'");
    await all.client.query("select pg_reload_conf()");
    const deploy = deploying(all, "002_n");
    await expect.poll(() => doneRows(all), { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
    await silence(all.standby, "SIGSTOP");
    await expect
      .poll(deploy.said, { timeout: 60_000 })
      .toMatch(
        /002_n: waits: the standby reader at 127\.0\.0\.1 is not connected any more for \d+\.\d s; it gets 60 s to come back/,
      );
    const before = await doneRows(all);
    expect(before).toBeLessThan(2000);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await doneRows(all)).toBe(before);
    await silence(all.standby, "SIGCONT");
    expect((await deploy.done).exitCode).toBe(0);
    expect(await doneRows(all)).toBe(2000);
  },
  300_000,
);

test("a standby that is gone is missed, given up after a minute, and missed anew when it was back", () => {
  const log = createStandbyLog();
  const nothing = { absent: undefined, givenUp: [] };
  expect(log.look([], 0)).toEqual(nothing);
  expect(log.look(["a", "b"], 1_000)).toEqual(nothing);
  expect(log.look(["b"], 3_000)).toEqual({ absent: { name: "a", forMs: 2_000 }, givenUp: [] });
  expect(log.look(["a"], 4_000)).toEqual({ absent: { name: "b", forMs: 1_000 }, givenUp: [] });
  expect(log.look([], 62_999)).toEqual({ absent: { name: "b", forMs: 59_999 }, givenUp: [] });
  expect(log.look([], 63_500)).toEqual({ absent: { name: "a", forMs: 59_500 }, givenUp: ["b"] });
  expect(log.look([], 64_000)).toEqual({ absent: undefined, givenUp: ["a"] });
  expect(log.look([], 65_000)).toEqual(nothing);
  expect(log.look(["b"], 66_000)).toEqual(nothing);
  expect(log.look([], 67_000)).toEqual({ absent: { name: "b", forMs: 1_000 }, givenUp: [] });
});

test("how far a silent standby is behind is told by what was written when", () => {
  const log = createLagLog();
  expect(log.lagMs(100, 100, 0)).toBe(0);
  expect(log.lagMs(200, 100, 1_000)).toBe(0);
  expect(log.lagMs(300, 100, 5_000)).toBe(4_000);
  expect(log.lagMs(300, 200, 6_000)).toBe(1_000);
  expect(log.lagMs(300, 300, 7_000)).toBe(0);
  expect(log.lagMs(400, undefined, 8_000)).toBe(0);
  expect(log.lagMs(500, 350, 9_000)).toBe(0);
});
