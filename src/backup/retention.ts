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

/** What a backup that a deploy took is worth by what became of the deploy. */
export type Worth =
  /** Counted. */
  | "counted"
  /** From before a deploy that changed something and did not succeed, nor any since: the way back. */
  | "needed"
  /** From before one that failed and changed nothing: the database has it all. */
  | "idle";

/** Those of deploys that may go: the idle ones, and of the counted ones all but the newest. */
export function expiredOfDeploys<Backup extends Aged & { readonly worth: Worth }>(
  backups: readonly Backup[],
  keep: number,
): readonly Backup[] {
  const ofWorth = (worth: Worth): readonly Backup[] =>
    backups.filter((backup) => backup.worth === worth);
  return [...ofWorth("idle"), ...expired(ofWorth("counted"), { keep }, new Date(0))];
}
