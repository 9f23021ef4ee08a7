/**
 * What `lockstep restore` does: a backup into an empty database. Run again after anything that cut it off, it goes on
 * where it stopped, or finds that it had come to its end. It never touches a database that has objects of its own.
 */
import type { BackupKey } from "../backup/cipher.ts";
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { Database } from "../ports/database.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { clientEncoding, copySession, withSession } from "./steps/backup/sessions.ts";
import { lookForRestored } from "./steps/restore/already.ts";
import { openBackup, type OpenBackup } from "./steps/restore/backup-file.ts";
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
  /** The database was what the backup is when it was looked at, as a restore that came to its end leaves it: nothing was done. */
  readonly already: boolean;
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
  const done = await restoreOrFind(ports, opened, options);
  const { resumed, already, findings } = done;
  return {
    ...{ path: label, database: database.label, id: manifest.id, resumed, already },
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    largeObjects: manifest.largeObjects.objects.length,
    durationMs: Math.round(ports.clock.monotonicMs() - begin),
    findings,
  };
}

type Done = Pick<RestoreReport, "resumed" | "already" | "findings">;

async function restoreOrFind(
  ports: BackupPorts,
  opened: OpenBackup,
  options: RestoreOptions,
): Promise<Done> {
  try {
    return { ...(await restoreInto(ports, opened, options)), already: false };
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== "RESTORE.NOT_EMPTY") throw error;
    const settings = copySession("restore", clientEncoding(opened.manifest.server.encoding));
    const findings = await withSession(options.database, settings, (session) =>
      lookForRestored(ports, opened, session),
    );
    if (findings === undefined) throw error;
    return { resumed: false, already: true, findings };
  }
}
