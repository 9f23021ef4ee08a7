/**
 * The ledger's history: what happened, in order, never edited and never deleted; and the attempts that failed, kept
 * apart, since a failed transaction left nothing behind and must not look as if it had.
 */
import type { JsonObject } from "../core/errors.ts";
import type { LedgerRow } from "./row.ts";
import { jsonObjectOf, numberOf, optionalNumberOf, optionalTextOf, textOf, wordOf } from "./row.ts";

export const ledgerEventKinds = [
  "applied",
  "adopted",
  "included",
  "marked-done",
  "forgotten",
  "healed",
  "edit-allowed",
  "reverted",
  "replaced",
  "seeded",
  "verified",
] as const;
export type LedgerEventKind = (typeof ledgerEventKinds)[number];

export interface LedgerEvent {
  readonly position: number;
  readonly migrationId: string;
  readonly event: LedgerEventKind;
  readonly at: string;
  readonly durationMs: number | undefined;
  readonly bytesHash: string | undefined;
  readonly deploymentId: string;
  readonly databaseUser: string;
  readonly osUser: string | undefined;
  readonly host: string | undefined;
  readonly gitSha: string | undefined;
  readonly toolVersion: string;
  readonly detail: JsonObject;
}

export interface LedgerAttempt {
  readonly migrationId: string;
  readonly at: string;
  readonly sqlState: string | undefined;
  readonly message: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly deploymentId: string;
}

/** Parameters: the scope, how many at most. The newest first, with the title and the beginning of what was applied. */
export const eventsQuery: string = `select e.position, e.migration_id, e.event,
  pg_catalog.to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
  e.duration_ms, e.bytes_hash, e.deployment_id, e.detail,
  d.database_user, d.os_user, d.host, d.git_sha, d.tool_version,
  m.title, pg_catalog.left(m.content, 4000) as beginning
from lockstep.events e join lockstep.deployments d on d.id = e.deployment_id
  left join lockstep.migrations m on m.scope = e.scope and m.id = e.migration_id
where e.scope = $1 order by e.position desc limit $2`;

export function eventOf(row: LedgerRow): LedgerEvent {
  return {
    position: numberOf(row, "position"),
    migrationId: textOf(row, "migration_id"),
    event: wordOf(row, "event", ledgerEventKinds),
    at: textOf(row, "at"),
    durationMs: optionalNumberOf(row, "duration_ms"),
    bytesHash: optionalTextOf(row, "bytes_hash"),
    deploymentId: textOf(row, "deployment_id"),
    databaseUser: textOf(row, "database_user"),
    osUser: optionalTextOf(row, "os_user"),
    host: optionalTextOf(row, "host"),
    gitSha: optionalTextOf(row, "git_sha"),
    toolVersion: textOf(row, "tool_version"),
    detail: jsonObjectOf(row, "detail"),
  };
}

/** Parameters: the scope, how many at most. The newest first. */
export const attemptsQuery = `select migration_id,
  pg_catalog.to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
  sql_state, message, file, line, deployment_id
from lockstep.attempts where scope = $1 order by position desc limit $2`;

export function attemptOf(row: LedgerRow): LedgerAttempt {
  return {
    migrationId: textOf(row, "migration_id"),
    at: textOf(row, "at"),
    sqlState: optionalTextOf(row, "sql_state"),
    message: textOf(row, "message"),
    file: optionalTextOf(row, "file"),
    line: optionalNumberOf(row, "line"),
    deploymentId: textOf(row, "deployment_id"),
  };
}
