/** Names for things that are not finished yet, and the removal of those whose maker did not live to finish them. */
import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isAlive } from "../node/processes.ts";

/** Beside the final path, so that the last step is a rename within one file system. */
export function temporaryName(finalPath: string): string {
  return `${finalPath}.${process.pid}-${randomBytes(4).toString("hex")}.unfinished`;
}

/** Removes what dead processes left unfinished beside this path. */
export async function removeUnfinished(finalPath: string): Promise<void> {
  const folder = dirname(finalPath);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const maker = /\.(\d+)-[0-9a-f]{8}\.unfinished$/.exec(name)?.[1];
    if (maker === undefined || isAlive(Number(maker))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
