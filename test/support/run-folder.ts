/**
 * The folder of one run's clusters. Thousands of databases are made and dropped in a run; memory is the place for
 * them where there is enough of it: ext4 without a journal looks at every inode that was deleted in the last minutes
 * before it gives out a new one, which took a third of the processors' time.
 */
import { lstat, mkdir, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../../src/adapters/node/processes.ts";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";
import { serverPid } from "../../src/adapters/scratch/server-process.ts";

const memory = "/dev/shm";
/** A run takes less than one of them. */
const freeBytesWanted = 4 * 1024 ** 3;

/** Made, and named in the environment, which the processes of the tests inherit. */
export async function makeRunFolder(): Promise<string> {
  const runs = (await runsInMemory()) ?? join(await cacheFolder(process.env), "test-runs");
  await mkdir(runs, { recursive: true, mode: 0o755 });
  await removeDeadRuns(runs);
  const folder = join(runs, String(process.pid));
  await mkdir(folder, { recursive: true, mode: 0o755 });
  process.env["LOCKSTEP_TEST_RUN"] = folder;
  return folder;
}

/** Undefined: there is too little of it, or somebody else has made the folder. */
async function runsInMemory(): Promise<string | undefined> {
  const uid = process.getuid?.();
  if (process.platform !== "linux" || uid === undefined) return undefined;
  const runs = join(memory, `lockstep-test-runs-${uid}`);
  try {
    const { bavail, bsize } = await statfs(memory);
    if (bavail * bsize < freeBytesWanted) return undefined;
    await mkdir(runs, { recursive: true, mode: 0o755 });
    const stats = await lstat(runs);
    return stats.isDirectory() && stats.uid === uid ? runs : undefined;
  } catch {
    return undefined;
  }
}

async function removeDeadRuns(runs: string): Promise<void> {
  for (const name of await readdir(runs)) {
    if (isAlive(Number(name))) continue;
    const homes = await readdir(join(runs, name)).catch(() => []);
    const pids = await Promise.all(homes.map((home) => serverPid(join(runs, name, home))));
    // A server that still runs ends by itself soon; the run after this one removes what it leaves. A folder that
    // can't be removed (something is mounted in it, or it is another user's) is no reason to test nothing.
    if (pids.every((pid) => pid === undefined))
      await rm(join(runs, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
