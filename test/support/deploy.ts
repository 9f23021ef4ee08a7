/** Deploys a folder of files to a test's database, as the command line would, in this process. */
import { compose } from "../../src/compose.ts";
import { deploy, type DeployRequest } from "../../src/deploy/deploy.ts";
import type { DeployPorts } from "../../src/deploy/ports.ts";
import type { DeployReport } from "../../src/deploy/report.ts";
import { deployPortsOf } from "../../src/deploy-ports.ts";
import type { Progress, ProgressEvent } from "../../src/ports/progress.ts";
import type { Project } from "../../src/project/project.ts";
import { bareEnvironment } from "./lockstep.ts";

export interface Deployer {
  readonly ports: DeployPorts;
  readonly project: Project;
  readonly events: readonly ProgressEvent[];
  /** Gives back the share of the scratch server, which the process holds to its end otherwise. */
  readonly close: () => Promise<void>;
}

/** Reads the folder anew: call it again after the files have changed. */
export async function deployerOf(folder: string, url: string): Promise<Deployer> {
  const events: ProgressEvent[] = [];
  const progress: Progress = (event) => events.push(event);
  const parts = compose({
    projectFolder: folder,
    url,
    environment: bareEnvironment(),
    workingFolder: folder,
    note: () => undefined,
  });
  const ports = await deployPortsOf(parts, progress);
  return { ports, project: await parts.project(), events, close: () => parts.close() };
}

export async function deployFolder(
  folder: string,
  url: string,
  request: Omit<DeployRequest, "project"> = {},
): Promise<DeployReport> {
  const { ports, project, close } = await deployerOf(folder, url);
  try {
    return await deploy(ports, { project, ...request });
  } finally {
    await close();
  }
}
