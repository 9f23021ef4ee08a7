/**
 * A server of a test's own with a database on a small disk: it can be made to run out of room, and get it. On a server
 * that others use, their checkpoints would fail as well.
 */
import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { onTestFinished, type TestContext } from "vitest";
import { temporaryFolder } from "./folders.ts";
import { ownCluster } from "./own-cluster.ts";

/** Only root may mount a disk, and not in every container. */
export const mayMount: boolean = process.platform === "linux" && process.getuid?.() === 0;

export interface SmallMount {
  readonly folder: string;
  /** To 200 MB. */
  readonly makeRoom: () => void;
}

export interface SmallDisk {
  /** Of a database whose tables and indexes lie on the disk. */
  readonly url: string;
  readonly name: string;
  /** To 200 MB. */
  readonly makeRoom: () => void;
}

/** Skips the test where the machine mounts nothing. */
export async function smallMount(context: TestContext, megabytes: number): Promise<SmallMount> {
  const disk = join(await temporaryFolder(), "disk");
  await mkdir(disk);
  try {
    const options = `size=${megabytes}m,mode=777`;
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk], { stdio: "ignore" });
  } catch {
    context.skip("this machine mounts no tmpfs");
  }
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", disk]);
  });
  await chmod(join(disk, ".."), 0o755);
  return {
    folder: disk,
    makeRoom: () => {
      execFileSync("mount", ["-o", "remount,size=200m", disk]);
    },
  };
}

/** The server is the test's own, which checkpoints of others must not disturb. */
export async function databaseOnSmallDisk(
  context: TestContext,
  megabytes: number,
): Promise<SmallDisk> {
  const { folder: disk, makeRoom } = await smallMount(context, megabytes);
  const url = new URL(await (await ownCluster()).url());
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rows } = await client.query("select current_setting('data_directory') as folder");
    const { uid, gid } = await stat(String(rows[0].folder));
    await chown(disk, uid, gid);
    await chmod(disk, 0o700);
    await client.query(`create tablespace small location '${disk}'`);
    await client.query("create database small tablespace small template template0");
  } finally {
    await client.end();
  }
  url.pathname = "/small";
  return { name: "small", url: url.href, makeRoom };
}
