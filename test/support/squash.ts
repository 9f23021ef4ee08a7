/** Squashes a folder as the command line would, in this process; what it opened is closed with the test. */
import { onTestFinished } from "vitest";
import { compose } from "../../src/compose.ts";
import { squash, type SquashReport, type SquashRequest } from "../../src/deploy/squash.ts";
import { provePortsOf } from "../../src/prove-ports.ts";
import { bareEnvironment } from "./lockstep.ts";

export async function squashFolder(
  folder: string,
  request: Partial<Omit<SquashRequest, "project">> = {},
): Promise<SquashReport> {
  const parts = compose({
    projectFolder: folder,
    environment: bareEnvironment(),
    workingFolder: folder,
    note: () => undefined,
  });
  onTestFinished(() => parts.close());
  const ports = await provePortsOf({ parts, workingFolder: folder, progress: () => undefined });
  const project = await parts.wholeProject();
  const usual = { release: "v1.0.0", targets: [], today: "2026-01-01" };
  return await squash(ports, { ...usual, ...request, project });
}
