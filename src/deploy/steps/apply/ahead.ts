/**
 * Sends small migrations before those in front of them are answered, so that neither the server nor this process
 * waits for the other. Each stays a message and a transaction of its own with its own ledger row. None may happen when
 * one before it did not: a transaction that failed makes the server refuse all that follows until the rollback, and for
 * a COMMIT that failed, each message ends by leaving a mark in the session that the next one asks for before it does
 * anything. What was under way when the connection was lost is looked up before it is sent again.
 */
import type { PlannedUnit, SqlUnit, TransactionSegment } from "../../../plan/plan.ts";
import { ConnectionLost } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { mayNameSecrets } from "../../../sql/secrets.ts";
import type { ApplyContext, WorkSession } from "./context.ts";
import type { Message } from "./message.ts";

/** A message that is on its way. */
export interface Sent {
  readonly unit: SqlUnit;
  readonly message: Message;
  readonly done: Promise<void>;
}

export interface Ahead {
  /** Sends the unit at this place and what may follow it, as far as there is room. */
  fill(from: number): Promise<void>;
  /** The unit's message, when it was sent and not taken yet. */
  take(unit: SqlUnit): Sent | undefined;
  isSent(unit: SqlUnit): boolean;
  /** After a failure: waits until the server has refused what was sent behind it, and forgets it. */
  abandon(): Promise<void>;
  /** Whether it may have happened unseen. */
  isInDoubt(unit: SqlUnit): boolean;
  /** Sent behind the one that is at work; when the connection is lost, each of them may have happened. */
  behind(): readonly SqlUnit[];
  stop(): void;
}

export interface AheadInit {
  readonly context: ApplyContext;
  readonly work: WorkSession;
  readonly units: readonly PlannedUnit[];
  /** The message of a unit between these statements of ours; undefined when it takes more than one. */
  readonly messageOf: (unit: SqlUnit, marks: Marks) => Message | undefined;
  /** Whether the deploy may begin another unit. */
  readonly mayGoOn: () => Promise<boolean>;
}

export interface Marks {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const sentMax = 16;
const textLengthMax = 1 << 16;

export function createAhead(init: AheadInit): Ahead {
  const { context, work, units } = init;
  const sent: Sent[] = [];
  const doubtful = new Set<SqlUnit>();
  let next = 0;

  const send = (index: number): boolean => {
    const unit = units[index];
    if (unit === undefined || !maySend(unit) || doubtful.has(unit)) return false;
    const before = sent.length > 0 ? [askForMark(markOf(context, index - 1))] : [];
    const message = init.messageOf(unit, { before, after: [leaveMark(markOf(context, index))] });
    if (message === undefined) return false;
    const done = work.current.script(message.text, { behindOthers: true }).then(() => undefined);
    // Looked at when its turn comes.
    done.catch(() => undefined);
    sent.push({ unit, message, done });
    return true;
  };

  // Whoever holds the lock now must not have us go on in front of him.
  const stopServer = (): void => {
    if (sent.length > 0) void work.current.cancel();
  };
  context.lost?.addEventListener("abort", stopServer, { once: true });

  return {
    fill: async (from) => {
      if (context.pooled || sent.length > sentMax / 2) return;
      next = Math.max(next, from);
      while (sent.length < sentMax && (await init.mayGoOn()) && send(next)) next += 1;
    },
    take: (unit) => (sent[0]?.unit === unit ? sent.shift() : undefined),
    isSent: (unit) => sent.some((each) => each.unit === unit),
    abandon: async () => {
      const behind = sent.splice(0);
      next = 0;
      for (const { unit, done } of behind) {
        const isDoubtful = await done.then(
          () => true,
          (error: unknown) => error instanceof ConnectionLost,
        );
        if (isDoubtful) doubtful.add(unit);
      }
    },
    isInDoubt: (unit) => doubtful.delete(unit),
    behind: () => [...doubtful, ...sent.map(({ unit }) => unit)],
    stop: () => context.lost?.removeEventListener("abort", stopServer),
  };
}

/** One transaction of plain statements, which says nothing of transactions itself and nothing of our marks. */
function maySend(unit: PlannedUnit): unit is SqlUnit {
  if (unit.kind !== "sql" || unit.direction !== "up" || unit.identity.kind !== "migration")
    return false;
  if (unit.segmentsDone > 0 || unit.included.length > 0 || unit.messages.length > 0) return false;
  const [segment, ...more] = unit.segments;
  if (segment?.kind !== "transaction" || more.length > 0) return false;
  return segment.characteristics === "" && isPlain(segment);
}

/** SET TRANSACTION has to come before any query, and so before ours; too many take the other way at no harm. */
function isPlain(segment: TransactionSegment): boolean {
  let length = 0;
  for (const step of segment.steps) {
    if (step.kind !== "sql") return false;
    length += step.sql.length;
    if (length > textLengthMax || /transaction|lockstep/i.test(step.sql)) return false;
    // Putting in a secret takes a moment, in which what follows it would overtake it.
    if (mayNameSecrets(step.sql)) return false;
  }
  return true;
}

function markOf(context: ApplyContext, index: number): string {
  return quoteLiteral(`${context.record.deploymentId} ${index}`);
}

const markName = "lockstep.applied";

/** The last statement of a message: it is reached only when all before it went well, COMMIT too. */
function leaveMark(mark: string): string {
  return `set ${markName} = ${mark}`;
}

/** Divides by zero without the mark. Qualified, since the project's search_path is in force. */
function askForMark(mark: string): string {
  return `select 1 operator(pg_catalog./) case when pg_catalog.current_setting('${markName}', true) operator(pg_catalog.=) ${mark} then 1 else 0 end`;
}
