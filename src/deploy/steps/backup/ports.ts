/** What backup and restore need of the world. Wired in src/backup-ports.ts; a test wires its own. */
import type { Catalog } from "../../../catalog/fact.ts";
import type { CatalogFilter } from "../../../catalog/filter.ts";
import type { BackupStore } from "../../../ports/backup-store.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Compression } from "../../../ports/compression.ts";
import type { Session } from "../../../ports/database.ts";
import type { Progress } from "../../../ports/progress.ts";

export interface BackupPorts {
  readonly store: BackupStore;
  readonly compression: Compression;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly readCatalog: (
    session: Session,
    filter: Partial<CatalogFilter>,
    snapshot?: string,
  ) => Promise<Catalog>;
}

/** Nobody's name: every owner is written down. */
export const everyOwner: Partial<CatalogFilter> = { defaultOwner: "" };
