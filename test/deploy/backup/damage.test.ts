import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, afterAll, expect, test } from "vitest";
import type { BackupKey } from "../../../src/backup/cipher.ts";
import { secret } from "../../../src/core/secret.ts";
import { contentOf, copyFolder, restoreBackup, takeBackup } from "../../support/backup.ts";
import { dropDatabase, testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";

const key: BackupKey = { kind: "key", key: secret("ab".repeat(32)) };
const passphrase: BackupKey = { kind: "passphrase", passphrase: secret("correct horse") };

let source: TestDatabase;

beforeAll(async () => {
  source = await testDatabase(undefined, { keep: true });
  await source.run(`
    create table customer_secret_name (id integer primary key, name text);
    insert into customer_secret_name select g, 'hidden value ' || g from generate_series(1, 5000) g;
    select lo_create(5), lo_put(5, 0, 'hidden value');
  `);
});

afterAll(() => dropDatabase(source));

async function refusal(
  path: string,
  settings: { readonly key?: BackupKey } = {},
): Promise<unknown> {
  const target = await testDatabase();
  const error: unknown = await restoreBackup(path, target, settings).catch(
    (thrown: unknown) => thrown,
  );
  expect(
    await target.query("select 1 from pg_class where relname = 'customer_secret_name'"),
  ).toEqual([]);
  return error;
}

test("every flipped bit, in any file, is refused before or instead of a row of it", async () => {
  const { path } = await takeBackup(source, {});
  for (const name of await readdir(path)) {
    const copy = await copyFolder(path);
    const bytes = await readFile(join(copy, name));
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(join(copy, name), bytes);
    const target = await testDatabase();
    await expect(restoreBackup(copy, target), name).rejects.toMatchObject({
      code: "BACKUP.DAMAGED",
    });
  }
});

test("a file that was cut, and one that is missing, are refused before anything is changed", async () => {
  const { path } = await takeBackup(source);
  const names = await readdir(path);
  for (const name of names) {
    const cut = await copyFolder(path);
    const { size } = await stat(join(cut, name));
    await truncate(join(cut, name), size - 1);
    expect(await refusal(cut), name).toMatchObject({ code: "BACKUP.DAMAGED" });
    const lacking = await copyFolder(path);
    await rm(join(lacking, name));
    expect(await refusal(lacking), name).toMatchObject({ code: "BACKUP.DAMAGED" });
  }
});

test("a newer format is refused by its number", async () => {
  const { path } = await takeBackup(source);
  const text = await readFile(join(path, "manifest"), "utf8");
  await writeFile(join(path, "manifest"), text.replace("lockstep-backup 1", "lockstep-backup 3"));
  expect(await refusal(path)).toMatchObject({
    code: "BACKUP.NEWER_FORMAT",
    message: expect.stringContaining("format 3") as unknown,
  });
});

test.each([
  ["a key", key],
  ["a passphrase", passphrase],
])(
  "a backup encrypted with %s restores with it, and holds no name and no value in clear",
  async (_what, with_) => {
    const { path, encrypted } = await takeBackup(source, { key: with_ });
    expect(encrypted).toBe(true);
    for (const name of await readdir(path)) {
      const bytes = await readFile(join(path, name));
      expect(bytes.includes("customer_secret_name"), name).toBe(false);
      expect(bytes.includes("hidden value"), name).toBe(false);
    }
    const target = await testDatabase();
    await restoreBackup(path, target, { key: with_ });
    expect(await contentOf(target)).toEqual(await contentOf(source));
  },
);

test("a wrong key, no key and the wrong sort of key are refused by name", async () => {
  const { path } = await takeBackup(source, { key });
  const wrong: BackupKey = { kind: "key", key: secret("cd".repeat(32)) };
  expect(await refusal(path, { key: wrong })).toMatchObject({ code: "BACKUP.KEY_WRONG" });
  expect(await refusal(path)).toMatchObject({ code: "BACKUP.KEY_NEEDED" });
  expect(await refusal(path, { key: passphrase })).toMatchObject({ code: "BACKUP.KEY_NEEDED" });
  const short: BackupKey = { kind: "key", key: secret("abcd") };
  expect(await refusal(path, { key: short })).toMatchObject({ code: "BACKUP.KEY_INVALID" });
});

test("in an encrypted backup no file can take the place of another", async () => {
  const { path } = await takeBackup(source, { key });
  const other = await takeBackup(source, { key });
  await writeFile(join(path, "manifest"), await readFile(join(other.path, "manifest")));
  expect(await refusal(path, { key })).toMatchObject({ code: "BACKUP.DAMAGED" });
});

test("a path without a backup, and one that is taken, are refused", async () => {
  const folder = await temporaryFolder();
  expect(await refusal(join(folder, "nothing"))).toMatchObject({ code: "BACKUP.ABSENT" });
  await mkdir(join(folder, "other"));
  await writeFile(join(folder, "other", "notes.txt"), "no backup");
  expect(await refusal(join(folder, "other"))).toMatchObject({
    code: "BACKUP.ABSENT",
    message: expect.stringContaining("it holds none of the files of one") as unknown,
  });
  await writeFile(join(folder, "other", "toc.dat"), "PGDMP");
  expect(await refusal(join(folder, "other"))).toMatchObject({
    code: "BACKUP.ABSENT",
    next: expect.stringContaining("hands it to pg_restore") as unknown,
  });
  await expect(takeBackup(source, { path: folder })).rejects.toMatchObject({
    code: "BACKUP.EXISTS",
  });
});

test("only its owner can read a backup", async () => {
  const { path } = await takeBackup(source);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(path)) {
    expect((await stat(join(path, name))).mode & 0o777).toBe(0o600);
  }
});
