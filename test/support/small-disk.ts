/** A small disk of a test's own, and a tablespace on it: the server can be made to run out of room, and get it. */
import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";
import type { TestDatabase } from "./database.ts";
import { temporaryFolder } from "./folders.ts";

/** Only root may mount a disk, and not in every container. */
export const mayMount: boolean = process.platform === "linux" && process.getuid?.() === 0;

export interface SmallDisk {
  /** Of a database whose tables and indexes lie on the disk. */
  readonly url: string;
  readonly name: string;
  /** To 200 MB. */
  readonly makeRoom: () => void;
}

/** Skips the test where the machine mounts nothing. */
export async function databaseOnSmallDisk(
  context: TestContext,
  server: TestDatabase,
  megabytes: number,
): Promise<SmallDisk> {
  const disk = join(await temporaryFolder(), "disk");
  await mkdir(disk);
  try {
    const options = `size=${megabytes}m,mode=777`;
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk], { stdio: "ignore" });
  } catch {
    context.skip("this machine mounts no tmpfs");
  }
  onTestFinished(() => {
    execFileSync("umount", [disk]);
  });
  const [row] = await server.query("select current_setting('data_directory') as folder");
  const { uid, gid } = await stat(String(row?.["folder"]));
  await chown(disk, uid, gid);
  await chmod(disk, 0o700);
  await chmod(join(disk, ".."), 0o755);
  const name = `${server.name}_small`;
  await server.run(`create tablespace ${name} location '${disk}'`);
  onTestFinished(() => server.run(`drop tablespace ${name}`));
  await server.run(`create database ${name} tablespace ${name} template template0`);
  onTestFinished(() => server.run(`drop database ${name} with (force)`));
  return {
    name,
    url: server.url.replace(server.name, name),
    makeRoom: () => {
      execFileSync("mount", ["-o", "remount,size=200m", disk]);
    },
  };
}
