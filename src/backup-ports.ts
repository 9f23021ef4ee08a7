/** The adapters of backup and restore, made of the parts that the command line and the library share. */
import { resolve } from "node:path";
import { brotli } from "./adapters/store/brotli.ts";
import { folderStore } from "./adapters/store/folder.ts";
import type { BackupKey } from "./backup/cipher.ts";
import type { Parts } from "./compose.ts";
import { LockstepError } from "./core/errors.ts";
import { secret } from "./core/secret.ts";
import type { BackupPorts } from "./deploy/steps/backup/ports.ts";
import type { Progress } from "./ports/progress.ts";

export interface BackupSurroundings {
  readonly parts: Parts;
  readonly workingFolder: string;
  /** Relative to the working folder. */
  readonly path: string;
  readonly progress: Progress;
}

export function backupPortsOf(surroundings: BackupSurroundings): BackupPorts {
  const { parts, workingFolder, path, progress } = surroundings;
  return {
    store: folderStore(resolve(workingFolder, path)),
    compression: brotli,
    clock: parts.clock,
    progress,
    readCatalog: async (session, filter, snapshot) => {
      const { readCatalog } = await import("./adapters/postgres/catalog/read.ts");
      return await readCatalog(session, filter, snapshot);
    },
  };
}

/** What LOCKSTEP_BACKUP_KEY or LOCKSTEP_BACKUP_PASSPHRASE say. */
export async function backupKeyOf(parts: Parts): Promise<BackupKey> {
  const environment = await parts.environment();
  const key = environment["LOCKSTEP_BACKUP_KEY"] ?? "";
  const passphrase = environment["LOCKSTEP_BACKUP_PASSPHRASE"] ?? "";
  if (key !== "" && passphrase !== "") {
    throw new LockstepError(
      "BACKUP.KEY_INVALID",
      "both LOCKSTEP_BACKUP_KEY and LOCKSTEP_BACKUP_PASSPHRASE are set",
      { next: "Leave one of the two out." },
    );
  }
  if (key !== "") return { kind: "key", key: secret(key) };
  if (passphrase !== "") return { kind: "passphrase", passphrase: secret(passphrase) };
  return { kind: "none" };
}
