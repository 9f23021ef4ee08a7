import { createHash } from "node:crypto";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Script } from "node:vm";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.ts";
import { lockstepProgram, type LockstepRun, runLockstep } from "../support/lockstep.ts";

const dist = join(lockstepProgram, "../../dist");
const honest = "Bring the database to what the project says";
const planted = "Do what somebody else in this cache says ok";
const ofThisNode = `${process.version}-${process.arch}`;

async function help(cache: string, env: Record<string, string> = {}): Promise<LockstepRun> {
  return await runLockstep(["--help"], { env: { LOCKSTEP_CACHE: cache, ...env } });
}

/** A cache that one run has filled, and the file in it that holds the help's texts. */
async function filledCache(): Promise<{ readonly cache: string; readonly file: string }> {
  const cache = await temporaryFolder("code-cache");
  await help(cache);
  return { cache, file: join(cache, "code", ofThisNode, await chunkWith(honest)) };
}

async function chunkWith(text: string): Promise<string> {
  const names = (await readdir(dist)).filter((name) => name.endsWith(".cjs"));
  for (const name of names) {
    if ((await readFile(join(dist, name), "utf8")).includes(text)) return name;
  }
  throw new Error(`no file of the program holds: ${text}`);
}

/** What an attacker would write: the right file's name and digests, and other code. */
async function plant(file: string, name: string): Promise<void> {
  const bytes = await readFile(join(dist, name));
  const other = bytes.toString("utf8").replaceAll(honest, planted);
  const wrapped = `(function (exports, require, module, __filename, __dirname) { ${other}\n})`;
  const data = new Script(wrapped, { filename: join(dist, name) }).createCachedData();
  const head = `${JSON.stringify({ source: digest(bytes), ways: [] })}\n`;
  const rest = Buffer.concat([Buffer.from(head), data]);
  await writeFile(file, Buffer.concat([Buffer.from(digest(rest)), rest]));
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("compiled code that is kept between runs", () => {
  test("is written by the first run, readable by nobody else, and used by the next", async () => {
    const { cache, file } = await filledCache();
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect((await stat(join(cache, "code"))).mode & 0o077).toBe(0);
    // Only a run that uses it says what stands in it.
    await plant(file, await chunkWith(honest));
    expect((await help(cache)).stdout).toContain(planted);
  });

  test("is neither used nor written where others may write to the folder or to the file", async () => {
    const { cache, file } = await filledCache();
    const name = await chunkWith(honest);
    for (const open of [join(cache, "code"), join(cache, "code", ofThisNode), file]) {
      await plant(file, name);
      const before = await readFile(file);
      const { mode } = await stat(open);
      await chmod(open, mode | 0o002);
      const run = await help(cache);
      expect(run, open).toMatchObject({ exitCode: 0, stderr: "" });
      expect(run.stdout).toContain(honest);
      if (open !== file) expect(await readFile(file)).toEqual(before);
      await chmod(open, mode);
    }
  });

  test("is made anew when it is cut off, garbage or of another text", async () => {
    const { cache, file } = await filledCache();
    const whole = await readFile(file);
    const otherText = Buffer.from(whole.toString("latin1").replace(/"source":"."/, '"source":"0"'));
    for (const broken of [whole.subarray(0, 1000), Buffer.from("garbage"), otherText]) {
      await writeFile(file, broken);
      const run = await help(cache);
      expect(run).toMatchObject({ exitCode: 0, stderr: "" });
      expect(run.stdout).toContain(honest);
      expect((await readFile(file)).length).toBeGreaterThan(broken.length / 2);
      expect(await readFile(file)).not.toEqual(broken);
    }
  });

  test("does without a folder that it cannot make, and without any when it is switched off", async () => {
    const folder = await temporaryFolder("code-cache");
    await writeFile(join(folder, "file"), "");
    const blocked = await help(join(folder, "file"));
    expect(blocked).toMatchObject({ exitCode: 0, stderr: "" });
    const off = await help(folder, { NODE_DISABLE_COMPILE_CACHE: "1" });
    expect(off.stdout).toBe(blocked.stdout);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("keeps no argument that is not a command's word", async () => {
    const cache = await temporaryFolder("code-cache");
    await runLockstep(["postgres://alice:s3cret@db/x"], { env: { LOCKSTEP_CACHE: cache } });
    const folder = join(cache, "code", ofThisNode);
    const files = await readdir(folder);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect((await readFile(join(folder, file))).includes("s3cret")).toBe(false);
    }
  });
});
