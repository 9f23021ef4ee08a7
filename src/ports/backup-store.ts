/**
 * Where backups are kept. A store holds one backup: named files without order, written once, and visible under the
 * backup's own name only when the last is written. It knows nothing of what the files hold.
 */

export interface BackupStore {
  /** For people: the path, the bucket. */
  readonly label: string;
  /** Refuses with BACKUP.EXISTS where something is already. */
  create(): Promise<BackupWriter>;
  /** Refuses with BACKUP.ABSENT where there is no backup whose writing has ended. */
  open(): Promise<BackupReader>;
}

export interface BackupWriter {
  /** Files may be written at the same time. Names are letters, digits, dots and hyphens. */
  write(name: string, content: Uint8Array): Promise<void>;
  /** Everything is on the disk; from now on there is a backup. */
  finish(): Promise<void>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}

export interface BackupReader {
  /** Names and sizes of all files. */
  list(): Promise<readonly StoredFile[]>;
  /** Refuses with BACKUP.DAMAGED when there is no such file. */
  read(name: string): Promise<Uint8Array>;
}

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
}
