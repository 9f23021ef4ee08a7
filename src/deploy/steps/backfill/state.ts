/**
 * How far a backfill is, in the journal: one row, which the first batch writes and every batch moves on in its own
 * transaction. Its `control` is for people: what they write there, the runner reads after each batch.
 */
import type { JsonObject, JsonValue } from "../../../core/errors.ts";
import { jsonObjectOf, numberOf, textOf } from "../../../ledger/row.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { json, literal, type RecordContext } from "../ledger/record.ts";
import type { KeyValues } from "./key.ts";

export interface BackfillPlace {
  readonly id: string;
  readonly ordinal: number;
  /** Of the migration: half done, it may not be another one. */
  readonly meaningHash: string;
}

export interface BackfillState {
  readonly table: string;
  readonly key: readonly string[];
  readonly cursor: KeyValues | undefined;
  readonly batches: number;
  /** That were looked at or changed, about. */
  readonly rows: number;
  readonly estimate: number | undefined;
  readonly size: number;
  /** With its rests, without pauses and without waiting for others. */
  readonly workedMs: number;
  /** Every row was reached; what is left is to verify and to record. */
  readonly isFinished: boolean;
  readonly control: BackfillControl;
}

export interface BackfillControl {
  readonly paused: boolean;
  /** Rows in a second, instead of the file's. */
  readonly rate: number | undefined;
}

const where = (scope: string, { id, ordinal }: Pick<BackfillPlace, "id" | "ordinal">): string =>
  `scope = ${quoteLiteral(scope)} and migration_id = ${quoteLiteral(id)} and direction = 'up' and ordinal = ${ordinal}`;

export interface FoundState {
  readonly state: BackfillState;
  readonly meaningHash: string;
}

export async function readState(
  session: Session,
  scope: string,
  place: Pick<BackfillPlace, "id" | "ordinal">,
): Promise<FoundState | undefined> {
  const [row] = await session.query(
    `select before, meaning_hash from lockstep.statements where ${where(scope, place)} and before ->> 'kind' = 'backfill'`,
  );
  if (row === undefined) return undefined;
  return { state: stateOf(jsonObjectOf(row, "before")), meaningHash: textOf(row, "meaning_hash") };
}

export function stateOf(value: JsonObject): BackfillState {
  const control = asObject(value["control"]);
  const rate = control["rate"];
  const estimate = value["estimate"];
  return {
    table: textOf(value, "table"),
    key: texts(value["key"]) ?? [],
    cursor: texts(value["cursor"]),
    batches: numberOf(value, "batches"),
    rows: numberOf(value, "rows"),
    estimate: typeof estimate === "number" ? estimate : undefined,
    size: numberOf(value, "size"),
    workedMs: numberOf(value, "workedMs"),
    isFinished: value["isFinished"] === true,
    control: {
      paused: control["paused"] === true,
      rate: typeof rate === "number" ? rate : undefined,
    },
  };
}

function asObject(value: JsonValue | undefined): JsonObject {
  // Of what JSON has, neither null nor a list leaves an object; isArray does not tell the compiler of readonly lists.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

function texts(value: JsonValue | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** Control is left alone: it is somebody else's. */
function written(state: Omit<BackfillState, "control">): JsonObject {
  const { cursor, estimate, ...rest } = state;
  return {
    kind: "backfill",
    ...rest,
    key: [...rest.key],
    cursor: cursor === undefined ? null : [...cursor],
    estimate: estimate ?? null,
  };
}

export function insertState(
  record: RecordContext,
  place: BackfillPlace,
  state: Omit<BackfillState, "control">,
): string {
  return `insert into lockstep.statements
  (scope, migration_id, direction, ordinal, state, transactional, meaning_hash, before, deployment_id)
values (${literal(record.scope)}, ${literal(place.id)}, 'up', ${place.ordinal}, 'started', true,
  ${literal(place.meaningHash)}, ${json({ ...written(state), begunBy: record.deploymentId })}, ${literal(record.deploymentId)})`;
}

export function updateState(
  record: RecordContext,
  place: BackfillPlace,
  state: Omit<BackfillState, "control">,
): string {
  return `update lockstep.statements set before = before || ${json(written(state))},
  deployment_id = ${literal(record.deploymentId)} where ${where(record.scope, place)}`;
}

/** Its place is that of another text from now on. */
export function updateMeaning(record: RecordContext, place: BackfillPlace): string {
  return `update lockstep.statements set meaning_hash = ${literal(place.meaningHash)},
  deployment_id = ${literal(record.deploymentId)} where ${where(record.scope, place)}`;
}

export function setControl(
  scope: string,
  place: Pick<BackfillPlace, "id" | "ordinal">,
  control: JsonObject,
): string {
  return `update lockstep.statements
set before = before || jsonb_build_object('control', coalesce(before -> 'control', '{}') || ${json(control)})
where ${where(scope, place)}`;
}

const movedMark = "lockstep: the backfill went on without this batch";

/**
 * The first statement of every batch. A process that was killed may still have a batch under way on the server: its
 * row is waited for, and a batch that begins where that one began is refused.
 */
export function fence(scope: string, place: BackfillPlace, batches: number): string {
  return `select case held.count when 1 then '1' else ${quoteLiteral(movedMark)} || '' end::pg_catalog.int4
from (select pg_catalog.count(*) from (
  select from lockstep.statements where ${where(scope, place)} and (before ->> 'batches')::pg_catalog.int8 = ${batches}
  for update
) mine) held(count)`;
}

export function isMovedOn(error: unknown): boolean {
  return (
    error instanceof ServerError && error.sqlState === "22P02" && error.message.includes(movedMark)
  );
}
