/**
 * Nobody's functions and operators run with lockstep's rights because they are called like the server's own, neither
 * those that fit a query's types better, nor, where a role's search_path names pg_catalog last, any at all.
 */
import { expect, test } from "vitest";
import { adopt } from "../../src/deploy/adopt.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { history } from "../../src/deploy/history.ts";
import { rollback } from "../../src/deploy/rollback.ts";
import { seed } from "../../src/deploy/seed.ts";
import { status } from "../../src/deploy/status.ts";
import { verify } from "../../src/deploy/verify.ts";
import { administer, testDatabase } from "../support/database.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { testMajors } from "../support/servers.ts";
import { targetOf } from "../support/targets.ts";
import { plantTwins } from "./twins.ts";

/** Nothing in the project's own SQL needs an operator or a function: whatever twin is called, lockstep called it. */
const files = {
  "migrations/001_people.sql": "create schema app;\ncreate table app.people (name text);\n",
  "migrations/001_people_rollback.sql": "drop schema app cascade;\n",
  "migrations/002_index.sql": "create index concurrently people_name on app.people (name);\n",
  "migrations/002_index_rollback.sql": "drop index concurrently app.people_name;\n",
  "seed.sql": "insert into app.people values ('Ada');\n",
};
const later = {
  "migrations/003_drop.sql": "alter table app.people add phone text;\n",
};

for (const major of testMajors) {
  for (const [which, path] of [
    ["better-fitting", '"$user", public'],
    ["all", "public, pg_catalog"],
  ] as const) {
    test(`twins of operators and functions (${which}) are never called (${major})`, async () => {
      const database = await testDatabase(major);
      await plantTwins(database, which);
      // The twins are there, and a query that is not careful calls one.
      const careless =
        which === "all"
          ? "set search_path = public, pg_catalog; select 1 = 1"
          : "select 1::oid >= 1";
      await expect(database.run(careless)).rejects.toThrow("TWIN");
      await administer(major, `alter database ${database.name} set search_path to ${path}`);
      const folder = await folderWith(files);
      const target = await targetOf(folder, { url: database.url, environmentName: "ci" });
      const { ports } = target;
      const project = await target.project();
      // Twins are objects, too: the database is adopted first.
      const request = { project };
      await expect(deploy(ports, request)).rejects.toMatchObject({ code: "LEDGER.ABSENT" });
      await adopt(ports, { project, applied: undefined });
      await deploy(ports, { project, seed: true });
      await seed(ports, request);
      await rollback(ports, { project, steps: 1 });
      await deploy(ports, request);
      expect(await status(ports, request)).toMatchObject({ isUpToDate: true });
      await history(ports, { scope: "default", limit: 20 });
      await verify(ports, request);
      await writeFiles(folder, later);
      const next = await targetOf(folder, { url: database.url });
      const more = await next.project();
      expect(await status(next.ports, { project: more })).toMatchObject({ isUpToDate: false });
      expect(await deploy(next.ports, { project: more })).toMatchObject({ outcome: "deployed" });
    });
  }
}
