/**
 * The ledger's reading queries and what becomes of their rows. All names are qualified; the scope is a parameter.
 * The head query must work on every version of the ledger, so it touches only columns of version 1.
 */
import type { JournalEntry, LedgerEntry, LedgerHead } from "./ledger.ts";
import type { LedgerRow } from "./row.ts";
import {
  booleanOf,
  jsonObjectOf,
  numberOf,
  optionalNumberOf,
  optionalTextOf,
  textOf,
  wordOf,
} from "./row.ts";

/** Parameters: the scope. One row, always. digest.ts has the other half of the digest. */
export const headQuery = `
select
  (select pg_catalog.max(version) from lockstep.ledger_versions) as version,
  pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
    coalesce(pg_catalog.string_agg(id || ' ' || bytes_hash, E'\\n' order by id)
      filter (where kind = 'migration' and state = 'applied'), ''),
    'UTF8')), 'hex') as digest,
  pg_catalog.count(*) filter (where kind = 'migration' and state = 'applied') as count,
  pg_catalog.max(bytes_hash) filter (where kind = 'baseline') as baseline_bytes_hash,
  pg_catalog.max(bytes_hash) filter (where kind = 'declared' and state = 'applied') as declared_bytes_hash,
  pg_catalog.count(*) > 0
    or exists (select from lockstep.deployments d where d.scope = $1 and d.outcome = 'done')
    or exists (select from lockstep.statements s where s.scope = $1) as established,
  pg_catalog.pg_backend_pid() as backend_pid,
  pg_catalog.pg_is_in_recovery() as in_recovery
from lockstep.migrations
where scope = $1`;

export function headOf(row: LedgerRow): LedgerHead {
  return {
    version: numberOf(row, "version"),
    digest: textOf(row, "digest"),
    count: numberOf(row, "count"),
    baselineBytesHash: optionalTextOf(row, "baseline_bytes_hash"),
    declaredBytesHash: optionalTextOf(row, "declared_bytes_hash"),
    established: booleanOf(row, "established"),
  };
}

const entryColumns = `id, kind, state, provenance, title, path, includes_up_to, bytes_hash, meaning_hash, position,
  ${utcText("applied_at")} as applied_at, duration_ms, database_user, os_user, host, git_sha, tool_version,
  server_version, deployment_id`;

/** Parameters: the scope. Without the texts, which can be large. */
export const entriesQuery: string = `select ${entryColumns} from lockstep.migrations
where scope = $1 order by position`;

/** Parameters: the scope, how many at most. The newest first. */
export const recentEntriesQuery: string = `select ${entryColumns} from lockstep.migrations
where scope = $1 order by position desc limit $2`;

export function entryOf(row: LedgerRow): LedgerEntry {
  return {
    id: textOf(row, "id"),
    kind: wordOf(row, "kind", ["migration", "baseline", "declared"]),
    state: wordOf(row, "state", ["applied", "reverting", "unverified"]),
    provenance: wordOf(row, "provenance", [
      "deployed",
      "baseline",
      "adopted",
      "external",
      "replaced",
    ]),
    title: optionalTextOf(row, "title"),
    path: optionalTextOf(row, "path"),
    includesUpTo: optionalTextOf(row, "includes_up_to"),
    bytesHash: textOf(row, "bytes_hash"),
    meaningHash: optionalTextOf(row, "meaning_hash"),
    position: numberOf(row, "position"),
    appliedAt: textOf(row, "applied_at"),
    durationMs: optionalNumberOf(row, "duration_ms"),
    databaseUser: textOf(row, "database_user"),
    osUser: optionalTextOf(row, "os_user"),
    host: optionalTextOf(row, "host"),
    gitSha: optionalTextOf(row, "git_sha"),
    toolVersion: textOf(row, "tool_version"),
    serverVersion: textOf(row, "server_version"),
    deploymentId: textOf(row, "deployment_id"),
  };
}

/** Parameters: the scope. */
export const journalQuery: string = `select migration_id, direction, ordinal, state, transactional, meaning_hash, before,
  deployment_id, ${utcText("started_at")} as started_at
from lockstep.statements where scope = $1 order by migration_id, direction, ordinal`;

export function journalEntryOf(row: LedgerRow): JournalEntry {
  return {
    migrationId: textOf(row, "migration_id"),
    direction: wordOf(row, "direction", ["up", "down"]),
    ordinal: numberOf(row, "ordinal"),
    state: wordOf(row, "state", ["started", "done", "failed"]),
    transactional: booleanOf(row, "transactional"),
    meaningHash: textOf(row, "meaning_hash"),
    before: jsonObjectOf(row, "before"),
    deploymentId: textOf(row, "deployment_id"),
    startedAt: textOf(row, "started_at"),
  };
}

/**
 * Parameters: the scope, the id. The text as it was applied, what it read, and its way back. Through jsonb, since a
 * ledger that only reads meet may be older than the column.
 */
export const contentQuery = `select content, down_content,
  pg_catalog.to_jsonb(migrations) -> 'included' as included
from lockstep.migrations where scope = $1 and id = $2`;

/** ISO 8601 in UTC with milliseconds, whatever the session's TimeZone and DateStyle are. */
function utcText(column: string): string {
  return `pg_catalog.to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
