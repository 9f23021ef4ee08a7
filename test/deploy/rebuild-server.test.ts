/** A server that has nothing left to tell its changes with: nothing is made, and the error says which setting it is. */
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { ownCluster } from "../support/own-cluster.ts";

test(
  "--replicate is refused where no slot or no sender is left",
  { timeout: 120_000 },
  async () => {
    const few = { max_replication_slots: "1", max_wal_senders: "1" };
    const full = await ownCluster({ ...few, wal_level: "logical" });
    const postgres = await full.url();
    const cwd = await folderWith({ "init_schema.sql": "create table t (id int primary key);" });
    const url = await databaseOn(postgres);
    const rebuild = async (): Promise<unknown> => {
      const env = { DATABASE_URL: url };
      const run = await runLockstep(["rebuild", "--yes", "--replicate", "--json"], { cwd, env });
      expect(run.stderr.includes("deploying")).toBe(run.exitCode === 0);
      return run.json();
    };
    const refused = (what: string): object => ({
      error: {
        code: "REBUILD.REPLICATION",
        message: `all that ${what} allows are in use`,
        state: "the old database is as it was; what was built of the new one is dropped",
        next: expect.stringContaining("leave --replicate out") as unknown,
      },
    });
    const holder = await connected(postgres);
    await holder.query("select pg_create_physical_replication_slot('taken')");
    expect(await rebuild()).toMatchObject(refused("max_replication_slots"));
    await holder.query("select pg_drop_replication_slot('taken')");
    const sender = await connected(`${postgres}?replication=true`);
    expect(await rebuild()).toMatchObject(refused("max_wal_senders"));
    await sender.end();
    await expect
      .poll(async () => (await holder.query("select from pg_stat_replication")).rowCount)
      .toBe(0);
    expect(await rebuild()).toMatchObject({ outcome: "switched" });
  },
);

async function databaseOn(postgres: string): Promise<string> {
  const client = await connected(postgres);
  await client.query("create database app");
  const url = postgres.replace(/postgres$/, "app");
  await (
    await connected(url)
  ).query("create table t (id int primary key); insert into t values (1)");
  return url;
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: connectionString.replace("?replication=true", ""),
    // The type does not know it; it goes into the startup packet.
    ...(connectionString.includes("?replication") ? { replication: "true" } : {}),
  });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
}
