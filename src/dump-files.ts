/** Where a dump is written, made of the adapters: a file or a folder, relative to where the user is. */
import { basename, dirname, resolve } from "node:path";
import { nodeFiles } from "./adapters/node/files.ts";
import { makeFolder } from "./adapters/node/make-folder.ts";
import { LockstepError } from "./core/errors.ts";
import type { DumpTarget } from "./deploy/write-dump.ts";

export async function filesIn(
  workingFolder: string,
  path: string,
  { isFolder }: { readonly isFolder: boolean },
): Promise<DumpTarget> {
  const absolute = resolve(workingFolder, path);
  const root = isFolder ? absolute : dirname(absolute);
  await makeFolder(root).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LockstepError("PROJECT.UNREADABLE", `${root} can't be made: ${why}`, {
      cause,
      next: "Name another place with --out.",
    });
  });
  return {
    files: nodeFiles(root),
    name: isFolder ? undefined : basename(absolute),
    label: absolute,
    timestamp: timestamp(new Date()),
  };
}

/** 20261120_141500, in UTC. */
function timestamp(now: Date): string {
  const [date = "", time = ""] = now.toISOString().split("T");
  return `${date.replaceAll("-", "")}_${time.slice(0, 8).replaceAll(":", "")}`;
}
