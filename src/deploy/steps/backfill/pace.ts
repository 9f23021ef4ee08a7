/** How large the next batch is and how long to rest before it. Pure. */
import type { BackfillOptions } from "../../../project/backfill-marks.ts";
import { standbyReturnMs, type Absent } from "./standbys.ts";

export interface BatchTime {
  readonly size: number;
  readonly rows: number;
  readonly durationMs: number;
}

/** Towards the time that a batch should take, no more than twice or half at a time. */
export function nextSize(
  { size, durationMs }: BatchTime,
  { targetMs, batchMax }: BackfillOptions,
  rate: number,
): number {
  if (targetMs === 0) return size;
  const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(1, durationMs)));
  const wanted = Math.round(size * factor);
  // A limit is kept within a second, not over the hour.
  const limit = rate > 0 ? Math.max(1, Math.min(batchMax, Math.ceil(rate / 2))) : batchMax;
  return Math.max(1, Math.min(limit, wanted));
}

export function restMs(
  { rows, durationMs }: BatchTime,
  { pace }: BackfillOptions,
  rate: number,
): number {
  const byPace = durationMs * (1 / pace - 1);
  const byRate = rate > 0 ? (rows / rate) * 1_000 - durationMs : 0;
  return Math.max(0, Math.round(Math.max(byPace, byRate)));
}

export interface Pressure {
  readonly lagMs: number;
  /** The one that is behind most, as it calls itself. */
  readonly standby?: string;
  /** A standby that was there and is not listed any more. */
  readonly absent?: Absent | undefined;
  /** Standbys that did not come back, since the last look. */
  readonly givenUp?: readonly string[];
  readonly lockWaits: number;
  readonly active: number;
  /** Since the last look, in megabytes per second. */
  readonly wal: number;
}

export interface Waited {
  /** Whose limit is passed. */
  readonly option: "max-lag" | "max-lock-waits" | "max-active" | "max-wal";
  readonly why: string;
}

/** Undefined: nothing stands in the way. */
export function whyWait(pressure: Pressure, options: BackfillOptions): Waited | undefined {
  const { lagMs, standby, absent, lockWaits, active, wal } = pressure;
  const { maxLagMs, maxLockWaits, maxActive, maxWal } = options;
  if (maxLagMs > 0 && lagMs > maxLagMs) {
    const who = standby === undefined || standby === "" ? "a standby" : `the standby ${standby}`;
    const behind = `${(lagMs / 1_000).toFixed(1)} s behind, more than ${maxLagMs / 1_000} s`;
    return { option: "max-lag", why: `${who} is ${behind}` };
  }
  if (maxLagMs > 0 && absent !== undefined) {
    const since = `for ${(absent.forMs / 1_000).toFixed(1)} s`;
    const why = `the standby ${absent.name} is not connected any more ${since}; it gets ${standbyReturnMs / 1_000} s to come back`;
    return { option: "max-lag", why };
  }
  if (maxLockWaits > 0 && lockWaits > maxLockWaits) {
    const why = `${lockWaits} sessions wait for locks, more than ${maxLockWaits}`;
    return { option: "max-lock-waits", why };
  }
  if (maxActive > 0 && active > maxActive) {
    return { option: "max-active", why: `${active} sessions are at work, more than ${maxActive}` };
  }
  if (maxWal > 0 && wal > maxWal) {
    const why = `${wal.toFixed(1)} MB of WAL are written in a second, more than ${maxWal} MB`;
    return { option: "max-wal", why };
  }
  return undefined;
}
