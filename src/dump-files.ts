/** Where a dump is written, made of the adapters: a file or a folder, relative to where the user is. */
import { mkdirSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { nodeFiles } from "./adapters/node/files.ts";
import type { DumpTarget } from "./deploy/write-dump.ts";

export function filesIn(
  workingFolder: string,
  path: string,
  { isFolder }: { readonly isFolder: boolean },
): DumpTarget {
  const absolute = resolve(workingFolder, path);
  const root = isFolder ? absolute : dirname(absolute);
  mkdirSync(root, { recursive: true });
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
