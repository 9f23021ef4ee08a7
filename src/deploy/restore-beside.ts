/**
 * What `lockstep restore --switch` does: a backup into a new database beside the target, then the names change in one
 * transaction. The old database stays, under another name. Until the switch the target is not touched, and no deploy
 * changes it: what it brought would stay behind in the old one.
 */
import type { BackupKey } from "../backup/cipher.ts";
import type { Manifest } from "../backup/manifest.ts";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";
import type { Database } from "../ports/database.ts";
import type { Identity } from "../ports/identity.ts";
import type { RestoreReport } from "./restore.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { openMaintenance } from "./steps/database/maintenance.ts";
import { nameBeside, switchDatabases } from "./steps/database/switch.ts";
import { lockOutDeploys, type LockedOut } from "./steps/lock-out.ts";
import { openBackup, type OpenBackup } from "./steps/restore/backup-file.ts";
import { commentOf, restoreBeside } from "./steps/restore/beside.ts";
import { refusePartial } from "./steps/restore/partial.ts";

export interface RestoreBesideOptions {
  readonly database: Database;
  readonly jobs: number;
  readonly key: BackupKey;
  readonly maintenance?: string | undefined;
  readonly identity: Identity;
  /** The project's; those of the ledger are locked with it. */
  readonly scope: string;
  readonly lockWaitMs?: number | undefined;
  /** Asked before the switch; throws to stop. */
  readonly confirm: (manifest: Manifest) => Promise<void>;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

export interface RestoreBesideReport extends Omit<RestoreReport, "already"> {
  /** What the old database is called now. */
  readonly retired: string;
  /** Sessions in it that were ended. */
  readonly ended: number;
}

export async function restoreAndSwitch(
  ports: BackupPorts,
  options: RestoreBesideOptions,
): Promise<RestoreBesideReport> {
  const begin = ports.clock.monotonicMs();
  const { database, key } = options;
  const opened = await openBackup({ store: ports.store, compression: ports.compression, key });
  const { manifest, label } = opened;
  refusePartial(opened);
  const { identity, scope, lockWaitMs: waitMs, signal } = options;
  const { clock, progress } = ports;
  const asked = { database, identity, clock, progress, scope, waitMs, signal };
  const switched = await lockOutDeploys(asked, (lock) =>
    inItsPlace(ports, options, { opened, lock }),
  );
  return {
    ...{ path: label, database: database.label, id: manifest.id, resumed: switched.resumed },
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    largeObjects: manifest.largeObjects.objects.length,
    durationMs: Math.round(clock.monotonicMs() - begin),
    ...switched,
  };
}

interface Locked {
  readonly opened: OpenBackup;
  readonly lock: LockedOut;
}

type Switched = Pick<RestoreBesideReport, "resumed" | "findings" | "retired" | "ended">;

async function inItsPlace(
  ports: BackupPorts,
  options: RestoreBesideOptions,
  { opened, lock }: Locked,
): Promise<Switched> {
  const { database, jobs } = options;
  const { signal } = lock;
  const common = { ports: { ...ports, database }, maintenance: options.maintenance, signal };
  const maintenance = await openMaintenance(common);
  const second = await openMaintenance(common).catch(async (error: unknown) => {
    await maintenance.close();
    throw error;
  });
  try {
    await options.confirm(opened.manifest);
    const beside = await restoreBeside(ports, opened, { database, maintenance, jobs, signal });
    ports.progress({ event: "restore.switch", message: "switching the names" });
    const retired = nameBeside(database.name, `_before_${timeOf(options.now)}`);
    const names = { name: database.name, successor: beside.name, retired };
    const comment = await commentOf(maintenance, database.name);
    await lock.assertHeld();
    const ended = await switchDatabases(maintenance, second, { ...names, last: lock.pids });
    const own = comment === undefined || comment === "" ? "null" : quoteLiteral(comment);
    await maintenance.query(`comment on database ${quoteIdentifier(database.name)} is ${own}`);
    const { resumed, findings } = beside;
    return { resumed, findings, retired, ended };
  } finally {
    await Promise.all([maintenance.close(), second.close()]);
  }
}

function timeOf(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
}
