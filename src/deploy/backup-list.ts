/** What `lockstep backup list` and `lockstep backup prune` do: look at a place for backups, and let old ones go. */
import { expired, type Retention } from "../backup/retention.ts";
import type { BackupPlace } from "../ports/backup-store.ts";
import {
  isAlone,
  listBackups,
  type ListedBackup,
  type UnreadableBackup,
} from "./steps/backup/list.ts";

export interface BackupListReport {
  readonly place: string;
  readonly backups: readonly ListedBackup[];
  readonly unreadable: readonly UnreadableBackup[];
  /** Cut off, or being written: no backup, and nothing that lockstep removes. */
  readonly unfinished: readonly string[];
}

export async function listPlace(place: BackupPlace): Promise<BackupListReport> {
  const found = await listBackups(place);
  return { place: place.label, ...found, unfinished: await place.unfinished() };
}

export interface PruneRequest extends Retention {
  readonly now: Date;
  /** Asked with what is going to be removed, where there is something; throws to stop. */
  readonly confirm: (backups: readonly ListedBackup[]) => Promise<void>;
}

export interface PruneReport {
  readonly place: string;
  readonly removed: readonly ListedBackup[];
  readonly kept: readonly ListedBackup[];
  readonly unreadable: readonly UnreadableBackup[];
  /** As of `BackupListReport`. */
  readonly unfinished: readonly string[];
}

/** Never removes the newest, nothing that it can't read, and nothing that is not a backup's. */
export async function prunePlace(place: BackupPlace, request: PruneRequest): Promise<PruneReport> {
  const { backups, unreadable } = await listBackups(place);
  const removed = expired(backups, request, request.now).filter(isAlone);
  if (removed.length > 0) await request.confirm(removed);
  for (const { name } of removed) await place.remove(name);
  const kept = backups.filter((backup) => !removed.includes(backup));
  return { place: place.label, removed, kept, unreadable, unfinished: await place.unfinished() };
}
