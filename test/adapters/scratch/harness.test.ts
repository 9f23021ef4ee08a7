import { expect, test } from "vitest";
import { oracleFingerprint, oraclePresent } from "../../support/oracle.ts";
import { testDatabase } from "../../support/database.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { testMajors } from "../../support/servers.ts";

test.for(testMajors)("a database of a test's own on PostgreSQL %i", async (major) => {
  const database = await testDatabase(major);
  await database.run("create table a (b int); insert into a values (7)");
  expect(await database.query("select b from a where b = $1", [7])).toEqual([{ b: 7 }]);
  const version = await database.query(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  expect(version).toEqual([{ major }]);
});

test.skipIf(!oraclePresent)("the oracle tells two databases apart", async () => {
  const left = await testDatabase();
  const right = await testDatabase();
  expect(await oracleFingerprint(left.url)).toBe(await oracleFingerprint(right.url));
  await right.run("create table a (b int)");
  expect(await oracleFingerprint(left.url)).not.toBe(await oracleFingerprint(right.socketUrl));
});

test("the built program runs as a process of its own", async () => {
  const run = await runLockstep(["--version"]);
  expect(typeof run.exitCode).toBe("number");
});
