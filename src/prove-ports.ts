/** The adapters of a proof, made of the parts that the command line and the library share. */
import { readIdentity } from "./adapters/node/identity.ts";
import type { ReplayPorts } from "./deploy/steps/replay/ports.ts";
import { sourcePortsOf, type SourceSurroundings } from "./source-ports.ts";

export async function provePortsOf(surroundings: SourceSurroundings): Promise<ReplayPorts> {
  const { parts } = surroundings;
  return {
    ...sourcePortsOf(surroundings),
    clock: parts.clock,
    identity: readIdentity(parts.projectFolder, await parts.environment()),
  };
}
