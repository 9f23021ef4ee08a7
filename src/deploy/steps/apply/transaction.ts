/**
 * One transaction: BEGIN, the settings, the file's statements, the ledger's rows, COMMIT, in one message where it
 * fits. A failure rolls everything back; a failure for want of a lock is tried again; a lost connection is looked up
 * by the caller, since only the ledger knows whether COMMIT was reached.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { CopyStep, SqlUnit, TransactionSegment } from "../../../plan/plan.ts";
import { ConnectionLost, ServerError, type Session } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { discardSession, resetSession } from "../ledger/record.ts";
import type { Ahead, Marks, Sent } from "./ahead.ts";
import { describeBlocker, watchOverAll, type Watch, type WatchOverAll } from "./blockers.ts";
import { doneStatements, isLast } from "./bookkeeping.ts";
import type { ApplyContext, WorkSession } from "./context.ts";
import { lockTimeoutFailure, statementFailure } from "./failure.ts";
import { checksBehind, withFurtherRows } from "./further-rows.ts";
import { isLeaseLost, leaseLost } from "../lease.ts";
import { locate } from "./locate.ts";
import { messagesOf, type CopyMessage, type Message } from "./message.ts";
import { isLockFailure, retryLocks } from "./retry.ts";

export interface TransactionOf {
  readonly unit: SqlUnit;
  readonly segment: TransactionSegment;
}

export interface Surroundings {
  readonly context: ApplyContext;
  readonly session: Session;
  readonly ahead: Ahead;
  readonly watch: WatchOverAll | undefined;
}

export async function runTransaction(
  around: Surroundings,
  unit: SqlUnit,
  segment: TransactionSegment,
): Promise<void> {
  const { context } = around;
  const watch = around.watch?.begin();
  let sent = around.ahead.take(unit);
  try {
    await retryLocks(
      () => {
        const first = sent;
        sent = undefined;
        return first === undefined
          ? attempt(around, unit, segment)
          : answerOf(around, first, segment);
      },
      {
        clock: context.clock,
        retriesMax: context.settings.lockRetries,
        signal: context.signal,
        onRetry: (error, attempts, pauseMs) => {
          context.progress({
            event: "lock.retry",
            message: `${unit.identity.id}: ${error.message}; attempt ${attempts + 1} in ${pauseMs} ms`,
            data: { id: unit.identity.id, sqlState: error.sqlState, attempts, pauseMs },
          });
        },
      },
    );
  } catch (error) {
    throw withBlockers(error, watch);
  } finally {
    watch?.stop();
  }
}

/** It was sent ahead of its turn. */
async function answerOf(
  { context, session, ahead }: Surroundings,
  sent: Sent,
  segment: TransactionSegment,
): Promise<void> {
  try {
    await sent.done;
  } catch (error) {
    await ahead.abandon();
    if (!(error instanceof ConnectionLost)) await rollBack(session);
    const { message, unit } = sent;
    throw await failureOf(error, message, { context, session, unit, segment });
  }
}

const noMarks: Marks = { before: [], after: [] };

/** Begin to COMMIT, in as many messages as it takes. */
export function transactionMessages(
  { context, session }: Pick<Surroundings, "context" | "session">,
  { unit, segment }: TransactionOf,
  marks: Marks = noMarks,
): Iterable<Message | CopyMessage> {
  const after = (): readonly string[] => [
    ...resetSession,
    ...doneStatements(context, unit, segment),
    "commit",
    ...(isLast(unit, segment) ? discardSession : []),
    ...marks.after,
  ];
  const before = [...openingStatements(context, session, unit, segment), ...marks.before];
  return messagesOf(segment.steps, { before, after });
}

async function attempt(
  { context, session }: Surroundings,
  unit: SqlUnit,
  segment: TransactionSegment,
): Promise<void> {
  for (const message of transactionMessages({ context, session }, { unit, segment })) {
    try {
      await send(context, session, message);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) await rollBack(session);
      throw await failureOf(error, message, { context, session, unit, segment });
    }
  }
}

/** Settings stand before the guard, which is a query: SET TRANSACTION must come before any. */
function openingStatements(
  context: ApplyContext,
  session: Session,
  unit: SqlUnit,
  segment: TransactionSegment,
): readonly string[] {
  const { characteristics } = segment;
  return [
    characteristics === "" ? "begin" : `begin ${characteristics}`,
    ...transactionSettings(context, session, unit),
    ...segment.session,
  ];
}

/** SET LOCAL: gone with the transaction, right behind a pooler too. */
export function transactionSettings(
  context: ApplyContext,
  session: Session,
  unit: { readonly identity: SqlUnit["identity"] },
): readonly string[] {
  const { settings, guard, pooled } = context;
  const guarded =
    guard === undefined
      ? []
      : ["set local search_path = pg_catalog, pg_temp", guard, "set local search_path to default"];
  // Without a pooler the startup packet has said these, so that a SET in a file comes after them.
  const limits = pooled
    ? [
        `set local statement_timeout = ${settings.statementTimeoutMs}`,
        "set local idle_in_transaction_session_timeout = 0",
        "set local standard_conforming_strings = on",
        ...Object.entries(settings.settings).map(
          ([name, value]) =>
            `select pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`,
        ),
      ]
    : [];
  const isSchema = unit.identity.kind === "baseline" || unit.identity.kind === "declared";
  const bodies = isSchema ? ["set local check_function_bodies = off"] : [];
  const whole = session.server.major >= 17 ? ["set local transaction_timeout = 0"] : [];
  const lock = `set local lock_timeout = ${settings.lockTimeoutMs}`;
  return [...guarded, lock, ...whole, ...limits, ...bodies];
}

async function send(
  context: ApplyContext,
  session: Session,
  message: Message | CopyMessage,
): Promise<void> {
  if (message.kind === "script") await session.script(message.text);
  else await session.copyIn(message.step.sql, await copyBytes(context, message.step));
}

export async function copyBytes(
  context: ApplyContext,
  step: Pick<CopyStep, "data" | "place">,
): Promise<Iterable<Uint8Array>> {
  const { data, place } = step;
  if (data.kind === "inline") return bytesOf(data.text);
  const found = await context.readFile(data.candidates);
  if (found !== undefined) return [found.bytes];
  const { path, line, column } = place;
  throw new LockstepError("SQL.PSQL_INCLUDE", `there is no file ${data.candidates.join(" or ")}`, {
    where: { file: path, line, column },
  });
}

const copyChunkLength = 1 << 16;

export function* bytesOf(data: string): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let at = 0;
  while (at < data.length) {
    // Never between the halves of a surrogate pair.
    let end = Math.min(data.length, at + copyChunkLength);
    const last = data.charCodeAt(end - 1);
    if (end < data.length && last >= 0xd800 && last < 0xdc00) end -= 1;
    yield encoder.encode(data.slice(at, end));
    at = end;
  }
}

export async function rollBack(session: Session): Promise<void> {
  if (session.transaction !== "idle") await session.script("rollback");
}

type Within = Pick<Surroundings, "context" | "session"> & TransactionOf;

async function failureOf(
  error: unknown,
  message: Message | CopyMessage,
  { context, session, unit, segment }: Within,
): Promise<unknown> {
  const failure = asFailure(error, message, unit);
  const isOfRows = failure instanceof LockstepError && failure.code === "DIFF.ROWS";
  if (!isOfRows || !(error instanceof ServerError) || message.kind === "copy") return failure;
  // It changes nothing, so that nobody's lease has to be asked for, which takes a row's lock.
  const unguarded = { ...context, guard: undefined };
  const opening = [...transactionSettings(unguarded, session, unit), ...segment.session];
  const checks = await checksBehind(message, error.completed);
  return await withFurtherRows(session, failure, { checks, opening, signal: context.signal });
}

/** Lock failures stay what they are until the attempts are used up. */
function asFailure(error: unknown, message: Message | CopyMessage, unit: SqlUnit): unknown {
  if (!(error instanceof ServerError) || isLockFailure(error)) return error;
  if (isLeaseLost(error)) return leaseLost(error);
  if (message.kind === "copy") {
    const { path, line, column } = message.step.place;
    const where = { file: path, line, column };
    return statementFailure(error, { where, statement: message.step.sql, offset: undefined });
  }
  const located = locate(error, message);
  if (located !== undefined) return statementFailure(error, located);
  const atCommit = statementFailure(error, undefined);
  return atCommit.with({
    where: { file: unit.identity.path },
    notes: [
      "It failed at the end of the transaction, at COMMIT or in the ledger.",
      ...atCommit.notes,
    ],
  });
}

/** For all transactions of a deploy. */
export function startWatch(context: ApplyContext, work: WorkSession): WatchOverAll | undefined {
  if (context.pooled) return undefined;
  return watchOverAll({
    clock: context.clock,
    observer: context.observer,
    pid: () => work.current.server.backendPid,
    everyMs: Math.min(500, Math.max(50, Math.floor(context.settings.lockTimeoutMs / 2))),
    onBlocked: (blockers) => {
      context.progress({
        event: "lock.waiting",
        message: `waiting for ${blockers.map(describeBlocker).join("; ")}`,
        data: { blockers },
      });
    },
  });
}

function withBlockers(error: unknown, watch: Watch | undefined): LockstepError | unknown {
  return isLockFailure(error) ? lockTimeoutFailure(error, watch?.last() ?? []) : error;
}
