/**
 * The deploy lock behind a transaction pooler: a row with a fencing token. Taking it raises the token; every
 * segment's transaction locks the row and checks the token first, so a deployer that was stopped past its lease
 * and wakes up changes nothing. All times are the server's. Nothing here relies on a session's state.
 */
import { LockstepError } from "../../core/errors.ts";
import { numberOf, optionalTextOf, textOf } from "../../ledger/row.ts";
import { ServerError, type Row, type Session } from "../../ports/database.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { pauseMs } from "./connect.ts";
import { ensureLedger } from "./ledger/ensure.ts";
import { beatHeart } from "./lock/heartbeat.ts";
import type { HeldLock, LockRequest } from "./lock/held.ts";

export const leaseMsDefault = 30_000;

export async function takeLease(session: Session, request: LockRequest): Promise<HeldLock> {
  const { clock, identity } = request;
  await ensureLedger(session, { clock, toolVersion: identity.toolVersion });
  const leaseMs = request.leaseMs ?? leaseMsDefault;
  const token = await poll(session, request, leaseMs);
  return holdLease(session, request, { token, leaseMs });
}

/** One statement, one transaction: nobody is waited for inside the server. */
const takeQuery = `with free as (
  select scope from lockstep.leases
  where scope = $1 and (holder is null or expires_at <= pg_catalog.clock_timestamp())
  for update skip locked
)
update lockstep.leases l
set token = l.token + 1, holder = $2, details = $3::jsonb,
  acquired_at = pg_catalog.clock_timestamp(),
  expires_at = pg_catalog.clock_timestamp() + $4 * interval '1 millisecond'
from free where l.scope = free.scope
returning l.token`;

const seedQuery = `insert into lockstep.leases (scope, token, holder, expires_at)
values ($1, 0, null, pg_catalog.clock_timestamp()) on conflict (scope) do nothing`;

async function poll(session: Session, request: LockRequest, leaseMs: number): Promise<bigint> {
  const { clock, signal, waitMs, scope } = request;
  const giveUpAt = clock.monotonicMs() + waitMs;
  await session.query(seedQuery, [scope]);
  for (let attempt = 1; ; attempt += 1) {
    const values = [scope, holderText(request), detailsText(request), leaseMs];
    const [taken] = await session.query(takeQuery, values);
    if (taken !== undefined) return BigInt(textOf(taken, "token"));
    const lease = await readLease(session, scope);
    const leftMs = giveUpAt - clock.monotonicMs();
    signal?.throwIfAborted();
    if (leftMs <= 0) throw busy(lease, request);
    if (attempt === 1 && lease !== undefined) {
      const message = `waiting for the deploy lease, held by ${describeLease(lease)}`;
      request.progress({ event: "lock.waiting", message, data: { ...lease } });
    }
    await clock.sleep(Math.min(pauseMs(attempt, 1_000), leftMs), signal);
  }
}

function holderText({ identity, deploymentId }: LockRequest): string {
  const user = identity.osUser ?? "somebody";
  const place = identity.host === undefined ? "" : ` on ${identity.host}`;
  return `${user}${place} (lockstep ${deploymentId})`;
}

function detailsText({ identity, deploymentId }: LockRequest): string {
  return JSON.stringify({ deployment: deploymentId, ...identity });
}

export interface Lease {
  readonly token: string;
  /** Undefined when it is free. */
  readonly holder: string | undefined;
  readonly since: string;
  /** Negative when it has run out. */
  readonly secondsLeft: number;
}

const readQuery = `select token, holder,
  pg_catalog.to_char(acquired_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since,
  pg_catalog.ceil(pg_catalog.date_part('epoch', expires_at - pg_catalog.clock_timestamp()))::int8 as seconds_left
from lockstep.leases where scope = $1`;

/** Undefined when there is no ledger or no such row: nobody ever needed a lease here. */
export async function readLease(session: Session, scope: string): Promise<Lease | undefined> {
  const row = await session.query(readQuery, [scope]).then(first, absentWithoutLedger);
  if (row === undefined) return undefined;
  return {
    token: textOf(row, "token"),
    holder: optionalTextOf(row, "holder"),
    since: textOf(row, "since"),
    secondsLeft: numberOf(row, "seconds_left"),
  };
}

function first(rows: readonly Row[]): Row | undefined {
  return rows[0];
}

/** undefined_table, invalid_schema_name: no ledger, so no lease. */
function absentWithoutLedger(error: unknown): undefined {
  if (error instanceof ServerError && ["42P01", "3F000"].includes(error.sqlState)) return undefined;
  throw error;
}

export function describeLease(lease: Lease): string {
  const holder = lease.holder ?? "nobody";
  const left =
    lease.secondsLeft > 0
      ? `runs out in ${lease.secondsLeft} s unless renewed`
      : "has run out, and a transaction of its holder is still open";
  return `${holder} since ${lease.since}; it ${left}`;
}

function busy(lease: Lease | undefined, request: LockRequest): LockstepError {
  const who = lease === undefined ? "somebody who has just left" : describeLease(lease);
  return new LockstepError("LOCK.BUSY", `another deploy holds the lease: ${who}`, {
    data: { scope: request.scope },
  });
}

/**
 * Renewing goes by the token alone: as long as it is ours, nobody else has deployed, also when a long segment kept
 * the row locked past the lease. A row that our own segment has locked is skipped and read instead.
 */
const renewQuery = `with mine as (
  select scope from lockstep.leases where scope = $1 and token = $2 and holder is not null
  for update skip locked
), renewed as (
  update lockstep.leases l
  set expires_at = pg_catalog.clock_timestamp() + $3 * interval '1 millisecond'
  from mine where l.scope = mine.scope
)
select from lockstep.leases where scope = $1 and token = $2 and holder is not null`;

interface Tenure {
  readonly token: bigint;
  readonly leaseMs: number;
}

function holdLease(session: Session, request: LockRequest, { token, leaseMs }: Tenure): HeldLock {
  const { scope, clock } = request;
  const heart = beatHeart({
    clock,
    everyMs: leaseMs / 3,
    freshForMs: 0,
    patienceMs: leaseMs / 2,
    ended: session.ended,
    check: async () => (await session.query(renewQuery, [scope, token, leaseMs])).length > 0,
    lostError: leaseLost,
  });
  return {
    kind: "lease",
    observer: session,
    lost: heart.lost,
    assertHeld: heart.assertAlive,
    guard: leaseGuardSql(scope, token),
    release: async () => {
      await heart.stop();
      await session.query(clearQuery, [scope, token]).catch(leaveToExpire);
      await session.close();
    },
  };
}

const clearQuery = `update lockstep.leases
set holder = null, expires_at = pg_catalog.clock_timestamp() where scope = $1 and token = $2`;

/** A lease that can't be given back runs out by itself; the deploy's own result must not suffer. */
function leaveToExpire(): undefined {
  return undefined;
}

/** Frees the lease whoever has it; the raised token shuts the old holder out. */
export async function clearLease(session: Session, scope: string): Promise<void> {
  const statement = `update lockstep.leases set token = token + 1, holder = null,
    expires_at = pg_catalog.clock_timestamp() where scope = $1`;
  await session.query(statement, [scope]);
}

const lostMark = "lockstep lease lost";

/**
 * The first statement of every transaction of a deploy with a lease. It locks the row until the transaction ends,
 * and fails unless the token is current and the lease has not run out. The failure is a cast that only happens
 * when there is no row, since plain SQL has no other way to raise an error.
 */
export function leaseGuardSql(scope: string, token: bigint): string {
  return `select case held.count when 1 then '1' else '${lostMark}, scope ' || ${quoteLiteral(scope)} end::pg_catalog.int4
from (select pg_catalog.count(*) from (
  select from lockstep.leases
  where scope = ${quoteLiteral(scope)} and token = ${token} and holder is not null
    and expires_at > pg_catalog.clock_timestamp()
  for update
) mine) held(count)`;
}

/** Whether an error is the guard's. */
export function isLeaseLost(error: unknown): boolean {
  return (
    error instanceof ServerError && error.sqlState === "22P02" && error.message.includes(lostMark)
  );
}

export function leaseLost(cause: unknown): LockstepError {
  return new LockstepError("LOCK.LEASE_LOST", "the lease ran out or went to another deploy", {
    state: "what was committed before is recorded in the ledger; this deploy changed nothing more",
    ...(cause === undefined ? {} : { cause }),
  });
}
