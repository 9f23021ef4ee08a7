/** A run that was killed after its last commit: shown as what it is, and settled by the next one. */
import { expect, test } from "vitest";
import { connectTo } from "../../src/adapters/scratch/endpoint.ts";
import { history } from "../../src/deploy/history.ts";
import { status } from "../../src/deploy/status.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { testCluster } from "../support/servers.ts";

test("a run that never said how it ended is abandoned once nobody is connected for it, and the next one closes it", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ "migrations/001_a.sql": "create table a (id int);" });
  const { deploymentId } = await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  expect((await status(ports, { project })).abandoned).toEqual([]);
  await database.run("update lockstep.deployments set outcome = 'running', finished_at = null");

  const { endpoint } = await testCluster(database.major);
  const applicationName = `lockstep ${deploymentId} lock`;
  const { client } = await connectTo(endpoint, { database: database.name, applicationName });
  expect((await status(ports, { project })).abandoned).toEqual([]);
  await client.end();
  await expect
    .poll(async () => (await status(ports, { project })).abandoned)
    .toMatchObject([{ id: deploymentId, kind: "deploy" }]);
  const past = await history(ports, { scope: "default" });
  expect(past.abandoned.map(({ id }) => id)).toEqual([deploymentId]);
  expect((await status(ports, { project })).isUpToDate).toBe(true);

  await writeFiles(folder, { "migrations/002_b.sql": "create table b (id int);" });
  await deployFolder(folder, database.url);
  expect((await status(ports, { project })).abandoned).toEqual([]);
  const rows = await database.query("select outcome from lockstep.deployments order by started_at");
  expect(rows).toEqual([{ outcome: "failed" }, { outcome: "done" }]);
});
