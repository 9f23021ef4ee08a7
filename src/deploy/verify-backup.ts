/**
 * What `lockstep backup verify` does: compares the backup's files with their hashes, and restores it into a throwaway
 * database whose structure, counts and rows are compared with the backup's. The database that the backup was taken
 * from is not asked.
 */
import type { BackupKey } from "../backup/cipher.ts";
import { filesOf, type Manifest } from "../backup/manifest.ts";
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { Scratch } from "../ports/scratch.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { clientEncoding, copySession, withSession } from "./steps/backup/sessions.ts";
import { openBackup, type OpenBackup } from "./steps/restore/backup-file.ts";
import { hasRows } from "./steps/restore/compare.ts";
import { restoreInto } from "./steps/restore/restore-into.ts";
import { scratchFor } from "./steps/restore/scratch.ts";

export interface VerifyBackupOptions {
  readonly quick: boolean;
  readonly jobs: number;
  readonly key: BackupKey;
  readonly scratch: () => Promise<Scratch>;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyBackupReport {
  readonly path: string;
  readonly id: string;
  readonly takenAt: string;
  readonly server: Manifest["server"];
  readonly fingerprint: string;
  /** Restored and compared, or only the files' hashes. */
  readonly depth: "restored" | "files";
  readonly files: number;
  readonly tables: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export async function verifyBackup(
  ports: BackupPorts,
  options: VerifyBackupOptions,
): Promise<VerifyBackupReport> {
  const begin = ports.clock.monotonicMs();
  const { store, compression } = ports;
  const opened = await openBackup({ store, compression, key: options.key });
  const { manifest } = opened;
  const files = filesOf(manifest);
  if (options.quick) for (const file of files) await opened.check(file);
  const findings = options.quick ? [] : await restoreAndCompare(ports, opened, options);
  return {
    ...{ path: opened.label, id: manifest.id, takenAt: manifest.takenAt },
    ...{ server: manifest.server, fingerprint: manifest.fingerprint },
    depth: options.quick ? "files" : "restored",
    files: files.length,
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    durationMs: Math.round(ports.clock.monotonicMs() - begin),
    findings,
  };
}

async function restoreAndCompare(
  ports: BackupPorts,
  opened: OpenBackup,
  { scratch, jobs, signal }: VerifyBackupOptions,
): Promise<readonly Finding[]> {
  const { manifest } = opened;
  const database = await scratchFor(await scratch(), manifest);
  try {
    const { findings } = await restoreInto(ports, opened, { database, jobs, signal });
    ports.progress({ event: "verify.rows", message: "comparing rows" });
    const options = copySession("restore", clientEncoding(manifest.server.encoding));
    await withSession(database, options, async (session) => {
      for (const table of manifest.tables) {
        if (await hasRows(session, opened, table)) continue;
        const message = `the rows of ${table.schema}.${table.name} are not those of the backup after a restore`;
        throw new LockstepError("BACKUP.UNVERIFIED", message);
      }
    });
    return findings;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({ state: "nothing was changed; the throwaway database is gone" });
  } finally {
    await database.drop();
  }
}
