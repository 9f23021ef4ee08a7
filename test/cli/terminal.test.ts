/** What a terminal gets, in one of `script`'s; and what everything that is none gets. */
import { execFileSync, spawn } from "node:child_process";
import { expect, test } from "vitest";
import { displayWidth } from "../../src/core/width.ts";
import { testDatabase } from "../support/database.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { bareEnvironment, lockstepProgram, runLockstep } from "../support/lockstep.ts";

/** Of util-linux: the other ones take other flags. */
const hasScript = isThere();

function isThere(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

interface Terminal {
  readonly columns: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Typed as soon as a question stands there. */
  readonly answer?: string;
}

async function inTerminal(
  folder: string,
  args: readonly string[],
  { columns, environment, answer }: Terminal,
): Promise<{ readonly shown: string; readonly exitCode: number | null }> {
  const words = [process.execPath, lockstepProgram, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", `stty cols ${columns}; ${words}`, "/dev/null"], {
    cwd: folder,
    env: { ...bareEnvironment(), TERM: "xterm", ...environment },
  });
  let [shown, isAnswered] = ["", answer === undefined];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    if (isAnswered || !shown.includes("?")) return;
    isAnswered = true;
    child.stdin.write(`${answer}\n`);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { shown, exitCode };
}

async function wideProject(): Promise<{ readonly folder: string; readonly url: string }> {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_顧客テーブルを追加する変更.sql": "create table a ();\n",
    "migrations/002_顧客テーブルを変更する変更.sql": "create table b ();\n",
    "migrations/002_顧客テーブルを変更する変更.down.sql": "drop table b;\n",
  });
  return { folder, url: database.url };
}

const erase = "\r\u001b[K";

test.skipIf(!hasScript)(
  "on a terminal progress is one line that fits it, however narrow, and is gone at the end",
  async () => {
    for (const columns of [24, 9]) {
      const { folder, url } = await wideProject();
      const { shown, exitCode } = await inTerminal(folder, ["deploy", "--url", url], { columns });
      expect(exitCode).toBe(0);
      const [before, ...pieces] = shown.split(erase);
      const last = pieces.pop() ?? "";
      expect(before).toBe("");
      expect(pieces.map((piece) => piece.slice(0, 5))).toEqual(["[1/2]", "[2/2]"]);
      for (const piece of pieces) {
        expect(piece).not.toContain("\n");
        expect(displayWidth(piece)).toBeLessThan(columns);
        expect(displayWidth(piece)).toBeGreaterThan(columns - 4);
      }
      expect(last).toMatch(/^applied 2 migrations in .*\r\n$/);
    }
  },
);

test.skipIf(!hasScript)(
  "a terminal without a size has eighty columns, one without abilities gets lines, and CI too",
  async () => {
    const { folder, url } = await wideProject();
    const first = await inTerminal(
      folder,
      ["deploy", "--url", url, "--to", "001_顧客テーブルを追加する変更"],
      {
        columns: 0,
      },
    );
    expect(first.shown).toContain(`${erase}[1/1] 001_顧客テーブルを追加する変更${erase}`);
    const plain = await inTerminal(folder, ["deploy", "--url", url], {
      columns: 80,
      environment: { TERM: "dumb" },
    });
    expect(plain.shown).not.toContain("\u001b");
    expect(plain.shown).toContain("[1/1] 002_顧客テーブルを変更する変更\r\n");
    const back = await inTerminal(folder, ["rollback", "--yes", "--no-prove", "--url", url], {
      columns: 80,
      environment: { CI: "true", NO_COLOR: "1" },
    });
    expect(back.shown).not.toContain("\u001b");
    expect(back.shown).toContain("taken back: 002_顧客テーブルを変更する変更\r\n");
  },
);

test.skipIf(!hasScript)("colours follow the terminal, NO_COLOR and FORCE_COLOR", async () => {
  const { folder, url } = await wideProject();
  const status = ["status", "--url", url];
  const colour = "\u001b[";
  const shownWith = async (environment: Readonly<Record<string, string>>): Promise<string> =>
    (await inTerminal(folder, status, { columns: 100, environment })).shown;
  expect(await shownWith({})).toContain(colour);
  expect(await shownWith({ NO_COLOR: "1" })).not.toContain(colour);
  expect(await shownWith({ NO_COLOR: "" })).toContain(colour);
  const piped = await runLockstep(status, { cwd: folder });
  expect(piped.stdout + piped.stderr).not.toContain(colour);
  const forced = await runLockstep(status, { cwd: folder, env: { FORCE_COLOR: "1" } });
  expect(forced.stdout).toContain(colour);
});

test.skipIf(!hasScript)("a question is asked on a terminal only, and no is an answer", async () => {
  const { folder, url } = await wideProject();
  await runLockstep(["deploy", "--url", url], { cwd: folder });
  const back = ["rollback", "--no-prove", "--url", url];
  const asked = await inTerminal(folder, back, { columns: 100, answer: "n" });
  expect(asked.exitCode).toBe(3);
  expect(asked.shown).toContain("USAGE.DECLINED");
  const unasked = await runLockstep([...back, "--steps", "1"], { cwd: folder, input: "y\n" });
  expect(unasked).toMatchObject({ exitCode: 2, stdout: "" });
  expect(unasked.stderr).toContain("USAGE.NO_TERMINAL");
  expect(unasked.stderr).toContain("lockstep rollback --url URL --steps 1 --yes");
  const agreed = await inTerminal(folder, back, { columns: 100, answer: "y" });
  expect(agreed.exitCode).toBe(0);
});

test("without a terminal progress is plain lines, and none with --quiet", async () => {
  const { folder, url } = await wideProject();
  const run = await runLockstep(["deploy", "--url", url], { cwd: folder });
  expect(run.stdout).toBe("");
  expect(run.stderr.split("\n").map((line) => line.slice(0, 9))).toEqual([
    "[1/2] 001",
    "[2/2] 002",
    "applied 2",
    "",
  ]);
  const quiet = await runLockstep(["rollback", "--yes", "--no-prove", "--quiet", "--url", url], {
    cwd: folder,
  });
  expect(quiet).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
});

test("who is waited for is one line in a log, and not one for each look", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ "migrations/001_a.sql": "create table a (n int);\n" });
  const env = { DATABASE_URL: database.url };
  await runLockstep(["deploy"], { cwd: folder, env });
  await writeFiles(folder, { "migrations/002_b.sql": "alter table a add m int;\n" });
  const holder = await database.connect();
  await holder.query("begin; select from a");
  const deploying = runLockstep(["deploy"], { cwd: folder, env });
  await expect
    .poll(async () => (await database.query("select from pg_locks where not granted")).length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await holder.query("commit");
  const { stderr, exitCode } = await deploying;
  expect(exitCode).toBe(0);
  expect(stderr.match(/^waiting for pid /gm)).toHaveLength(1);
});
