/**
 * The ledger's writing statements, as text: they travel in the same message, and commit in the same transaction, as
 * the DDL that they record. Everything is qualified and quoted here, and they rely on nothing that a migration may
 * have set, beyond what `resetSession` undoes before them.
 */
import type { JsonObject } from "../../../core/errors.ts";
import type { LedgerEventKind } from "../../../ledger/events.ts";
import type { Provenance } from "../../../ledger/ledger.ts";
import { keptEntry, type KeptInclude } from "../../../ledger/included.ts";
import type { UnitIdentity } from "../../../plan/plan.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import type { Identity } from "../../../ports/identity.ts";

/** What every row of one deployment has in common. */
export interface RecordContext {
  readonly scope: string;
  readonly deploymentId: string;
  readonly identity: Identity;
}

/**
 * Undoes what a file may have left in the session: role, settings, and what else lives as long as a session does.
 * In this order: RESET ALL leaves the role alone, and RESET ROLE needs the session's own user.
 */
export const resetSession: readonly string[] = [
  "reset session authorization",
  "reset role",
  "reset all",
  "set local search_path = pg_catalog, pg_temp",
];

/** After COMMIT: temporary tables can have pending triggers before it. */
export const discardSession: readonly string[] = [
  "close all",
  "unlisten *",
  "deallocate all",
  "discard temp",
  "discard sequences",
  "select pg_catalog.pg_advisory_unlock_all()",
];

export interface AppliedRecord {
  readonly identity: UnitIdentity;
  readonly provenance: Provenance;
  readonly event: LedgerEventKind;
  readonly content: string | undefined;
  readonly downContent: string | undefined;
  readonly included: readonly KeptInclude[];
  readonly includesUpTo: string | undefined;
  /** SQL for the duration; by default the time since the transaction began. */
  readonly durationSql?: string;
  readonly detail?: JsonObject;
}

/** The row, and its event behind it; a second writer of the same row fails with unique_violation. */
export function recordApplied(context: RecordContext, record: AppliedRecord): readonly string[] {
  const { identity } = record;
  const { osUser, host, gitSha, toolVersion } = context.identity;
  const duration = record.durationSql ?? sinceBegin;
  const columns = {
    scope: literal(context.scope),
    id: literal(identity.id),
    kind: literal(identity.kind),
    provenance: literal(record.provenance),
    title: literal(identity.title),
    path: literal(identity.path),
    includes_up_to: literal(record.includesUpTo),
    bytes_hash: literal(identity.bytesHash),
    meaning_hash: literal(identity.meaningHash),
    content: literal(record.content),
    down_content: literal(record.downContent),
    ...(record.included.length === 0 ? {} : { included: includedJson(record.included) }),
    duration_ms: duration,
    os_user: literal(osUser),
    host: literal(host),
    git_sha: literal(gitSha),
    tool_version: literal(toolVersion),
    deployment_id: literal(context.deploymentId),
  };
  const { event: kind, detail } = record;
  const { id, bytesHash } = identity;
  return [
    `insert into lockstep.migrations (${Object.keys(columns).join(", ")})
values (${Object.values(columns).join(", ")})`,
    recordEvent(context, { kind, id, bytesHash, durationSql: duration, detail }),
  ];
}

export function recordEvent(
  context: RecordContext,
  event: {
    readonly kind: LedgerEventKind;
    readonly id: string;
    readonly bytesHash: string | undefined;
    readonly durationSql?: string;
    readonly detail?: JsonObject | undefined;
  },
): string {
  return `insert into lockstep.events (scope, migration_id, event, duration_ms, bytes_hash, deployment_id, detail)
values (${literal(context.scope)}, ${literal(event.id)}, ${literal(event.kind)}, ${event.durationSql ?? "null"},
  ${literal(event.bytesHash)}, ${literal(context.deploymentId)}, ${json(event.detail ?? {})})`;
}

/** The file was written anew and is the same migration: the ledger learns its new hashes and text. */
export function recordHealed(
  context: RecordContext,
  healed: Pick<AppliedRecord, "identity" | "content" | "included">,
): string {
  const { identity } = healed;
  return `update lockstep.migrations set bytes_hash = ${literal(identity.bytesHash)},
  meaning_hash = ${literal(identity.meaningHash)}, content = ${literal(healed.content)}, path = ${literal(identity.path)},
  included = ${includedJson(healed.included)}
where scope = ${literal(context.scope)} and id = ${literal(identity.id)}`;
}

export function removeEntry(context: RecordContext, id: string): string {
  return `delete from lockstep.migrations where scope = ${literal(context.scope)} and id = ${literal(id)}`;
}

export function markReverting(context: RecordContext, id: string): string {
  return `update lockstep.migrations set state = 'reverting'
where scope = ${literal(context.scope)} and id = ${literal(id)}`;
}

/** Applied, and not looked at yet: no deploy takes it for done. */
export function markUnverified(context: RecordContext, id: string): string {
  return `update lockstep.migrations set state = 'unverified'
where scope = ${literal(context.scope)} and id = ${literal(id)}`;
}

export function markApplied(context: RecordContext, id: string): string {
  return `update lockstep.migrations set state = 'applied'
where scope = ${literal(context.scope)} and id = ${literal(id)}`;
}

function includedJson(included: readonly KeptInclude[]): string {
  if (included.length === 0) return "null";
  return `${quoteLiteral(JSON.stringify(included.map(keptEntry)))}::jsonb`;
}

/** Milliseconds since this transaction began, by the server's clock. */
export const sinceBegin = `(pg_catalog.extract('epoch', pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()) * 1000)::bigint`;

export function literal(value: string | undefined): string {
  return value === undefined ? "null" : quoteLiteral(value);
}

export function json(value: JsonObject): string {
  return `${quoteLiteral(JSON.stringify(value))}::jsonb`;
}
