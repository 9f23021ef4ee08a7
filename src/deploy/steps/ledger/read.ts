/**
 * Reading the ledger. A ledger that is not there is an ordinary answer, not a failure; one of a newer version is
 * refused before anything else is looked at, since only its own clients know what its rows mean.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { LedgerHead, LedgerState } from "../../../ledger/ledger.ts";
import {
  entriesQuery,
  entryOf,
  headOf,
  headQuery,
  journalEntryOf,
  journalQuery,
} from "../../../ledger/queries.ts";
import { booleanOf, numberOf } from "../../../ledger/row.ts";
import { ledgerGuard } from "../../../ledger/guard.ts";
import { ledgerVersion } from "../../../ledger/schema.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";

/** What one query tells. */
export interface FirstLook {
  readonly head: LedgerHead | undefined;
  /** The server process that answered, to tell a pooler; undefined when the query failed for lack of a ledger. */
  readonly backendPid: number | undefined;
  readonly inRecovery: boolean | undefined;
}

/**
 * One message, one round trip. Its statements are one transaction, so the pinned path ends with it, and the server
 * stops before the last one when the guard fails.
 */
export async function takeFirstLook(session: Session, scope: string): Promise<FirstLook> {
  try {
    const results = await session.script(
      `set local search_path = pg_catalog, pg_temp; ${ledgerGuard}; ${headQueryOf(scope)}`,
    );
    const row = results.at(-1)?.rows[0];
    if (row === undefined) return absent;
    const head = headOf(row);
    refuseNewer(head.version);
    return {
      head,
      backendPid: numberOf(row, "backend_pid"),
      inRecovery: booleanOf(row, "in_recovery"),
    };
  } catch (error) {
    if (isLedgerAbsent(error)) return absent;
    throw deniedAsSuch(error);
  }
}

/** Everything that planning needs, for one scope. */
export async function readLedger(session: Session, scope: string): Promise<LedgerState> {
  const look = await takeFirstLook(session, scope);
  if (look.head === undefined) return { kind: "absent" };
  const [entries, journal] = await Promise.all([
    session.query(entriesQuery, [scope]),
    session.query(journalQuery, [scope]),
  ]);
  return {
    kind: "present",
    version: look.head.version,
    established: look.head.established,
    entries: entries.map(entryOf),
    journal: journal.map(journalEntryOf),
  };
}

/** Somebody may have made it for a role that may make none. */
export async function hasLedgerSchema(session: Session): Promise<boolean> {
  const [row] = await session.query(
    "select pg_catalog.to_regnamespace('lockstep') is not null as has_schema",
  );
  return row !== undefined && booleanOf(row, "has_schema");
}

export function refuseNewer(version: number): void {
  if (version <= ledgerVersion) return;
  throw new LockstepError(
    "LEDGER.NEWER",
    `the ledger in this database has version ${version}; this lockstep knows versions up to ${ledgerVersion}`,
    { data: { version, known: ledgerVersion } },
  );
}

const absent: FirstLook = { head: undefined, backendPid: undefined, inRecovery: undefined };

function headQueryOf(scope: string): string {
  return headQuery.replaceAll("$1", () => quoteLiteral(scope));
}

/** undefined_table, invalid_schema_name. */
function isLedgerAbsent(error: unknown): boolean {
  return error instanceof ServerError && (error.sqlState === "42P01" || error.sqlState === "3F000");
}

/** insufficient_privilege on our own tables: somebody else's role made them. */
function deniedAsSuch(error: unknown): unknown {
  if (!(error instanceof ServerError)) return error;
  if (error.sqlState === "22012") return foreignLedger(error);
  if (error.sqlState !== "42501") return error;
  return new LockstepError("LEDGER.DENIED", `the role may not read the ledger: ${error.message}`, {
    sqlState: error.sqlState,
    cause: error,
  });
}

/** Our guard divides by zero; nothing else in that message can. */
export function foreignLedger(cause: ServerError): LockstepError {
  return new LockstepError(
    "LEDGER.FOREIGN",
    "the tables in schema lockstep are not as lockstep makes them, and reading them could run somebody's code",
    { cause },
  );
}
