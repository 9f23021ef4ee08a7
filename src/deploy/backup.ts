/** What `lockstep backup` does: one state of the database, into a store or, as SQL, into one file. */
import type { TextFile } from "../ports/text-file.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import {
  takeSqlBackup,
  type SqlBackupOptions,
  type SqlBackupPorts,
  type SqlBackupReport,
} from "./steps/backup/sql-text.ts";
import { takeBackup, type BackupReport, type TakeOptions } from "./steps/backup/take.ts";

export type { BackupReport };

export async function backup(ports: BackupPorts, options: TakeOptions): Promise<BackupReport> {
  return await takeBackup(ports, options);
}

export async function backupAsSql(
  ports: SqlBackupPorts,
  file: TextFile,
  options: SqlBackupOptions,
): Promise<SqlBackupReport> {
  return await takeSqlBackup(ports, file, options);
}
