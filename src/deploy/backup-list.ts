/** What `lockstep backup list` and `lockstep backup prune` do: look at a place for backups, and let old ones go. */
import { expired, type Retention } from "../backup/retention.ts";
import type { BackupPlace } from "../ports/backup-store.ts";
import { listBackups, type ListedBackup, type UnreadableBackup } from "./steps/backup/list.ts";

export interface BackupListReport {
  readonly place: string;
  readonly backups: readonly ListedBackup[];
  readonly unreadable: readonly UnreadableBackup[];
}

export async function listPlace(place: BackupPlace): Promise<BackupListReport> {
  return { place: place.label, ...(await listBackups(place)) };
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
}

/** Never removes the newest, and nothing that it can't read. */
export async function prunePlace(place: BackupPlace, request: PruneRequest): Promise<PruneReport> {
  const { backups, unreadable } = await listBackups(place);
  const removed = expired(backups, request, request.now);
  if (removed.length > 0) await request.confirm(removed);
  for (const { name } of removed) await place.remove(name);
  const kept = backups.filter((backup) => !removed.includes(backup));
  return { place: place.label, removed, kept, unreadable };
}
