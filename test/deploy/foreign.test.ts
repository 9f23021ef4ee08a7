/** A database without a ledger: what the refusal can say of it by comparing catalogs. */
import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { adopt } from "../../src/deploy/adopt.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";

const schema =
  "-- Includes migrations up to: 001_a\ncreate table a (id int primary key, total int check (total > 0));\ncreate view v as select id from a;\n";
const files = {
  "schema.sql": schema,
  "migrations/001_a.sql": "select 1;\n",
  "migrations/002_b.sql": "alter table a add b int;\n",
};

test("a schema that an init script loaded is recognised as the project's, and adopting it is the next step", async () => {
  const database = await testDatabase();
  await database.run(schema);
  const folder = await folderWith(files);
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "LEDGER.ABSENT",
    message: "the database has no ledger, and its schema is the project's: it equals schema.sql",
    next: "lockstep adopt --from none",
    state: "nothing was changed",
  });
  const { ports, project } = await deployerOf(folder, database.url);
  const adopted = await adopt(ports, { project });
  expect([adopted.adopted, adopted.pending]).toEqual([["001_a"], ["002_b"]]);
  expect((await deployFolder(folder, database.url)).applied.map(({ id }) => id)).toEqual(["002_b"]);
});

test("a schema that has every migration is recognised, too", async () => {
  const database = await testDatabase(14);
  await database.run(`${schema} alter table a add b int;`);
  await expect(deployFolder(await folderWith(files), database.url)).rejects.toMatchObject({
    code: "LEDGER.ABSENT",
    next: "lockstep adopt --from none --applied all",
  });
});

test("nothing is claimed of another schema, nor where no scratch is at hand", async () => {
  const other = await testDatabase();
  await other.run(`${schema} create index on a (total);`);
  const folder = await folderWith(files);
  const plain = {
    message: "the database is not empty and has no ledger",
    next: "lockstep adopt --from none --applied ID|all",
  };
  await expect(deployFolder(folder, other.url)).rejects.toMatchObject(plain);
  const same = await testDatabase();
  await same.run(schema);
  const { ports, project } = await deployerOf(folder, same.url);
  const { replay: _, ...without } = ports;
  await expect(deploy(without, { project })).rejects.toMatchObject(plain);
});

test("where nothing can compare, the refusal says that nobody looked", async () => {
  const database = await testDatabase();
  await database.run(schema);
  const { ports, project } = await deployerOf(await folderWith(files), database.url);
  const replay = async (): Promise<never> => {
    throw new LockstepError("EMBEDDED.NOT_INSTALLED", "no embedded PostgreSQL is installed");
  };
  await expect(deploy({ ...ports, replay }, { project })).rejects.toMatchObject({
    code: "LEDGER.ABSENT",
    notes: [
      expect.stringContaining("there are, among others: "),
      "whether it is the project's schema could not be looked up: no embedded PostgreSQL is installed",
    ],
  });
});
