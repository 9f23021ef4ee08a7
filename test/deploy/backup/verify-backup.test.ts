import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { takeBackup } from "../../support/backup.ts";
import { testDatabase, testRole } from "../../support/database.ts";
import { runLockstep } from "../../support/lockstep.ts";

test("a good backup is restored, compared and called good, roles that nobody has included", async () => {
  const role = await testRole();
  const source = await testDatabase();
  await source.run(`
    create type mood as enum ('sad', 'ok');
    create table t (id integer primary key, moods mood[], payload bytea);
    alter table t owner to ${role};
    insert into t select g, array['ok', 'sad']::mood[], decode(md5(g::text), 'hex') from generate_series(1, 3000) g;
    create table empty ();
  `);
  const { path } = await takeBackup(source);
  const full = await runLockstep(["backup", "verify", path, "--json"]);
  expect(full.exitCode, full.stderr).toBe(0);
  expect(full.json()).toMatchObject({ depth: "restored", tables: 2, rows: 3000, findings: [] });
  const quick = await runLockstep(["backup", "verify", path, "--quick", "--json"]);
  expect(quick.json()).toMatchObject({ depth: "files" });
});

test("a key by a file encrypts, and verify needs it", async () => {
  const source = await testDatabase();
  await source.run("create table t (a integer); insert into t values (1)");
  const { temporaryFolder, writeFiles } = await import("../../support/folders.ts");
  const folder = await temporaryFolder();
  await writeFiles(folder, { key: `${randomBytes(32).toString("base64")}\n` });
  const env = { DATABASE_URL: source.url, LOCKSTEP_BACKUP_KEY_FILE: join(folder, "key") };
  const taken = await runLockstep(["backup", "--out", "b"], { cwd: folder, env });
  expect(taken.exitCode, taken.stderr).toBe(0);
  expect(taken.stderr).toContain("encrypted");
  expect((await readFile(join(folder, "b", "manifest"), "utf8")).split("\n")[0]).toBe(
    "lockstep-backup 1",
  );
  const without = await runLockstep(["backup", "verify", "b", "--quick", "--json"], {
    cwd: folder,
  });
  expect(without.json()).toMatchObject({ error: { code: "BACKUP.KEY_NEEDED" } });
  const with_ = await runLockstep(["backup", "verify", "b", "--quick"], { cwd: folder, env });
  expect(with_.exitCode, with_.stderr).toBe(0);
});
