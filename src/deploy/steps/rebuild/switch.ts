/**
 * The switch: both names change in one transaction, while nobody is in the old database and nobody can come in. Whoever
 * kills it at any moment leaves both databases under the names that they had.
 */
import { LockstepError } from "../../../core/errors.ts";
import { booleanOf } from "../../../ledger/row.ts";
import type { Clock } from "../../../ports/clock.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import type { SequenceFacts } from "../../../data/tables.ts";
import { readSequenceFacts } from "../data/inventory.ts";
import { describeVisitor, visitorsOf } from "../database/look.ts";
import { assertFence, isHeld } from "./fence.ts";
import type { RebuildNames } from "./names.ts";

export interface SwitchRequest {
  readonly names: RebuildNames;
  /** Holds the fence; is in the old database. */
  readonly leader: Session;
  /** In another database: renames. */
  readonly renamer: Session;
  /** In another database: ends sessions. */
  readonly helper: Session;
  readonly clock: Clock;
  /** Statements for the transaction that renames, such as the database's settings. */
  readonly more: readonly string[];
  /** On another server: what gives the new one its name there, done while nobody can get into the old one. */
  readonly elsewhere: (() => Promise<void>) | undefined;
  /** Takes over what the fence keeps nobody from changing; the sequences are read when nobody is there any more. */
  readonly carry: (sequences: readonly SequenceFacts[]) => Promise<void>;
}

const attemptsMax = 2;

/** Resolves to how many sessions were ended. */
export async function switchNames(request: SwitchRequest): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptSwitch(request);
    } catch (error) {
      const isBusy = error instanceof LockstepError && error.code === "REBUILD.SESSIONS";
      if (!isBusy || attempt === attemptsMax || !(await isHeld(request.leader))) throw error;
    }
  }
}

async function attemptSwitch(request: SwitchRequest): Promise<number> {
  const { names, leader, renamer } = request;
  const [old, kept, next] = [names.old, names.kept, names.next].map((name) =>
    quoteIdentifier(name),
  );
  await assertFence(leader);
  await renamer.script("begin; set local lock_timeout = '10s'");
  // It has the database to itself from here on: who connects, waits. Then it looks for five seconds whether all are gone.
  const renaming = renamer.script(`alter database ${old} rename to ${kept}`);
  const renamed = renaming.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    const ended = await empty(request, renamed);
    // Nobody has been in there but us, and the fence stood until now.
    await assertFence(leader);
    const sequences = await readSequenceFacts(leader);
    await leader.close();
    const failure = await renamed;
    if (failure !== undefined) throw failure.error;
    await request.carry(sequences);
    if (request.elsewhere === undefined) {
      const statements = [`alter database ${next} rename to ${old}`, ...request.more, "commit"];
      await renamer.script(statements.join(";\n"));
    } else {
      await request.elsewhere();
      await renamer.script("commit");
    }
    return ended;
  } catch (error) {
    await renamer.cancel();
    await renamed;
    await renamer.script("rollback").catch(() => undefined);
    throw translate(error);
  }
}

const patienceMs = 4_000;

async function empty(
  { names, leader, renamer, helper, clock }: SwitchRequest,
  renamed: Promise<{ readonly error: unknown } | undefined>,
): Promise<number> {
  await lockIsTaken({ names, renamer, helper, clock }, renamed);
  const own = leader.server.backendPid;
  const giveUpAt = clock.monotonicMs() + patienceMs;
  const ended = new Set<number>();
  for (;;) {
    const others = (await visitorsOf(helper, names.old)).filter(({ pid }) => pid !== own);
    if (others.length === 0) return ended.size;
    for (const { pid } of others) {
      ended.add(pid);
      await endSession(helper, pid);
    }
    if (clock.monotonicMs() > giveUpAt) {
      throw new LockstepError("REBUILD.SESSIONS", `${others.length} sessions did not end`, {
        notes: others.slice(0, 10).map(describeVisitor),
      });
    }
    await clock.sleep(50);
  }
}

/** Whom the role may not end is named when the patience is over. */
async function endSession(helper: Session, pid: number): Promise<void> {
  await helper
    .query("select pg_catalog.pg_terminate_backend($1)", [pid])
    .catch((error: unknown) => {
      if (!(error instanceof ServerError) || error.sqlState !== "42501") throw error;
    });
}

async function lockIsTaken(
  { names, renamer, helper, clock }: Pick<SwitchRequest, "names" | "renamer" | "helper" | "clock">,
  renamed: Promise<{ readonly error: unknown } | undefined>,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  void renamed.then((result) => {
    failure = result;
  });
  for (;;) {
    if (failure !== undefined) throw failure.error;
    const [row = {}] = await helper.query(
      `select exists (select from pg_catalog.pg_locks l
        join pg_catalog.pg_database d on d.oid = l.objid and d.datname = $1
        where l.locktype = 'object' and l.classid = 'pg_catalog.pg_database'::pg_catalog.regclass
          and l.mode = 'AccessExclusiveLock' and l.granted and l.pid = $2) as taken`,
      [names.old, renamer.server.backendPid],
    );
    if (booleanOf(row, "taken")) return;
    await clock.sleep(20);
  }
}

function translate(error: unknown): unknown {
  if (!(error instanceof ServerError)) return error;
  const notes = error.detail === undefined ? [] : [`detail: ${error.detail}`];
  const details = { sqlState: error.sqlState, notes, cause: error };
  if (error.sqlState === "55006" || error.sqlState === "57014") {
    return new LockstepError("REBUILD.SESSIONS", error.message, details);
  }
  const code = error.sqlState === "42501" ? "REBUILD.DENIED" : "REBUILD.FAILED";
  return new LockstepError(code, error.message, details);
}
