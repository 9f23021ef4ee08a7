import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "../../../src/adapters/node/processes.ts";
import {
  type DevelopmentOptions,
  developmentStatus,
  developmentTarget,
  developmentUrl,
  isDevelopment,
  startDevelopment,
  stopDevelopment,
} from "../../../src/adapters/scratch/development-database.ts";
import { testCache } from "../../support/cache.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { millisecondsUntilEnded } from "../../support/holder.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { newestInstalledMajor, testMajors } from "../../support/servers.ts";

const newestMajor = await newestInstalledMajor();

async function developer(): Promise<DevelopmentOptions> {
  const projectFolder = await temporaryFolder("projëct");
  await chmod(projectFolder, 0o755);
  const options = { projectFolder, environment: { LOCKSTEP_CACHE: await testCache() } };
  onTestFinished(async () => void (await stopDevelopment(options)));
  return options;
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("it is started, found running, stopped, and its data and URL are there again", async () => {
  const options = await developer();
  expect(await developmentStatus(options)).toMatchObject({ state: "absent" });
  await expect(developmentUrl(options)).rejects.toMatchObject({ code: "DEV.NOT_RUNNING" });
  const first = await startDevelopment(options);
  expect(first).toMatchObject({ started: true, major: newestMajor });
  await query(first.url, "create table kept as select 1 as a");
  expect(await startDevelopment(options)).toMatchObject({ started: false, url: first.url });
  expect(await stopDevelopment(options)).toBe(true);
  expect(isAlive(first.pid)).toBe(false);
  expect(await stopDevelopment(options)).toBe(false);
  expect(await developmentStatus(options)).toMatchObject({ state: "stopped", major: newestMajor });
  const second = await startDevelopment(options);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "select a from kept")).toEqual([{ a: 1 }]);
});

test("its folder is ignored by git, and its socket and files are the owner's alone", async () => {
  const options = await developer();
  const { url } = await startDevelopment(options);
  const own = join(options.projectFolder, ".lockstep");
  expect(await readFile(join(own, ".gitignore"), "utf8")).toBe("*\n");
  const wrong = new URL(url);
  wrong.password = "guessed";
  await expect(query(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
  expect(wrong.hostname).toBe("127.0.0.1");
});

test("starts at once end in one server", async () => {
  const options = await developer();
  const environment = { LOCKSTEP_CACHE: options.environment["LOCKSTEP_CACHE"] };
  const runs = await Promise.all(
    [1, 2, 3].map(() =>
      runLockstep(["dev", "start"], { cwd: options.projectFolder, env: environment }),
    ),
  );
  expect(
    runs
      .map((run) => run.stderr.split(":")[0])
      .sort((left = "", right = "") => left.localeCompare(right)),
  ).toEqual(["already running", "already running", "started"]);
  expect(new Set(runs.map((run) => run.stdout)).size).toBe(1);
  expect(runs.map((run) => run.exitCode)).toEqual([0, 0, 0]);
});

test("a server that was killed is started again, its backends ended before", async () => {
  const options = await developer();
  const first = await startDevelopment(options);
  await query(first.url, "create table kept as select 1 as a");
  const busy = new pg.Client({ connectionString: first.url });
  busy.on("error", () => undefined);
  await busy.connect();
  const backend = Number((await busy.query("select pg_backend_pid() as pid")).rows[0]?.["pid"]);
  const running = busy
    .query("select count(*) from generate_series(1, 1e12)")
    .catch(() => undefined);
  process.kill(first.pid, "SIGKILL");
  await millisecondsUntilEnded(first.pid, 5_000);
  expect(isAlive(backend)).toBe(true);
  const second = await startDevelopment(options);
  expect(isAlive(backend)).toBe(false);
  await running;
  expect(await query(second.url, "select a from kept")).toEqual([{ a: 1 }]);
});

test("a process id of before a reboot that means another program now does not mislead it", async () => {
  const options = await developer();
  const first = await startDevelopment(options);
  const pidFile = join(first.folder, "data", "postmaster.pid");
  const before = readFileSync(pidFile, "utf8");
  await stopDevelopment(options);
  await writeFile(pidFile, before.replace(/^\d+/, String(process.pid)));
  expect(await developmentStatus(options)).toMatchObject({ state: "stopped" });
  expect(await stopDevelopment(options)).toBe(false);
  await writeFile(pidFile, before.replace(/^\d+/, String(process.pid)));
  expect(await startDevelopment(options)).toMatchObject({ started: true });
});

test("when another program has taken its port, it takes another", async () => {
  const options = await developer();
  const first = await startDevelopment(options);
  await stopDevelopment(options);
  const port = Number(new URL(first.url).port);
  const other = createServer().listen(port, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const second = await startDevelopment(options);
  expect(Number(new URL(second.url).port)).not.toBe(port);
  expect(await query(second.url, "select 1 as a")).toEqual([{ a: 1 }]);
});

test("lost state does not lose data", async () => {
  const options = await developer();
  const first = await startDevelopment(options);
  await query(first.url, "create table kept as select 1 as a");
  await stopDevelopment(options);
  await rm(join(first.folder, "state.json"));
  const second = await startDevelopment(options);
  expect(await query(second.url, "select a from kept")).toEqual([{ a: 1 }]);
});

test.skipIf(testMajors.length < 2)(
  "data of another major runs under that major while it is installed",
  async () => {
    const options = await developer();
    const oldest = testMajors[0] ?? 14;
    await startDevelopment({ ...options, major: oldest });
    await stopDevelopment(options);
    expect(await startDevelopment(options)).toMatchObject({ major: oldest });
    await expect(
      startDevelopment({ ...options, major: newestMajor }).then(() => stopDevelopment(options)),
    ).rejects.toMatchObject({ code: "DEV.OTHER_MAJOR" });
  },
);

test("data of a major that is not installed is refused and kept; --fresh begins anew", async () => {
  const options = await developer();
  const first = await startDevelopment(options);
  await stopDevelopment(options);
  const version = join(first.folder, "data", "PG_VERSION");
  await writeFile(version, "11\n");
  await expect(startDevelopment(options)).rejects.toMatchObject({
    code: "DEV.OTHER_MAJOR",
    message: expect.stringContaining("PostgreSQL 11") as string,
    next: expect.stringContaining("--fresh") as string,
  });
  expect(readFileSync(version, "utf8")).toBe("11\n");
  const anew = await startDevelopment({ ...options, fresh: true });
  expect(anew).toMatchObject({ started: true, major: newestMajor });
  expect(await query(anew.url, "select 1 as a")).toEqual([{ a: 1 }]);
});

test("commands use it only where nothing else is named and no machine is at work", async () => {
  expect(isDevelopment({})).toBe(true);
  expect(isDevelopment({ CI: "false", NODE_ENV: "development", DATABASE_URL: "" })).toBe(true);
  for (const name of ["DATABASE_URL", "DIRECT_URL", "PGHOST", "PGSERVICE", "CI"]) {
    expect(isDevelopment({ [name]: "x" })).toBe(false);
  }
  expect(isDevelopment({ NODE_ENV: "production" })).toBe(false);
  const options = await developer();
  const environment = { ...options.environment, CI: "true" };
  expect(await developmentTarget({ ...options, environment })).toBeUndefined();
  expect(await developmentStatus(options)).toMatchObject({ state: "absent" });
  const target = await developmentTarget(options);
  expect(target?.note).toMatch(/^started the development database .*lockstep dev stop/);
  expect(await query(target?.url ?? "", "select 1 as a")).toEqual([{ a: 1 }]);
});

test.skipIf(process.getuid?.() !== 0)(
  "in a folder that only root can enter, the data lies in the cache",
  async () => {
    const options = await developer();
    await chmod(options.projectFolder, 0o700);
    const started = await startDevelopment(options);
    expect(started.folder.startsWith(options.environment["LOCKSTEP_CACHE"] ?? "-")).toBe(true);
  },
);
