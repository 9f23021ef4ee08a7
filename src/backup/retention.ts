/** Which backups of a place may go. Pure; the newest always stays. */

export interface Aged {
  readonly name: string;
  /** RFC 3339 in UTC, by the server that it was taken from. */
  readonly takenAt: string;
}

export interface Retention {
  /** So many of the newest stay. */
  readonly keep?: number | undefined;
  /** Those of so many days stay. */
  readonly keepDays?: number | undefined;
}

/** Those that neither rule keeps, the oldest first. Without a rule nothing goes. */
export function expired<Backup extends Aged>(
  backups: readonly Backup[],
  { keep, keepDays }: Retention,
  now: Date,
): readonly Backup[] {
  if (keep === undefined && keepDays === undefined) return [];
  const newestFirst = backups.toSorted((left, right) => (left.takenAt < right.takenAt ? 1 : -1));
  const oldest = new Date(now.getTime() - (keepDays ?? 0) * 86_400_000).toISOString();
  return newestFirst
    .filter((backup, place) => {
      if (place === 0) return false;
      const isAmongNewest = keep !== undefined && place < keep;
      const isRecent = keepDays !== undefined && backup.takenAt >= oldest;
      return !isAmongNewest && !isRecent;
    })
    .toReversed();
}
