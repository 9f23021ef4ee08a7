/**
 * Where backups are kept. A store holds one backup: named files without order, written once, and visible under the
 * backup's own name only when the last is written. It knows nothing of what the files hold.
 */

/** Where many backups are kept, each under a name of its own. */
export interface BackupPlace {
  /** For people: the folder, the bucket with its prefix. */
  readonly label: string;
  /** Of whole backups, in no order; what was cut off is not among them. Empty where nothing is yet. */
  names(): Promise<readonly string[]>;
  /** What was cut off, or is being written just now: it takes room and is no backup. */
  unfinished(): Promise<readonly string[]>;
  /** The backup of that name, or the place where it is going to be. */
  store(name: string): BackupStore;
  /** What lies where a backup does, would go with it, and is no file that a backup has by `isOwn`. */
  others(name: string, isOwn: (file: string) => boolean): Promise<readonly string[]>;
  /** Removes a whole backup, its name first: what cuts this off leaves nothing that looks like a backup. */
  remove(name: string): Promise<void>;
}

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
