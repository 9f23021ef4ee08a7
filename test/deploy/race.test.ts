/** Deployers that race on one database apply everything exactly once. */
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";

for (const deployers of [2, 10]) {
  test(`${deployers} deployers that race apply everything exactly once`, async () => {
    const database = await testDatabase();
    const folder = await folderWith({
      "migrations/001_a.sql": "create table counted (n int);\ninsert into counted values (1);",
      "migrations/002_b.sql":
        "insert into counted values (2);\ncreate index concurrently counted_n on counted (n);\ninsert into counted values (22);",
      "migrations/003_c.sql": "insert into counted values (3);",
    });
    const reports = await Promise.all(
      Array.from({ length: deployers }, () => deployFolder(folder, database.url)),
    );
    const outcomes = reports.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(["deployed", ...Array(deployers - 1).fill("nothing-to-do")]);
    const counted = await database.query("select array_agg(n order by n) as n from counted");
    expect(counted).toEqual([{ n: [1, 2, 3, 22] }]);
  });
}
