import { spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importClient } from "../../../src/adapters/store/s3-client.ts";
import { parseS3Url, s3Place, s3Store, type S3Settings } from "../../../src/adapters/store/s3.ts";
import { contentOf } from "../../support/backup.ts";
import { testDatabase } from "../../support/database.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";
import { lockstepProgram, runLockstep } from "../../support/lockstep.ts";
import { s3Server, type S3Server } from "../../support/s3-server.ts";
import { storeConformance } from "../../support/store-conformance.ts";

const repository = join(import.meta.dirname, "..", "..", "..");

function settingsOf(server: S3Server, prefix: string): S3Settings {
  const { bucket, environment } = server;
  return { bucket, prefix, environment, load: () => importClient(repository) };
}

storeConformance("a prefix of a bucket", async () => {
  const server = await s3Server();
  return () => s3Store(settingsOf(server, "shop/one & two"));
});

storeConformance("a prefix of a store that knows no conditions", async () => {
  const server = await s3Server();
  server.forgetConditions();
  return () => s3Store(settingsOf(server, "shop"));
});

test("a place lists whole backups over several pages, and removes one with all that is left of it", async () => {
  const server = await s3Server(2);
  const place = s3Place(settingsOf(server, "shop"));
  for (const name of ["a", "b"]) {
    const writer = await place.store(name).create();
    await writer.write("manifest", new Uint8Array([1]));
    await writer.write("00000001.rows", new Uint8Array([2]));
    await writer.finish();
  }
  // Cut off: no mark.
  await (await place.store("c").create()).write("manifest", new Uint8Array([1]));
  expect([...(await place.names())].sort()).toEqual(["a", "b"]);
  await place.remove("a");
  expect([...server.objects.keys()].filter((key) => key.startsWith("shop/a/"))).toEqual([]);
  expect(await place.names()).toEqual(["b"]);
});

test("a store that is busy is asked again, one that stays so is named, and wrong credentials are refused", async () => {
  const server = await s3Server();
  const settings = settingsOf(server, "shop");
  server.fail(503, 2);
  await expect(s3Store(settings).open()).rejects.toMatchObject({ code: "BACKUP.ABSENT" });
  server.fail(400, 100);
  await expect(s3Store(settings).open()).rejects.toMatchObject({ code: "BACKUP.STORE_FAILED" });
  server.fail(403, 1, "RequestTimeTooSkewed");
  await expect(s3Store(settings).open()).rejects.toMatchObject({
    code: "BACKUP.STORE_DENIED",
    next: "Set this machine's clock; then run the same command again.",
  });
  server.fail(0, 0);
  server.put("shop/complete", "<html>please log in</html>");
  await expect(s3Store(settings).create()).rejects.toMatchObject({
    code: "BACKUP.STORE_FAILED",
    message: "what is read as s3://backups/shop/complete is nothing that lockstep writes",
  });
  const environment = { ...server.environment, AWS_SECRET_ACCESS_KEY: "not-the-secret" };
  const denied = await s3Store({ ...settings, environment })
    .open()
    .catch((error: unknown) => error);
  expect(denied).toMatchObject({ code: "BACKUP.STORE_DENIED" });
  expect(JSON.stringify(denied)).not.toContain("not-the-secret");
});

test.each(["s3://", "s3:///x", "s3://b/../x", "s3://b/x//y", "s3://b?x"])(
  "%s names no place",
  (url) => {
    expect(() => parseS3Url(url)).toThrow(
      expect.objectContaining({ code: "BACKUP.STORE_UNKNOWN" }),
    );
  },
);

test("the program backs up into a bucket, lists, verifies, restores and prunes there", async () => {
  const server = await s3Server();
  const source = await testDatabase();
  await source.run(
    "create table t (id int primary key, x text); insert into t select g, repeat('x', 50) from generate_series(1, 2000) g",
  );
  const cwd = await temporaryFolder();
  const run = (...args: readonly string[]): ReturnType<typeof runLockstep> =>
    runLockstep([...args, "--json"], {
      cwd,
      env: { ...server.environment, DATABASE_URL: source.url },
    });
  const url = "s3://backups/shop/first";
  const taken = await run("backup", "--out", url);
  expect(taken.json(), taken.stderr).toMatchObject({ path: url, rows: 2000 });
  expect((await run("backup", "--out", url)).json()).toMatchObject({
    error: { code: "BACKUP.EXISTS" },
  });
  expect((await run("backup", "list", "s3://backups/shop")).json()).toMatchObject({
    backups: [{ name: "first", location: url }],
  });
  expect((await run("backup", "verify", url, "--quick")).json()).toMatchObject({ depth: "files" });
  const target = await testDatabase();
  const restored = await run("restore", url, "--to", target.url);
  expect(restored.exitCode, restored.stdout).toBe(0);
  expect(await contentOf(target)).toEqual(await contentOf(source));
  await run("backup", "--out", "s3://backups/shop/second");
  const prune = ["backup", "prune", "s3://backups/shop", "--keep", "1", "--yes"];
  server.put("shop/first/notes/why.txt", "somebody's own");
  expect((await run(...prune)).json()).toMatchObject({
    ...{ removed: [], kept: [{ others: [] }, { name: "first", others: ["notes/why.txt"] }] },
  });
  server.remove("shop/first/notes/why.txt");
  expect((await run(...prune)).json()).toMatchObject({ removed: [{ name: "first" }] });
});

test("without the client the code says what to install", async () => {
  const elsewhere = await folderWith({ "package.json": "{}" });
  // The program without the packages that lie around it.
  await cp(join(lockstepProgram, "..", "..", "dist"), join(elsewhere, "dist"), { recursive: true });
  await cp(join(lockstepProgram, ".."), join(elsewhere, "bin"), { recursive: true });
  const { stdout } = spawnSync(
    process.execPath,
    [join(elsewhere, "bin", "lockstep.cjs"), "backup", "list", "s3://backups/shop", "--json"],
    { cwd: elsewhere, encoding: "utf8" },
  );
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "BACKUP.CLIENT_ABSENT" } });
});
