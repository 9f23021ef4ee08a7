import { writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { runProcess, startMark } from "../../../src/adapters/node/processes.ts";
import { withFileLock } from "../../../src/adapters/scratch/file-lock.ts";
import { temporaryFolder } from "../../support/folders.ts";

/** The id of a process that has ended. */
async function freePid(): Promise<number> {
  const result = await runProcess(process.execPath, ["-p", "process.pid"]);
  return Number(result.stdout);
}

test("one holder at a time, and the lock is gone afterwards", async () => {
  const path = join(await temporaryFolder(), "lock");
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(15);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 6 }, () => withFileLock(path, work)));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test("the lock of a process that has ended is taken over", async () => {
  const path = join(await temporaryFolder(), "lock");
  await writeFile(path, JSON.stringify({ pid: await freePid(), mark: "long ago" }));
  expect(await withFileLock(path, async () => "done", { waitMs: 2_000 })).toBe("done");
});

test.skipIf(process.platform === "win32")(
  "the lock of an earlier process with the same id is taken over",
  async () => {
    const path = join(await temporaryFolder(), "lock");
    await writeFile(path, JSON.stringify({ pid: process.pid, mark: "another boot/1" }));
    expect(await withFileLock(path, async () => "done", { waitMs: 2_000 })).toBe("done");
  },
);

test("many who find a stale lock at once still go one by one", async () => {
  const path = join(await temporaryFolder(), "lock");
  await writeFile(path, JSON.stringify({ pid: await freePid(), mark: "long ago" }));
  let inside = 0;
  const counts: number[] = [];
  await Promise.all(
    Array.from({ length: 8 }, () =>
      withFileLock(path, async () => {
        inside += 1;
        counts.push(inside);
        await sleep(5);
        inside -= 1;
      }),
    ),
  );
  expect(counts).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
});

test("a file without a holder's name is taken over when it has been there for a while", async () => {
  const path = join(await temporaryFolder(), "lock");
  await writeFile(path, "");
  const earlier = Date.now() / 1_000 - 5;
  await utimes(path, earlier, earlier);
  expect(await withFileLock(path, async () => "done", { waitMs: 2_000 })).toBe("done");
});

test("a living holder is waited for, and named when it takes too long", async () => {
  const path = join(await temporaryFolder(), "lock");
  await writeFile(path, JSON.stringify({ pid: process.pid, mark: await startMark(process.pid) }));
  await expect(withFileLock(path, async () => "done", { waitMs: 100 })).rejects.toMatchObject({
    code: "EMBEDDED.BUSY",
    message: expect.stringContaining(`process ${process.pid}`) as string,
  });
});

test("a failure of the work gives the lock back", async () => {
  const path = join(await temporaryFolder(), "lock");
  await expect(withFileLock(path, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(path)).toBe(false);
});
