/** A folder for what somebody wants written: made with those above it, or refused, and in both cases soon. */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../../src/adapters/node/make-folder.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

test("a folder is made with those above it, and once more is no failure", async () => {
  const path = join(await temporaryFolder(), "a", "b", "c");
  await makeFolder(path);
  await makeFolder(path);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test("below a file none can be made", async () => {
  const folder = await folderWith({ file: "" });
  await expect(makeFolder(join(folder, "file", "a"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

test.skipIf(!existsSync("/proc/self"))(
  "where the system lets nobody make one, a dump is refused instead of trying for ever",
  { timeout: 30_000 },
  async () => {
    const cwd = await temporaryFolder();
    for (const more of [[], ["--split"]]) {
      const run = await runLockstep(["dump", "empty", "--out", "/proc/absent/x", ...more], { cwd });
      expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining("/proc/absent")]);
    }
  },
);
