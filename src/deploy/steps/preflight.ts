/**
 * What must be true of the server before the first change: it takes changes at all, the role may do what the plan
 * needs, PL/pgSQL runs, and no transaction needs more locks than there is room for. Reading the facts is one
 * query; deciding is a pure function, so every refusal can be tested without such a server.
 */
import { LockstepError } from "../../core/errors.ts";
import { booleanOf, numberOf, textOf } from "../../ledger/row.ts";
import type { PlanNeeds } from "../../plan/needs.ts";
import { ServerError, type Session } from "../../ports/database.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { missingStatements, readRoleLimits, type RoleLimits } from "./missing-rights.ts";

/** What the plan is going to ask of the server; the ledger's schema counts among those that it makes. */
export type PreflightNeeds = PlanNeeds;

export interface ServerCondition {
  readonly inRecovery: boolean;
  readonly readOnly: boolean;
  readonly role: string;
  readonly database: string;
  /** max_locks_per_transaction * (max_connections + max_prepared_transactions). */
  readonly lockRoom: number;
  readonly maxLocksPerTransaction: number;
  readonly mayCreateSchemas: boolean;
  /** Of the schemas asked for: those that are there and in which the role may not create. */
  readonly closedSchemas: readonly string[];
  readonly limits: RoleLimits;
  /** Undefined when PL/pgSQL runs. */
  readonly plpgsqlFailure: string | undefined;
}

export interface PreflightOptions {
  /** A baseline is loaded whole, and could be cut. */
  readonly mayOfferSplit?: boolean;
}

/** Throws the first refusal; nothing is changed by asking. The session is the one that the plan will run in. */
export async function preflight(
  session: Session,
  needs: PreflightNeeds,
  options: PreflightOptions = {},
): Promise<void> {
  const [refusal] = preflightRefusals(await readCondition(session, needs), needs, options);
  if (refusal !== undefined) throw refusal;
}

/** Asks for current_schema(), so search_path is the session's own: each operator says that it is the server's. */
const conditionQuery = `select pg_catalog.pg_is_in_recovery() as in_recovery,
  pg_catalog.current_setting('default_transaction_read_only')::bool as read_only,
  current_user::text as role, pg_catalog.current_database()::text as database,
  pg_catalog.current_setting('max_locks_per_transaction')::int8 as max_locks,
  pg_catalog.current_setting('max_connections')::int8
    operator(pg_catalog.+) pg_catalog.current_setting('max_prepared_transactions')::int8 as transactions,
  pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') as may_create,
  array(
    select n.nspname from pg_catalog.pg_namespace n
    where n.nspname operator(pg_catalog.=) any ($1::name[] operator(pg_catalog.||) case when $2 then pg_catalog.current_schema() end) and not pg_catalog.has_schema_privilege(n.oid, 'CREATE')
    order by n.nspname using operator(pg_catalog.<)
  ) as closed`;

export async function readCondition(
  session: Session,
  needs: PreflightNeeds,
): Promise<ServerCondition> {
  const [rows, plpgsqlFailure, limits] = await Promise.all([
    session.query(conditionQuery, [needs.createIn, needs.createsUnqualified]),
    plpgsqlFailureOf(session),
    readRoleLimits(session, needs.rights),
  ]);
  const row = rows[0] ?? {};
  const maxLocksPerTransaction = numberOf(row, "max_locks");
  const closed = row["closed"];
  return {
    inRecovery: booleanOf(row, "in_recovery"),
    readOnly: booleanOf(row, "read_only"),
    role: textOf(row, "role"),
    database: textOf(row, "database"),
    lockRoom: maxLocksPerTransaction * numberOf(row, "transactions"),
    maxLocksPerTransaction,
    mayCreateSchemas: booleanOf(row, "may_create"),
    closedSchemas: Array.isArray(closed) ? closed.map(String) : [],
    limits,
    plpgsqlFailure,
  };
}

/** A server whose program files were replaced under it fails here, in every new session, and nowhere else. */
async function plpgsqlFailureOf(session: Session): Promise<string | undefined> {
  try {
    await session.query("do language plpgsql $$ begin perform 1; end $$");
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error.message;
    throw error;
  }
}

/**
 * Locks of other sessions share the room, and the server keeps some slack of its own, so the limit is taken with
 * a margin: at the default settings one transaction dies after some 1,800 new tables with their indexes.
 */
const shareOfLockRoom = 0.9;

export function preflightRefusals(
  condition: ServerCondition,
  needs: PreflightNeeds,
  options: PreflightOptions = {},
): readonly LockstepError[] {
  return [
    ...standbyRefusal(condition),
    ...plpgsqlRefusal(condition),
    ...privilegeRefusal(condition, needs),
    ...lockRefusal(condition, needs, options),
  ];
}

function standbyRefusal(condition: ServerCondition): readonly LockstepError[] {
  if (condition.inRecovery) {
    return [new LockstepError("PREFLIGHT.STANDBY", "the server is a standby: it takes no changes")];
  }
  if (!condition.readOnly) return [];
  const message = `transactions of ${condition.role} in ${condition.database} are read only by default`;
  return [new LockstepError("PREFLIGHT.READ_ONLY", message)];
}

function plpgsqlRefusal({ plpgsqlFailure }: ServerCondition): readonly LockstepError[] {
  if (plpgsqlFailure === undefined) return [];
  return [
    new LockstepError("PREFLIGHT.PLPGSQL", `the server can't run PL/pgSQL: ${plpgsqlFailure}`, {
      data: { failure: plpgsqlFailure },
    }),
  ];
}

function privilegeRefusal(
  condition: ServerCondition,
  needs: PreflightNeeds,
): readonly LockstepError[] {
  const role = quoteIdentifier(condition.role);
  const missing = [
    ...(needs.createsSchemas && !condition.mayCreateSchemas
      ? [`grant create on database ${quoteIdentifier(condition.database)} to ${role};`]
      : []),
    ...condition.closedSchemas.map(
      (schema) => `grant usage, create on schema ${quoteIdentifier(schema)} to ${role};`,
    ),
    ...missingStatements(condition.limits, condition.role),
  ];
  if (missing.length === 0) return [];
  return [
    new LockstepError(
      "PREFLIGHT.PRIVILEGE",
      `the role ${condition.role} lacks rights that the plan needs`,
      {
        notes: ["what is missing, as a superuser or the owner would grant it:", ...missing],
        data: { missing },
      },
    ),
  ];
}

function lockRefusal(
  condition: ServerCondition,
  needs: PreflightNeeds,
  { mayOfferSplit = false }: PreflightOptions,
): readonly LockstepError[] {
  const room = Math.floor(condition.lockRoom * shareOfLockRoom);
  if (needs.locksMax <= room) return [];
  const transactions = condition.lockRoom / condition.maxLocksPerTransaction;
  const enough = Math.ceil(needs.locksMax / shareOfLockRoom / transactions);
  const message = `one transaction of the plan needs about ${needs.locksMax} locks, and the server has room for ${room}`;
  const other = mayOfferSplit
    ? "deploy with --split-baseline, which gives up all-or-nothing"
    : "divide the file into several, each a transaction of its own";
  return [
    new LockstepError("PREFLIGHT.LOCKS", message, {
      next: `Set max_locks_per_transaction to ${enough} or more and restart the server, or ${other}.`,
      data: {
        needed: needs.locksMax,
        room,
        maxLocksPerTransaction: condition.maxLocksPerTransaction,
      },
    }),
  ];
}
