/**
 * Makes the ledger, or brings it to our version, by its own versioned steps: each in one transaction, under a lock
 * for the whole database that is polled and never waited for inside the server. The lock is a transaction's, so it
 * works behind a pooler too.
 */
import { LockstepError } from "../../../core/errors.ts";
import { ledgerStepsAfter, ledgerVersion, type LedgerStep } from "../../../ledger/schema.ts";
import { booleanOf, numberOf } from "../../../ledger/row.ts";
import type { Clock } from "../../../ports/clock.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { refuseNewer } from "./read.ts";

export interface EnsureOptions {
  readonly clock: Clock;
  readonly toolVersion: string;
  /** How long another client's work on the ledger is waited for. */
  readonly waitMs?: number;
}

/** Resolves to whether anything was changed. */
export async function ensureLedger(session: Session, options: EnsureOptions): Promise<boolean> {
  const giveUpAt = options.clock.monotonicMs() + (options.waitMs ?? 60_000);
  for (;;) {
    const state = await look(session);
    refuseNewer(state.version);
    if (state.version === ledgerVersion) return false;
    if (await tryOnce(session, state, options)) return true;
    if (options.clock.monotonicMs() > giveUpAt) throw ledgerBusy();
    await options.clock.sleep(50 + Math.random() * 100);
  }
}

export interface LedgerLook {
  readonly hasSchema: boolean;
  readonly version: number;
}

async function look(session: Session): Promise<LedgerLook> {
  const [row] = await session.query(
    `select pg_catalog.to_regnamespace('lockstep') is not null as has_schema,
      pg_catalog.to_regclass('lockstep.ledger_versions') is not null as has_versions`,
  );
  if (row === undefined || !booleanOf(row, "has_versions")) {
    return { hasSchema: row !== undefined && booleanOf(row, "has_schema"), version: 0 };
  }
  const [found] = await session.query(
    `select coalesce(pg_catalog.max(version), 0) as version from lockstep.ledger_versions`,
  );
  return { hasSchema: true, version: found === undefined ? 0 : numberOf(found, "version") };
}

/** False when somebody else is at it. */
async function tryOnce(
  session: Session,
  state: LedgerLook,
  options: EnsureOptions,
): Promise<boolean> {
  try {
    const statements = ledgerStatements(state, options.toolVersion);
    await session.script([...statements, "commit"].join(";\n"));
    return true;
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback");
    if (!(error instanceof ServerError)) throw error;
    if (isRace(error)) return false;
    throw failure(error);
  }
}

/** From BEGIN on, and without COMMIT. */
export function ledgerStatements(state: LedgerLook, toolVersion: string): readonly string[] {
  const steps = ledgerStepsAfter(state.version);
  return [
    "begin",
    "set local search_path = pg_catalog, pg_temp",
    "set local lock_timeout = '5s'",
    guard,
    ...steps.flatMap((step) => statementsOf(step, state, toolVersion)),
  ];
}

function statementsOf(step: LedgerStep, state: LedgerLook, toolVersion: string): string[] {
  const schema = state.hasSchema ? [] : (step.schemaStatements ?? []);
  const record = `insert into lockstep.ledger_versions (version, tool_version)
    values (${step.version}, ${quoteLiteral(toolVersion)})`;
  return [...schema, ...step.statements, record];
}

/** Fails with division_by_zero when the lock is taken; nothing simpler stops a script without PL/pgSQL. */
const ledgerLockKey = "7310587431187436147";
const guard = `select 1 / (pg_catalog.pg_try_advisory_xact_lock(${ledgerLockKey})::integer)`;

/** The lock is taken, or somebody was quicker between our look and our lock. */
function isRace(error: ServerError): boolean {
  return ["22012", "42P07", "42P06", "23505", "55P03"].includes(error.sqlState);
}

function failure(error: ServerError): LockstepError {
  const denied = error.sqlState === "42501";
  return new LockstepError(
    denied ? "LEDGER.DENIED" : "LEDGER.FAILED",
    `The ledger could not be set up: ${error.message}.`,
    {
      sqlState: error.sqlState,
      cause: error,
      ...(denied
        ? { next: "GRANT CREATE ON DATABASE to the role, or let an owner run lockstep once." }
        : {}),
    },
  );
}

function ledgerBusy(): LockstepError {
  return new LockstepError(
    "LEDGER.BUSY",
    "another client has been setting up the ledger for a minute",
  );
}
