/** What the next command must know to find a running cluster again: a file in the cluster's folder, for us alone. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Endpoint } from "./endpoint.ts";
import { temporaryName } from "./temporary-name.ts";

export interface ClusterState extends Endpoint {
  /** The server's version that wrote the data. */
  readonly version: string;
}

/** Undefined when there is none, or one that cannot be understood. */
export async function readState(home: string): Promise<ClusterState | undefined> {
  try {
    return parseState(JSON.parse(await readFile(join(home, "state.json"), "utf8")));
  } catch {
    return undefined;
  }
}

/** In one go: a reader sees the old state or the new one. */
export async function writeState(home: string, state: ClusterState): Promise<void> {
  const path = join(home, "state.json");
  const unfinished = temporaryName(path);
  await writeFile(unfinished, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, path);
}

function parseState(value: unknown): ClusterState | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  // The fields are checked one by one below.
  const { version, socketFolder, port, tcp, password } = value as Record<string, unknown>;
  if (typeof version !== "string" || typeof port !== "number" || typeof password !== "string") {
    return undefined;
  }
  const folder = typeof socketFolder === "string" ? socketFolder : undefined;
  return { version, socketFolder: folder, port, tcp: tcp === true, password };
}
