/** Looks at a test's database as `lockstep verify` does, in this process. */
import { onTestFinished } from "vitest";
import { compose } from "../../src/compose.ts";
import {
  verifyLive,
  type VerifyLiveReport,
  type VerifyLiveRequest,
} from "../../src/deploy/verify-live.ts";
import { provePortsOf } from "../../src/prove-ports.ts";
import { bareEnvironment } from "./lockstep.ts";

export async function verifyFolder(
  folder: string,
  url: string,
  request: Partial<Omit<VerifyLiveRequest, "project">> = {},
): Promise<VerifyLiveReport> {
  const environment = bareEnvironment();
  const workingFolder = folder;
  const parts = compose({
    projectFolder: folder,
    url,
    environment,
    workingFolder,
    note: () => undefined,
  });
  onTestFinished(() => parts.close());
  const ports = await provePortsOf({ parts, workingFolder, progress: () => undefined });
  const project = await parts.project();
  const defaults = { against: undefined, expect: {}, today: "2026-01-01" } as const;
  return await verifyLive(ports, { ...defaults, ...request, project });
}

/** One line per object and attribute. */
export function driftOf({ schema }: VerifyLiveReport): readonly string[] {
  if (schema.kind !== "drift") return [];
  return schema.differences.flatMap(({ object, presence, attributes }) =>
    presence === "both"
      ? attributes.map(({ attribute, left, right }) => {
          return `${object} ${attribute}: ${JSON.stringify(left)} / ${JSON.stringify(right)}`;
        })
      : [`${object}: ${presence} only`],
  );
}
