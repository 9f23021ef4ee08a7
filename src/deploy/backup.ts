/** What `lockstep backup` does: one state of the database, read over several connections into a store. */
import type { BackupPorts } from "./steps/backup/ports.ts";
import { takeBackup, type BackupReport, type TakeOptions } from "./steps/backup/take.ts";

export type { BackupReport };

export async function backup(ports: BackupPorts, options: TakeOptions): Promise<BackupReport> {
  return await takeBackup(ports, options);
}
