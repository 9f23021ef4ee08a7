/** What happened to a database, the newest first: who applied what, when, from where, and what failed on the way. */
import {
  attemptOf,
  attemptsQuery,
  eventOf,
  eventsQuery,
  type LedgerAttempt,
  type LedgerEvent,
} from "../ledger/events.ts";
import {
  receiptOf,
  receiptsQuery,
  receiptsSince,
  type RecordedReceipt,
} from "../ledger/receipts.ts";
import { optionalTextOf, type LedgerRow } from "../ledger/row.ts";
import { readMigrationHeader } from "../project/header.ts";
import type { MigrationHeader } from "../project/migration.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import { readAbandoned, type AbandonedDeployment } from "./steps/abandoned.ts";
import { connectPatiently } from "./steps/connect.ts";
import { takeFirstLook } from "./steps/ledger/read.ts";
import { lookSession } from "./steps/sessions.ts";

export interface HistoryRequest {
  readonly scope: string;
  /** How many at most, of events and of attempts. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface HistoryReport {
  readonly database: string;
  readonly scope: string;
  readonly events: readonly HistoryEvent[];
  /** Failed attempts: they left nothing behind that the events do not tell. */
  readonly attempts: readonly LedgerAttempt[];
  /** Runs that ended without a word; the next one that changes anything closes them. */
  readonly abandoned: readonly AbandonedDeployment[];
  /** Backups that were taken before deploys. */
  readonly backups: readonly RecordedReceipt[];
}

export interface HistoryEvent extends LedgerEvent {
  readonly title: string | undefined;
  /** Of the text that was applied; empty where the ledger has it no more. */
  readonly header: MigrationHeader;
}

export const historyLimitDefault = 100;

export async function history(ports: DeployPorts, request: HistoryRequest): Promise<HistoryReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: HistoryRequest): Promise<HistoryReport> {
  const { scope, limit = historyLimitDefault } = request;
  const session = await connectPatiently({
    database: ports.database,
    options: lookSession(crypto.randomUUID()),
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: 0,
    signal: request.signal,
  });
  try {
    const common = { database: ports.database.label, scope };
    const look = await takeFirstLook(session, scope);
    if (look.head === undefined) {
      return { ...common, events: [], attempts: [], abandoned: [], backups: [] };
    }
    const hasReceipts = look.head.version >= receiptsSince;
    const [events, attempts, abandoned, backups] = await Promise.all([
      session.query(eventsQuery, [scope, limit]),
      session.query(attemptsQuery, [scope, limit]),
      readAbandoned(session, scope),
      hasReceipts ? session.query(receiptsQuery, [scope, limit]) : [],
    ]);
    return {
      ...common,
      events: events.map(historyEventOf),
      attempts: attempts.map(attemptOf),
      abandoned,
      backups: backups.map(receiptOf),
    };
  } finally {
    await session.close();
  }
}

function historyEventOf(row: LedgerRow): HistoryEvent {
  const header = readMigrationHeader(optionalTextOf(row, "beginning") ?? "");
  return { ...eventOf(row), title: optionalTextOf(row, "title"), header };
}
