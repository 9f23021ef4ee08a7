/** The adapters of the deploying use cases, made of the parts that the command line and the library share. */
import { join } from "node:path";
import { nodeSecrets } from "./adapters/node/secrets.ts";
import { readIdentity } from "./adapters/node/identity.ts";
import { revealing } from "./adapters/postgres/revealing.ts";
import type { Parts } from "./compose.ts";
import type { DeployPorts } from "./deploy/ports.ts";
import type { Progress } from "./ports/progress.ts";

export async function deployPortsOf(parts: Parts, progress: Progress): Promise<DeployPorts> {
  const target = await parts.target();
  const secrets = nodeSecrets(await parts.environment(), parts.projectFolder);
  return {
    // Past a pooler, where the settings know a way past it.
    database: revealing(target.direct ?? target.database, secrets),
    secrets,
    environment: target.environment,
    clock: parts.clock,
    files: parts.files,
    progress,
    wholeProject: () => parts.wholeProject(),
    identity: readIdentity(parts.projectFolder, await parts.environment()),
    loadModule: async (path) => {
      const { importModule } = await import("./adapters/node/modules.ts");
      return await importModule(join(parts.projectFolder, path));
    },
    isDevelopment: target.isDevelopment,
    safeguard: async () => {
      const { safeguardPortsOf } = await import("./backup-ports.ts");
      return await safeguardPortsOf(parts, progress);
    },
    replay: async () => {
      const { provePortsOf } = await import("./prove-ports.ts");
      return await provePortsOf({ parts, workingFolder: parts.projectFolder, progress });
    },
  };
}
