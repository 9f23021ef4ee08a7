/** A backfill in SQL: the statement of the file, one range of keys after the other. */
import { LockstepError } from "../../../core/errors.ts";
import type { BackfillUnit } from "../../../plan/plan.ts";
import type { Session } from "../../../ports/database.ts";
import { rangedStatement, type RangedStatement } from "../../../sql/backfill.ts";
import { loadParser } from "../../../sql/parse.ts";
import type { ApplyContext } from "../apply/context.ts";
import { statementFailure } from "../apply/failure.ts";
import { isRefusal } from "../apply/retry.ts";
import { transactionSettings } from "../apply/transaction.ts";
import { findKey, keyOrder, keyTexts, rangeOf, type KeyValues, type TableKey } from "./key.ts";
import type { Backfill, Batch, BatchDone, Moved } from "./runner.ts";
import { fence, isMovedOn, updateState } from "./state.ts";

export async function statementBackfill(
  context: ApplyContext,
  session: Session,
  unit: BackfillUnit,
): Promise<Backfill> {
  const where = unit.place;
  const ranged = await at(where, async () => await rangedOf(unit));
  const { table, writes } = ranged;
  const request = { table, key: unit.options.key, writes };
  const key = await at(where, () => findKey(session, request));
  const { id, meaningHash = "" } = unit.identity;
  const place = { id, ordinal: 0, meaningHash };
  const run = (batch: Batch, moved: Moved): Promise<BatchDone> =>
    runRange({ context, session, unit, ranged, key, place }, batch, moved);
  return { place, key, options: unit.options, run };
}

export async function rangedOf(unit: BackfillUnit): Promise<RangedStatement> {
  const parser = await loadParser();
  const outcome = parser.parse(unit.sql);
  const [statement] = outcome.kind === "parsed" ? outcome.statements : [];
  if (statement === undefined) {
    throw new LockstepError(
      "BACKFILL.STATEMENT",
      "it can't be run in batches: it is not understood",
    );
  }
  return rangedStatement(unit.sql, statement, parser);
}

interface RangeRun {
  readonly context: ApplyContext;
  readonly session: Session;
  readonly unit: BackfillUnit;
  readonly ranged: RangedStatement;
  readonly key: TableKey;
  readonly place: Backfill["place"];
}

async function runRange(on: RangeRun, batch: Batch, moved: Moved): Promise<BatchDone> {
  const { context, session, unit, ranged, key, place } = on;
  const startedMs = context.clock.monotonicMs();
  const { upTo, isLast } = await nextBound(session, key, batch);
  if (upTo === undefined) {
    const done = { cursor: undefined, rows: 0, isLast: true };
    await session.script(updateState(context.record, place, moved(done, 0)));
    return done;
  }
  const range = rangeOf(key, { after: batch.after, upTo }, ranged.reference);
  const head = [
    "begin",
    ...transactionSettings(context, session, unit),
    fence(context.record.scope, place, batch.state.batches),
  ];
  try {
    const results = await session.script([...head, ranged.within(range)].join(";\n"));
    const changed = Number(/ (\d+)$/.exec(results.at(-1)?.tag ?? "")?.[1] ?? 0);
    const done = { cursor: upTo, rows: isLast ? changed : batch.size, isLast };
    const state = moved(done, context.clock.monotonicMs() - startedMs);
    await session.script(`${updateState(context.record, place, state)};\ncommit`);
    return done;
  } catch (error) {
    if (!isRefusal(error) || isMovedOn(error)) throw error;
    throw statementFailure(error, undefined).with({ where: unit.place });
  }
}

export interface Bound {
  /** Undefined: no row is left. */
  readonly upTo: KeyValues | undefined;
  readonly isLast: boolean;
}

export async function nextBound(
  session: Session,
  key: TableKey,
  batch: Pick<Batch, "after" | "size">,
): Promise<Bound> {
  const from = `from ${key.table} where ${rangeOf(key, { after: batch.after, upTo: undefined })}`;
  const [row = {}] = await session.query(`select
  (select ${keyTexts(key)} ${from} order by ${keyOrder(key)} offset ${batch.size - 1} limit 1) as full,
  (select ${keyTexts(key)} ${from} order by ${keyOrder(key, " desc")} limit 1) as last`);
  const [full, last] = [row["full"], row["last"]].map((value) =>
    Array.isArray(value) ? value.map(String) : undefined,
  );
  return full === undefined ? { upTo: last, isLast: true } : { upTo: full, isLast: false };
}

async function at<Result>(
  where: BackfillUnit["place"],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LockstepError && error.where === undefined
      ? error.with({ where })
      : error;
  }
}
