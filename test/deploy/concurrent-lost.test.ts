/** The connection is lost exactly while an index is built concurrently: the next deploy ends right. */
import { expect, test } from "vitest";
import { deploymentOf } from "../../src/deploy/steps/sessions.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { startProxy } from "../support/proxy.ts";
import { newestMajor, testMajors } from "../support/servers.ts";

/** What a build waits for: in its first phase somebody who writes to the table, in its last an old snapshot. */
const holders = {
  "before the index is built": "begin; insert into t values (0)",
  "before it may be used": "begin isolation level repeatable read; select count(*) from other",
} as const;

const states = `select indexrelid::regclass::text as name, indisvalid as valid from pg_index
  where indrelid = 't'::regclass`;

const isBuilding = async (database: TestDatabase): Promise<boolean> => {
  const rows = await database.query(
    "select from pg_stat_progress_create_index where phase ~ '^waiting' and datname = current_database()",
  );
  return rows.length > 0;
};

interface Cut {
  readonly side: "both" | "client";
  readonly phase: keyof typeof holders;
  /** Whether the server is let finish its work before anybody looks. */
  readonly finishes: boolean;
}

const cuts: readonly Cut[] = [
  { side: "client", phase: "before the index is built", finishes: false },
  { side: "client", phase: "before the index is built", finishes: true },
  { side: "client", phase: "before it may be used", finishes: false },
  { side: "both", phase: "before it may be used", finishes: false },
];

async function cutDuring({ side, phase, finishes }: Cut, major: number): Promise<void> {
  const database = await testDatabase(major);
  const folder = await folderWith({
    "migrations/001_t.sql": "create table t (id int);\ncreate table other (id int);\n",
  });
  await deployFolder(folder, database.url);
  await writeFiles(folder, {
    "migrations/002_i.sql":
      "create index concurrently if not exists t_id on t (id);\ninsert into t values (1);\n",
  });
  const holder = await database.connect();
  await holder.query(holders[phase]);
  const only = (name: string): boolean =>
    deploymentOf(name) !== undefined && !name.endsWith("lock") && !name.endsWith("look");
  const proxy = await startProxy({ to: database.url, only });
  const running = deployFolder(folder, proxy.urlOf(database.url));
  const refused = expect(running).rejects.toMatchObject({ code: "DEPLOY.CONNECTION_LOST" });
  await expect.poll(() => isBuilding(database), { timeout: 20_000 }).toBe(true);
  proxy.cut(side);
  if (finishes) await holder.query("commit");
  await refused;
  expect(proxy.injected()).toBe(1);
  if (!finishes) await holder.query("commit");
  const left = await database.query(states);
  expect(left).toEqual([{ name: "t_id", valid: finishes }]);
  await deployFolder(folder, database.url);
  expect(await database.query(states)).toEqual([{ name: "t_id", valid: true }]);
  const rows = await database.query("select count(*)::int as n from t where id = 1");
  expect(rows).toEqual([{ n: 1 }]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
}

for (const major of testMajors) {
  // The older server shows that it ends alike; every way is tried on the newer one.
  const tried = major === newestMajor ? cuts : cuts.slice(0, 1);
  test.each(tried)(
    `cut on the side of $side $phase, the server finishes: $finishes (${major})`,
    { timeout: 60_000 },
    async (cut) => {
      await cutDuring(cut, major);
    },
  );
}
