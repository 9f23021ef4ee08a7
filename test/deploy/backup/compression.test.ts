import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { beforeAll, afterAll, expect, test } from "vitest";
import { compressionNamed } from "../../../src/adapters/store/compressions.ts";
import { contentOf, restoreBackup, takeBackup } from "../../support/backup.ts";
import { dropDatabase, testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

const hasZstd = "zstdCompress" in zlib;
let source: TestDatabase;

beforeAll(async () => {
  source = await testDatabase(undefined, { keep: true });
  await source.run(`
    create table t (id integer primary key, text text, empty text);
    insert into t select g, 'a value ' || g, '' from generate_series(1, 60000) g;
    select lo_create(5), lo_put(5, 0, 'a value');
  `);
});

afterAll(() => dropDatabase(source));

test.each(["gzip", "none", ...(hasZstd ? ["zstd"] : [])])(
  "a backup that is compressed with %s is restored by whoever else writes brotli",
  async (name) => {
    // Several chunks on their way at once: what is handed to the next must not be what is still being written.
    const { path, rawBytes, bytes } = await takeBackup(source, {
      compression: compressionNamed(name),
    });
    expect(bytes < rawBytes / 2).toBe(name !== "none");
    const target = await testDatabase();
    await restoreBackup(path, target);
    expect(await contentOf(target)).toEqual(await contentOf(source));
  },
);

test.each(["brotli", "gzip", "none", ...(hasZstd ? ["zstd"] : [])])(
  "what %s made stays what it is when the memory that it was made of is used again",
  async (name) => {
    const memory = Buffer.from("a value ".repeat(1000));
    const { compress, expand } = compressionNamed(name);
    const made = await compress(memory.subarray(8));
    memory.fill(0);
    expect(Buffer.from(await expand(made, 7992)).toString()).toBe("a value ".repeat(999));
  },
);

test("the program takes a compression by its name, for its own folders alone", async () => {
  const cwd = await temporaryFolder();
  const run = async (...args: readonly string[]): Promise<unknown> =>
    (
      await runLockstep(["backup", "--out", "b", "--json", ...args], {
        cwd,
        env: { DATABASE_URL: source.url },
      })
    ).json();
  expect(await run("--compression", "gzip", "--format", "sql")).toMatchObject({
    error: { code: "USAGE.INVALID" },
  });
  expect(await readdir(cwd)).toEqual([]);
  expect(await run("--compression", "gzip")).toMatchObject({ rows: 60_000 });
  // What everybody knows of gzip.
  expect((await readFile(join(cwd, "b", "schema.sql"))).subarray(0, 2).toString("hex")).toBe(
    "1f8b",
  );
});

test.skipIf(hasZstd)("a Node.js without zstd says so, and writes nothing", async () => {
  const cwd = await temporaryFolder();
  const run = await runLockstep(["backup", "--out", "b", "--compression", "zstd", "--json"], {
    cwd,
    env: { DATABASE_URL: source.url },
  });
  expect(run.json()).toMatchObject({ error: { code: "BACKUP.COMPRESSION_ABSENT" } });
  expect(await readdir(cwd)).toEqual([]);
});

test("a backup whose compression is not to be had here is refused by its name", async () => {
  const foreign = { ...compressionNamed("gzip"), name: "lzma" };
  const { path } = await takeBackup(source, { compression: foreign });
  await expect(restoreBackup(path, await testDatabase())).rejects.toMatchObject({
    code: "BACKUP.COMPRESSION_ABSENT",
    message: expect.stringContaining("lzma") as unknown,
  });
});
