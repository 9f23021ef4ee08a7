import { type ChildProcess, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toolVersion } from "../../src/core/version.ts";
import { testDatabase } from "../support/database.ts";
import { folderWith, temporaryFolder } from "../support/folders.ts";
import { lockstepProgram, runLockstep } from "../support/lockstep.ts";

const nobody = "postgres://nobody@127.0.0.1:1/nothing";

describe("help and version are data", () => {
  test("--version is one line on stdout", async () => {
    const run = await runLockstep(["--version"]);
    expect(run).toMatchObject({ exitCode: 0, stdout: `${toolVersion}\n`, stderr: "" });
  });

  test("--help lists the commands on stdout and ends well", async () => {
    const run = await runLockstep(["--help"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^ {2}dev start +\S/m);
  });

  test("help of a command is the same by flag and by word, and runs nothing", async () => {
    const byFlag = await runLockstep(["dev", "start", "--frobnicate", "--help"]);
    const byWord = await runLockstep(["help", "dev", "start"]);
    expect(byFlag).toMatchObject({ exitCode: 0, stderr: "" });
    expect(byWord.stdout).toBe(byFlag.stdout);
    expect(byFlag.stdout).toContain("Usage: lockstep dev start [flags]");
  });
});

test.skipIf(process.platform !== "linux")(
  "output that can't be written is a failure, and a reader that leaves is none",
  async () => {
    const shell = (line: string): SpawnSyncReturns<string> =>
      spawnSync("bash", ["-o", "pipefail", "-c", line], {
        encoding: "utf8",
        env: { ...process.env, NODE: process.execPath, LOCKSTEP: lockstepProgram },
      });
    const full = shell('"$NODE" "$LOCKSTEP" --help --json >/dev/full');
    expect(full.status).toBe(2);
    expect(full.stderr).toContain("USAGE.OUTPUT_FAILED");
    expect(shell('"$NODE" "$LOCKSTEP" --help | true')).toMatchObject({ status: 0, stderr: "" });
  },
);

describe("a command that is not there", () => {
  test("is answered with the one that was meant", async () => {
    const run = await runLockstep(["dev", "strat"]);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain("USAGE.UNKNOWN_COMMAND");
    expect(run.stderr).toContain("next:  lockstep dev start");
    expect((await runLockstep(["stat"])).stderr).toContain("next:  lockstep status");
  });

  test("half of one lists the other halves", async () => {
    const run = await runLockstep(["dev"]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("lockstep dev start, lockstep dev watch, lockstep dev stop");
  });

  test("help of half a command is the help of the other halves", async () => {
    const byWord = await runLockstep(["help", "dev"]);
    expect(byWord).toMatchObject({ exitCode: 0, stderr: "" });
    expect(byWord.stdout).toMatch(/^ {2}dev stop +\S/m);
    expect(byWord.stdout).not.toContain("rollback");
    expect((await runLockstep(["dev", "--help"])).stdout).toBe(byWord.stdout);
  });

  test("none at all shows what there is, and is a failure all the same", async () => {
    const run = await runLockstep([]);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^ {2}deploy +\S/m);
    expect(run.stderr).toContain("next:  lockstep --help");
  });
});

describe("--json", () => {
  test("gives errors as one document on stdout, for people on stderr", async () => {
    const run = await runLockstep(["wait", "--json", "--frob"]);
    expect(run.exitCode).toBe(2);
    expect(run.json()).toMatchObject({
      formatVersion: 1,
      error: { code: "USAGE.INVALID", state: "nothing was changed", next: "lockstep wait --help" },
    });
    expect(run.stderr).toContain("USAGE.INVALID: lockstep wait has no flag --frob");
  });

  test("gives results as one document with the format's version", async () => {
    const folder = await temporaryFolder();
    const run = await runLockstep(["dev", "status", "--json"], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.json()).toMatchObject({ formatVersion: 1, state: "absent" });
  });
});

describe("the terminal", () => {
  test("there is no colour without a terminal, and FORCE_COLOR brings it", async () => {
    const escape = "\u001b[";
    const quiet = await runLockstep(["frob"]);
    expect(quiet.stderr).not.toContain(escape);
    const forced = await runLockstep(["frob"], { env: { FORCE_COLOR: "1" } });
    expect(forced.stderr).toContain(escape);
  });

  test("a reader that goes away is no failure", async () => {
    const run = await runLockstep(["--help"], { onStart: (child) => child.stdout?.destroy() });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: "" });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends a command with exit code 3",
    async (signal) => {
      const folder = await temporaryFolder();
      const run = await runLockstep(["wait", "--url", nobody, "--timeout", "60s"], {
        cwd: folder,
        onStart: (child) => {
          child.stderr?.once("data", () => child.kill(signal));
        },
      });
      expect(run).toMatchObject({ exitCode: 3, signal: null, stdout: "" });
      expect(run.stderr).toContain("USAGE.INTERRUPTED");
    },
  );
});

test("a signal that comes while the program loads is answered like any other", async () => {
  const preload = join(await temporaryFolder(), "early.cjs");
  const early = `const Module = require("node:module");
const load = Module._load;
Module._load = function (request, ...rest) {
  if (request.endsWith("code-cache.cjs")) process.kill(process.pid, "SIGINT");
  return load.call(this, request, ...rest);
};`;
  await writeFile(preload, early);
  const run = await runLockstep(["wait", "--url", nobody, "--timeout", "60s", "--json"], {
    cwd: await temporaryFolder(),
    env: { NODE_OPTIONS: `--require ${preload}` },
  });
  expect(run).toMatchObject({ exitCode: 3, signal: null });
  expect(run.json()).toMatchObject({ error: { code: "USAGE.INTERRUPTED" } });
});

test("what takes long to stop says so, and a second interrupt ends it at once, with its code", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ "migrations/001_slow.sql": "select pg_sleep(4);" });
  let child: ChildProcess | undefined;
  const running = runLockstep(["deploy", "--url", database.url, "--json"], {
    cwd: folder,
    onStart: (started) => {
      child = started;
      started.stderr?.on("data", (chunk: Uint8Array) => {
        if (Buffer.from(chunk).toString("utf8").includes("waited for")) started.kill("SIGINT");
      });
    },
  });
  const asleep = `select from pg_stat_activity
    where wait_event = 'PgSleep' and datname = current_database()`;
  await expect.poll(() => database.query(asleep), { timeout: 20_000 }).toHaveLength(1);
  child?.kill("SIGINT");
  const run = await running;
  expect(run.exitCode).toBe(3);
  expect(run.stderr).toContain("what is under way is waited for");
  expect(run.stderr).toContain("state: what was under way may still end");
  expect(run.json()).toMatchObject({ error: { code: "USAGE.INTERRUPTED" } });
});

test("the folder that --project names must be there", async () => {
  const run = await runLockstep(["status", "--project", "nowhere"]);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("PROJECT.FILE_ABSENT");
});

test("a URL and a target together are refused", async () => {
  const run = await runLockstep(["wait", "--url", nobody, "--target", "live"]);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("USAGE.INVALID");
});

test("in CI nobody's development database is guessed", async () => {
  const folder = await temporaryFolder();
  const run = await runLockstep(["wait"], { cwd: folder, env: { CI: "true" } });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("CONNECT.NOT_CONFIGURED");
});

test("a folder without a project gets no server", async () => {
  const folder = await temporaryFolder();
  const run = await runLockstep(["status"], { cwd: folder });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("PROJECT.NOTHING_FOUND");
  expect(await readdir(folder)).toEqual([]);
});

test("files that no naming pattern takes are named, once", async () => {
  const folder = await folderWith({
    "migrations/001_init.sql": "select 1;\n",
    "migrations/Fix.sql": "select 2;\n",
  });
  const run = await runLockstep(["new", "add", "phone"], { cwd: folder });
  expect(run.exitCode).toBe(0);
  expect(run.stderr.match(/PROJECT\.STRANGE_FILE: migrations\/Fix\.sql/g)).toHaveLength(1);
});

describe("RUN_MIGRATIONS", () => {
  test("takes words for true and false, and nothing that could be meant either way", async () => {
    const cwd = await folderWith({ "migrations/001_a.sql": "select 1;\n" });
    const unclear = await runLockstep(["deploy"], {
      cwd,
      env: { DATABASE_URL: nobody, RUN_MIGRATIONS: "maybe" },
    });
    expect(unclear.exitCode).toBe(2);
    expect(unclear.stderr).toContain('CONFIG.VALUE: RUN_MIGRATIONS is true or false, not "maybe"');
    const { url } = await testDatabase();
    const clear = await runLockstep(["deploy"], {
      cwd,
      env: { DATABASE_URL: url, RUN_MIGRATIONS: "On" },
    });
    expect(clear).toMatchObject({ exitCode: 0 });
  });
});
