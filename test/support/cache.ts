/** A cache folder of a test's own that shares the programs and templates of the user's, so that it costs nothing. */
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";
import { temporaryFolder } from "./folders.ts";
import { testMajors, testServer } from "./servers.ts";

/** Its path; for LOCKSTEP_CACHE. */
export async function testCache(): Promise<string> {
  const folder = await temporaryFolder("cache");
  // The server runs as another user when the tests run as root.
  await chmod(folder, 0o755);
  const real = await cacheFolder(process.env);
  for (const major of testMajors) await testServer(major);
  for (const name of ["packages", "servers", "templates"]) {
    await mkdir(join(real, name), { recursive: true });
    await symlink(join(real, name), join(folder, name));
  }
  return folder;
}
