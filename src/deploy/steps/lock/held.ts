/** What the holder of the deploy lock can do with it, whether it is a session's lock or a lease. */
import type { Identity } from "../../../ports/identity.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { Progress } from "../../../ports/progress.ts";

export interface LockRequest {
  readonly database: Database;
  readonly scope: string;
  readonly deploymentId: string;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly progress: Progress;
  /** In all, from the first try; 0: one try. */
  readonly waitMs: number;
  /** For how long a server that is not there is waited for. */
  readonly retryForMs?: number;
  /** A session for the lock that is opened already; it is the lock's from then on. */
  readonly session?: Promise<Session> | undefined;
  /** How long a lease lasts without being renewed. */
  readonly leaseMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HeldLock {
  readonly kind: "session" | "lease";
  /** The lock's own session, outside of any transaction: for looking at who blocks, never for changes. */
  readonly observer: Session;
  /** Aborted as soon as the lock is known to be lost; the reason is LOCK.LOST or LOCK.LEASE_LOST. */
  readonly lost: AbortSignal;
  /** Throws that reason when the lock is not ours any more. Asked before every segment. */
  readonly assertHeld: () => Promise<void>;
  /** With a lease, SQL that every transaction begins with: it fails when the lease is not ours any more. */
  readonly guard: string | undefined;
  readonly release: () => Promise<void>;
}
