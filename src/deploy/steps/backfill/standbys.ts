/**
 * Standbys that were seen and are not listed any more. The server lists who is connected: one that was silent for
 * wal_sender_timeout, or whose network is gone, disappears, and must not look like one that has caught up. It is given
 * some time to come back, as after a restart, and then it is said that nobody waits for it any longer: it may have been
 * taken away for good.
 */

export interface Absent {
  readonly name: string;
  readonly forMs: number;
}

export interface StandbyLook {
  /** Missed for longest, and still waited for. */
  readonly absent: Absent | undefined;
  /** Given up just now. */
  readonly givenUp: readonly string[];
}

export interface StandbyLog {
  look(listed: readonly string[], atMs: number): StandbyLook;
}

export const standbyReturnMs = 60_000;

export function createStandbyLog(): StandbyLog {
  /** When each was listed for the last time. */
  const seen = new Map<string, number>();
  return {
    look: (listed, atMs) => {
      for (const name of listed) seen.set(name, atMs);
      const absences = [...seen]
        .filter(([name]) => !listed.includes(name))
        .map(([name, lastMs]) => ({ name, forMs: atMs - lastMs }))
        .sort((a, b) => b.forMs - a.forMs);
      const givenUp = absences.filter(({ forMs }) => forMs >= standbyReturnMs);
      for (const { name } of givenUp) seen.delete(name);
      return {
        absent: absences.find(({ forMs }) => forMs < standbyReturnMs),
        givenUp: givenUp.map(({ name }) => name),
      };
    },
  };
}
