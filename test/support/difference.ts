/** Two schemas as text, opened in scratch as `lockstep diff` opens them. */
import { onTestFinished } from "vitest";
import { compose } from "../../src/compose.ts";
import { openSource, type OpenSource } from "../../src/deploy/steps/source/read.ts";
import type { SourcePorts } from "../../src/deploy/steps/source/ports.ts";
import { sourcePortsOf } from "../../src/source-ports.ts";
import { folderWith } from "./folders.ts";
import { bareEnvironment } from "./lockstep.ts";

export interface OpenedPair {
  readonly ports: SourcePorts;
  readonly from: OpenSource;
  readonly to: OpenSource;
}

/** Call it inside of a test. */
export async function openedPair(before: string, after: string, major = 18): Promise<OpenedPair> {
  const folder = await folderWith({ "before.sql": before, "after.sql": after });
  const parts = compose({
    projectFolder: folder,
    environment: bareEnvironment(),
    workingFolder: folder,
    note: () => undefined,
  });
  onTestFinished(() => parts.close());
  const ports = sourcePortsOf({ parts, workingFolder: folder, progress: () => undefined });
  const from = await openSource({ kind: "file", path: "before.sql" }, ports, { major });
  const to = await openSource({ kind: "file", path: "after.sql" }, ports, { major });
  return { ports, from, to };
}
