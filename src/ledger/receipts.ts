/** Receipts of backups: written before a deployment changes anything, never edited and never deleted. */
import type { LedgerRow } from "./row.ts";
import { booleanOf, numberOf, textOf, wordOf } from "./row.ts";

/** Proof that a backup was taken: what of, where it lies, and which state of the database it holds. */
export interface BackupReceipt {
  readonly backupId: string;
  /** The folder or the URL of the backup. */
  readonly location: string;
  readonly what: "database" | "tables";
  /** Of `tables`: `schema.name`. */
  readonly tables: readonly string[];
  readonly policy: "auto" | "always";
  readonly reason: string;
  /** The server's time of the snapshot, ISO 8601 in UTC. */
  readonly snapshotAt: string;
  readonly snapshotLsn: string;
  readonly fingerprint: string;
  readonly rows: number;
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly encrypted: boolean;
  readonly durationMs: number;
}

export interface RecordedReceipt extends BackupReceipt {
  readonly deploymentId: string;
  readonly takenAt: string;
}

/** Parameters: the scope, the deployment's id, then as receiptValues gives them. */
export const insertReceiptQuery = `insert into lockstep.backups (scope, deployment_id, backup_id, location, what,
  tables, policy, reason, snapshot_at, snapshot_lsn, fingerprint, row_count, raw_bytes, stored_bytes, encrypted,
  duration_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;

export function receiptValues(receipt: BackupReceipt): readonly (string | number | boolean)[] {
  return [
    ...[receipt.backupId, receipt.location, receipt.what, JSON.stringify(receipt.tables)],
    ...[receipt.policy, receipt.reason, receipt.snapshotAt, receipt.snapshotLsn],
    ...[receipt.fingerprint, receipt.rows, receipt.rawBytes, receipt.storedBytes],
    ...[receipt.encrypted, receipt.durationMs],
  ];
}

/** Parameters: the scope, how many at most. The newest first. Only where the ledger's version is 4 or later. */
export const receiptsQuery = `select backup_id, location, what, tables, policy, reason, snapshot_lsn, fingerprint,
  row_count, raw_bytes, stored_bytes, encrypted, duration_ms, deployment_id,
  pg_catalog.to_char(snapshot_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as snapshot_at,
  pg_catalog.to_char(taken_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as taken_at
from lockstep.backups where scope = $1 order by position desc limit $2`;

/**
 * What became of the deployments that took them. Parameters: the scope, the deployment that runs. `open`: no deploy has
 * succeeded since it began.
 */
export const receiptFatesQuery = `select b.location, d.id = $2::uuid as current,
  d.outcome = 'failed' and coalesce((d.failure ->> 'nothingChanged')::boolean, false) as idle,
  not exists (select from lockstep.deployments s where s.scope = $1 and s.kind = 'deploy' and s.outcome = 'done'
    and s.started_at >= d.started_at) as open
from lockstep.backups b join lockstep.deployments d on d.id = b.deployment_id where b.scope = $1`;

/** The ledger's version that brought them. */
export const receiptsSince = 4;

export function receiptOf(row: LedgerRow): RecordedReceipt {
  const tables = row["tables"];
  return {
    backupId: textOf(row, "backup_id"),
    location: textOf(row, "location"),
    what: wordOf(row, "what", ["database", "tables"]),
    tables: Array.isArray(tables) ? tables.map(String) : [],
    policy: wordOf(row, "policy", ["auto", "always"]),
    reason: textOf(row, "reason"),
    snapshotAt: textOf(row, "snapshot_at"),
    snapshotLsn: textOf(row, "snapshot_lsn"),
    fingerprint: textOf(row, "fingerprint"),
    rows: numberOf(row, "row_count"),
    rawBytes: numberOf(row, "raw_bytes"),
    storedBytes: numberOf(row, "stored_bytes"),
    encrypted: booleanOf(row, "encrypted"),
    durationMs: numberOf(row, "duration_ms"),
    deploymentId: textOf(row, "deployment_id"),
    takenAt: textOf(row, "taken_at"),
  };
}
