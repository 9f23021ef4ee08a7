/** The adapters of an emergency rollback and of a rehearsal, made of the parts that the command line shares. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePrograms } from "./adapters/node/programs.ts";
import { folderStore } from "./adapters/store/folder.ts";
import { commonPorts, storeAt } from "./backup-ports.ts";
import type { Parts } from "./compose.ts";
import { deployPortsOf } from "./deploy-ports.ts";
import type { RehearsePorts } from "./deploy/rehearse.ts";
import type { RestoreRollbackPorts } from "./deploy/restore-rollback.ts";
import type { BackupStore } from "./ports/backup-store.ts";
import type { Progress } from "./ports/progress.ts";

export interface RestoreSurroundings {
  readonly parts: Parts;
  readonly workingFolder: string;
  readonly progress: Progress;
}

export async function restoreRollbackPortsOf(
  surroundings: RestoreSurroundings,
): Promise<RestoreRollbackPorts> {
  const { parts, workingFolder, progress } = surroundings;
  return {
    deploy: await deployPortsOf(parts, progress),
    backup: commonPorts(parts, progress),
    storeAt: (location) => storeAt(parts, location, workingFolder),
    programs: nodePrograms(parts.projectFolder, await parts.environment()),
  };
}

export interface RehearseSurroundings extends RestoreSurroundings {
  /** Undefined: a database is copied, through a folder that is gone when the work has ended. */
  readonly place: string | undefined;
  readonly atEnd: (work: () => Promise<void>) => void;
}

export async function rehearsePortsOf(surroundings: RehearseSurroundings): Promise<RehearsePorts> {
  const { parts, progress, workingFolder, place, atEnd } = surroundings;
  const {
    database: _database,
    safeguard: _safeguard,
    environment: _environment,
    // A rehearsal needs none: nobody connects with what it makes.
    secrets: _secrets,
    ...deploy
  } = await deployPortsOf(parts, progress);
  const store =
    place === undefined ? await passingStore(atEnd) : await storeAt(parts, place, workingFolder);
  return {
    deploy,
    backup: { ...commonPorts(parts, progress), store },
    scratch: () => parts.scratch(),
  };
}

/** Only its owner can read the folder. */
async function passingStore(atEnd: RehearseSurroundings["atEnd"]): Promise<BackupStore> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-rehearsal-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folderStore(join(folder, "copy"));
}
