/**
 * The journal of units that take several segments. A transactional segment writes `done` in its own transaction; one
 * that runs outside writes `started` before and `done` after, so that `started` alone means in doubt.
 */
import type { JsonObject } from "../../../core/errors.ts";
import { json, literal, type RecordContext } from "./record.ts";

export interface JournalPart {
  readonly unitId: string;
  readonly direction: "up" | "down";
  readonly ordinal: number;
  readonly transactional: boolean;
  readonly meaningHash: string;
}

export type JournalWord = "started" | "done" | "failed";

export function writeJournal(
  context: RecordContext,
  part: JournalPart,
  state: JournalWord,
  before: JsonObject = {},
): string {
  const finished = state === "started" ? "null" : "pg_catalog.clock_timestamp()";
  return `insert into lockstep.statements
  (scope, migration_id, direction, ordinal, state, transactional, meaning_hash, before, finished_at, deployment_id)
values (${literal(context.scope)}, ${literal(part.unitId)}, ${literal(part.direction)}, ${part.ordinal},
  ${literal(state)}, ${part.transactional}, ${literal(part.meaningHash)}, ${json(before)}, ${finished},
  ${literal(context.deploymentId)})
on conflict (scope, migration_id, direction, ordinal) do update set state = excluded.state,
  meaning_hash = excluded.meaning_hash,
  before = case when excluded.state = 'started' then excluded.before else statements.before end,
  finished_at = excluded.finished_at, deployment_id = excluded.deployment_id`;
}

/** The unit is whole: its row in lockstep.migrations, or the lack of it, says all. */
export function clearJournal(
  context: RecordContext,
  unit: { readonly unitId: string; readonly direction: "up" | "down" },
): string {
  return `delete from lockstep.statements where scope = ${literal(context.scope)}
  and migration_id = ${literal(unit.unitId)} and direction = ${literal(unit.direction)}`;
}

/** A person's word about a part that was in doubt. */
export function setJournal(
  context: RecordContext,
  part: { readonly migrationId: string; readonly direction: string; readonly ordinal: number },
  state: JournalWord,
): string {
  return `update lockstep.statements set state = ${literal(state)}, finished_at = pg_catalog.clock_timestamp()
where scope = ${literal(context.scope)} and migration_id = ${literal(part.migrationId)}
  and direction = ${literal(part.direction)} and ordinal = ${part.ordinal}`;
}
