/**
 * What `lockstep backup verify` does: compares the backup's files with their hashes, and restores it into a throwaway
 * database whose structure, counts and rows are compared with the backup's. The database that the backup was taken
 * from is not asked.
 */
import type { BackupKey } from "../backup/cipher.ts";
import { filesOf, type Manifest, type TableEntry } from "../backup/manifest.ts";
import { rowDigest } from "../backup/row-digest.ts";
import { rowReader } from "../backup/rows.ts";
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { Session } from "../ports/database.ts";
import type { Scratch } from "../ports/scratch.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { copySource } from "./steps/backup/rows.ts";
import { clientEncoding, copySession, withSession } from "./steps/backup/sessions.ts";
import { openBackup, type OpenBackup } from "./steps/restore/backup-file.ts";
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
      for (const table of manifest.tables) await compareRows(session, opened, table);
    });
    return findings;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({ state: "nothing was changed; the throwaway database is gone" });
  } finally {
    await database.drop();
  }
}

async function compareRows(session: Session, opened: OpenBackup, table: TableEntry): Promise<void> {
  const wanted = rowDigest(table.format);
  for (const chunk of table.chunks) wanted.add(await opened.read(chunk));
  const found = rowDigest(table.format);
  const { schema, name, columns, format, condition } = table;
  const isPartitioned = table.partitioned === true;
  const source = copySource({ schema, name, columns, condition, isPartitioned }, undefined);
  const read = rowReader(format);
  for await (const piece of session.copyOut(`copy ${source} to stdout (format ${format})`)) {
    found.add(read(piece).bytes);
  }
  if (found.value() === wanted.value()) return;
  throw new LockstepError(
    "BACKUP.UNVERIFIED",
    `the rows of ${schema}.${name} are not those of the backup after a restore`,
  );
}
