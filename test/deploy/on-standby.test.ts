/** A real standby: what would change it is refused before it begins, and what only looks works. */
import { expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { rollback } from "../../src/deploy/rollback.ts";
import { seed } from "../../src/deploy/seed.ts";
import { status } from "../../src/deploy/status.ts";
import { verify } from "../../src/deploy/verify.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { ownCluster } from "../support/own-cluster.ts";
import { standbyOf } from "../support/standby.ts";
import { targetOf } from "../support/targets.ts";

test(
  "deploy, rollback and seed are refused on a standby, and status, verify and plan answer there",
  { timeout: 240_000 },
  async () => {
    const primary = await ownCluster({ wal_level: "replica", max_wal_senders: "3" });
    const folder = await folderWith({
      "migrations/001_t.sql": "create table t (id int);\n",
      "migrations/001_t.down.sql": "drop table t;\n",
      "seed.sql": "insert into t values (1);\n",
    });
    const url = await primary.url();
    await deployFolder(folder, url);
    const standby = await standbyOf(primary, "reader");
    await writeFiles(folder, { "migrations/002_u.sql": "create table u ();\n" });
    const { ports, project } = await targetOf(folder, { url: standby.url });
    const request = { project: await project(), prove: false };
    for (const change of [deploy, rollback, seed]) {
      await expect(change(ports, request)).rejects.toMatchObject({
        code: "PREFLIGHT.STANDBY",
        state: "nothing was changed",
      });
    }
    expect(await status(ports, request)).toMatchObject({ appliedCount: 1 });
    expect(await verify(ports, request)).toMatchObject({ pending: ["002_u"] });
    expect(await deploy(ports, { ...request, planOnly: true })).toMatchObject({
      outcome: "planned",
      pending: ["002_u"],
      notes: [{ code: "PREFLIGHT.STANDBY", severity: "warning" }],
    });
  },
);
