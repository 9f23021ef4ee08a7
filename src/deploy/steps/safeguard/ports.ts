/** What a deploy needs of the world to take a backup before it. */
import type { BackupKey } from "../../../backup/cipher.ts";
import type { BackupPlace } from "../../../ports/backup-store.ts";
import type { BackupPolicy } from "../../../project/config.ts";
import type { BackupPorts } from "../backup/ports.ts";

export interface SafeguardPorts {
  readonly ports: Omit<BackupPorts, "store">;
  readonly key: BackupKey;
  /** A folder or a store's URL; undefined: the project's own folder for backups. */
  readonly place: (to: string | undefined) => Promise<BackupPlace>;
}

/** What the command line says above the config. */
export interface SafeguardChoices {
  readonly policy?: BackupPolicy | undefined;
  readonly to?: string | undefined;
}
