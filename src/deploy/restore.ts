/**
 * What `lockstep restore` does: a backup into an empty database. Run again after anything that cut it off, it goes on
 * where it stopped. It never touches a database that has objects of its own.
 */
import type { BackupKey } from "../backup/cipher.ts";
import type { Finding } from "../core/findings.ts";
import type { Database } from "../ports/database.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { openBackup } from "./steps/restore/backup-file.ts";
import { refusePartial } from "./steps/restore/partial.ts";
import { restoreInto } from "./steps/restore/restore-into.ts";

export interface RestoreOptions {
  readonly database: Database;
  readonly jobs: number;
  readonly key: BackupKey;
  readonly signal?: AbortSignal | undefined;
}

export interface RestoreReport {
  readonly path: string;
  readonly database: string;
  readonly id: string;
  /** A restore that had been cut off went on. */
  readonly resumed: boolean;
  readonly tables: number;
  readonly rows: number;
  readonly largeObjects: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export async function restore(ports: BackupPorts, options: RestoreOptions): Promise<RestoreReport> {
  const begin = ports.clock.monotonicMs();
  const { database, key } = options;
  const opened = await openBackup({ store: ports.store, compression: ports.compression, key });
  const { manifest, label } = opened;
  refusePartial(opened);
  const { resumed, findings } = await restoreInto(ports, opened, options);
  return {
    ...{ path: label, database: database.label, id: manifest.id, resumed },
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    largeObjects: manifest.largeObjects.objects.length,
    durationMs: Math.round(ports.clock.monotonicMs() - begin),
    findings,
  };
}
