import { join } from "node:path";
import { expect, test } from "vitest";
import { importClient } from "../../../src/adapters/store/s3-client.ts";
import { s3Store, type S3Settings } from "../../../src/adapters/store/s3.ts";
import { contentOf } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { s3Server, type Fault, type S3Server } from "../../support/s3-server.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
const url = "s3://backups/shop/b";

function settingsOf({ bucket, environment }: S3Server, silenceMs: number): S3Settings {
  const load = (): ReturnType<typeof importClient> => importClient(repository);
  return { bucket, prefix: "shop/b", environment, silenceMs, load };
}

/** So many times, then never again. */
function sometimes(times: number, fault: Fault, isMeant: (key: string) => boolean) {
  let left = times;
  return ({ key }: { readonly key: string }): Fault => {
    if (!isMeant(key) || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

const isRows = (key: string): boolean => key.endsWith(".rows");

async function workload(): Promise<TestDatabase> {
  const database = await testDatabase();
  await database.run(
    "create table t (id int primary key, x text); insert into t select g, md5(g::text) from generate_series(1, 300) g",
  );
  return database;
}

test.each(["cut", "silent", "slow"] as const)(
  "connections that are %s a few times, on the way in and out, end in a whole backup",
  async (fault) => {
    const server = await s3Server();
    const settings = settingsOf(server, 300);
    const content = new Uint8Array(200_000).fill(7);
    server.disturb(sometimes(2, fault, isRows));
    const writer = await s3Store(settings).create();
    await writer.write("00000001.rows", content);
    await writer.finish();
    server.disturb(sometimes(2, fault, isRows));
    const reader = await s3Store(settings).open();
    expect(Buffer.from(content).equals(await reader.read("00000001.rows"))).toBe(true);
  },
);

test.each(["cut", "silent"] as const)(
  "connections that are always %s end with the store's code, in bounded time",
  async (fault) => {
    const server = await s3Server();
    const writer = await s3Store(settingsOf(server, 100)).create();
    await writer.write("manifest", new Uint8Array([1]));
    await writer.finish();
    server.disturb(() => fault);
    const failed = { code: fault === "cut" ? "BACKUP.STORE_FAILED" : "BACKUP.STORE_TIMEOUT" };
    await expect(writer.write("00000001.rows", new Uint8Array(9))).rejects.toMatchObject(failed);
    await expect(s3Store(settingsOf(server, 100)).open()).rejects.toMatchObject(failed);
  },
);

test.each(["silent", "trickle"] as const)(
  "a store that is %s costs a backup no more than the time that is set, and what lay there is no backup",
  async (fault) => {
    const [server, source, cwd] = [await s3Server(), await workload(), await temporaryFolder()];
    const env = {
      ...{ ...server.environment, DATABASE_URL: source.url, LOCKSTEP_STORE_TIMEOUT: "4s" },
    };
    server.disturb(({ key }) => (isRows(key) ? fault : undefined));
    const begin = performance.now();
    const run = await runLockstep(["backup", "--out", url, "--json"], { cwd, env });
    expect(run.json()).toMatchObject({
      error: {
        code: "BACKUP.STORE_TIMEOUT",
        message: expect.stringMatching(
          /^the bucket backups: writing .*: it was not done within 4.0 s \(LOCKSTEP_STORE_TIMEOUT\)$/,
        ) as unknown,
        next: expect.stringContaining("LOCKSTEP_STORE_TIMEOUT=") as unknown,
      },
    });
    expect(performance.now() - begin).toBeLessThan(40_000);
    expect([...server.objects.keys()]).toEqual([]);
  },
);

test("a limit for the store that is no duration is refused", async () => {
  const [server, cwd] = [await s3Server(), await temporaryFolder()];
  const env = { ...server.environment, LOCKSTEP_STORE_TIMEOUT: "90" };
  const run = await runLockstep(["backup", "list", "s3://backups/shop", "--json"], { cwd, env });
  expect(run.json()).toMatchObject({ error: { code: "CONFIG.VALUE" } });
});

test("a backup that is killed while it writes to a store is none, and the next one takes its name", async () => {
  const [server, source, cwd] = [await s3Server(), await workload(), await temporaryFolder()];
  const run = (
    args: readonly string[],
    onStart: NonNullable<Parameters<typeof runLockstep>[1]>["onStart"] = () => undefined,
  ): ReturnType<typeof runLockstep> =>
    runLockstep([...args, "--json"], {
      ...{ cwd, onStart },
      env: { ...server.environment, DATABASE_URL: source.url },
    });
  const killed = await run(["backup", "--out", url], (child) => {
    server.disturb(({ key }) => {
      if (!isRows(key)) return undefined;
      child.kill("SIGKILL");
      return "silent";
    });
  });
  expect(killed.signal).toBe("SIGKILL");
  server.disturb(() => undefined);
  expect(server.objects.size).toBeGreaterThan(0);
  expect((await run(["backup", "list", "s3://backups/shop"])).json()).toMatchObject({
    ...{ backups: [], unfinished: ["b"] },
  });
  const target = await testDatabase();
  expect((await run(["restore", url, "--to", target.url])).json()).toMatchObject({
    error: { code: "BACKUP.ABSENT" },
  });
  expect((await run(["backup", "--out", url])).json()).toMatchObject({ path: url, rows: 300 });
  expect((await run(["restore", url, "--to", target.url])).exitCode).toBe(0);
  expect(await contentOf(target)).toEqual(await contentOf(source));
});

test("a store that refuses halfway ends the backup with its own words, whatever becomes of what was written", async () => {
  const [server, source, cwd] = [await s3Server(), await workload(), await temporaryFolder()];
  const env = { ...server.environment, DATABASE_URL: source.url };
  const run = await runLockstep(["backup", "--out", url, "--json"], {
    ...{ cwd, env },
    onStart: () =>
      server.disturb(({ key }) => {
        if (isRows(key)) server.fail(400, 1000);
        return undefined;
      }),
  });
  expect(run.json()).toMatchObject({
    error: {
      code: "BACKUP.STORE_FAILED",
      message: expect.stringMatching(/writing shop\/b\/[0-9a-f]+\/\d+\.rows/) as unknown,
      notes: [expect.stringContaining("what was written is still there") as unknown],
    },
  });
  server.fail(0, 0);
  expect([...server.objects.keys()].some((key) => key.endsWith("/complete"))).toBe(false);
});
