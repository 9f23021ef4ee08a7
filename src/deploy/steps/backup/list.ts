/**
 * What lies in a place for backups, as far as it can be read without a key. Something there that is no backup, or is
 * damaged, is said and never touched.
 */
import { readEnvelope, type BackupHeader } from "../../../backup/envelope.ts";
import { isBackupFile, manifestName } from "../../../backup/manifest.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { BackupPlace } from "../../../ports/backup-store.ts";

export interface ListedBackup {
  readonly name: string;
  /** As a command takes it. */
  readonly location: string;
  readonly takenAt: string;
  readonly toolVersion: string;
  readonly encrypted: boolean;
  readonly files: number;
  readonly bytes: number;
  /** What lies in its folder and is not of it: nothing that lockstep removes, and so the backup stays with it. */
  readonly others: readonly string[];
}

/** Whether a folder holds the backup and nothing else. */
export function isAlone({ others }: ListedBackup): boolean {
  return others.length === 0;
}

export interface UnreadableBackup {
  readonly name: string;
  readonly reason: string;
}

export interface BackupList {
  /** The newest first. */
  readonly backups: readonly ListedBackup[];
  readonly unreadable: readonly UnreadableBackup[];
}

export async function listBackups(place: BackupPlace): Promise<BackupList> {
  const backups: ListedBackup[] = [];
  const unreadable: UnreadableBackup[] = [];
  for (const name of await place.names()) {
    try {
      backups.push(await describe(place, name));
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      unreadable.push({ name, reason: error.message });
    }
  }
  return {
    backups: backups.toSorted((left, right) => (left.takenAt < right.takenAt ? 1 : -1)),
    unreadable,
  };
}

async function describe(place: BackupPlace, name: string): Promise<ListedBackup> {
  const store = place.store(name);
  const reader = await store.open();
  const files = await reader.list();
  const header: BackupHeader = readEnvelope(await reader.read(manifestName)).header;
  return {
    ...{ name, location: store.label, takenAt: header.takenAt, toolVersion: header.toolVersion },
    encrypted: header.encryption !== null,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    others: (await place.others(name, isBackupFile)).toSorted(),
  };
}
