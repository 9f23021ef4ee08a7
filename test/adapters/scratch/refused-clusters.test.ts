/** Clusters that can't be used: initdb that fails, and a folder whose server runs where we see no processes. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ensureCluster } from "../../../src/adapters/scratch/cluster.ts";
import {
  programPath,
  type InstalledServer,
} from "../../../src/adapters/scratch/installed-server.ts";
import { copyTemplate } from "../../../src/adapters/scratch/template.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { ownCluster } from "../../support/own-cluster.ts";

test.skipIf(process.platform === "win32")(
  "an initdb that fails is quoted, and leaves nothing that could be taken for a template",
  async () => {
    const folder = await temporaryFolder();
    const server: InstalledServer = { version: "18.0", major: 18, folder, user: undefined };
    const program = programPath(server, "initdb");
    await mkdir(dirname(program), { recursive: true });
    const failing = "#!/bin/sh\necho started\necho 'initdb: error: no room' >&2\nexit 1\n";
    await writeFile(program, failing);
    await chmod(program, 0o755);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await expect(
        copyTemplate(server, join(folder, "cache"), join(folder, "data")),
      ).rejects.toMatchObject({
        code: "EMBEDDED.INITDB_FAILED",
        notes: ["initdb: error: no room"],
      });
    }
  },
);

test.skipIf(process.platform === "win32")(
  "a server that answers and is no process of ours keeps its folder",
  async () => {
    const { request, url } = await ownCluster();
    await url();
    const pidFile = join(request.home, "data", "postmaster.pid");
    const lines = await readFile(pidFile, "utf8");
    // The process ids of another container mean nothing here.
    await writeFile(pidFile, lines.replace(/^\d+/, "4194303"));
    try {
      await expect(ensureCluster(request)).rejects.toMatchObject({ code: "EMBEDDED.ELSEWHERE" });
    } finally {
      await writeFile(pidFile, lines);
    }
    expect((await ensureCluster(request)).started).toBe(false);
  },
);
