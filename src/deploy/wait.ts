/**
 * Waits until the server answers, and with `applied` until the ledger has everything that the project on disk asks
 * for: what an application's container does before it starts. Reads only; it never takes the lock.
 */
import { LockstepError } from "../core/errors.ts";
import { declaredId, type LedgerState } from "../ledger/ledger.ts";
import { standingOf } from "../plan/standing.ts";
import type { Clock } from "../ports/clock.ts";
import { ConnectionLost, type Database } from "../ports/database.ts";
import type { Progress } from "../ports/progress.ts";
import { declaredBytesHash, declaredOf } from "../project/declared.ts";
import type { Project } from "../project/project.ts";
import { connectPatiently, isPassing } from "./steps/connect.ts";
import { readLedger } from "./steps/ledger/read.ts";

export interface WaitRequest {
  readonly database: Database;
  /** Given: until its migrations are applied. */
  readonly project?: Project;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface WaitReport {
  readonly database: string;
  readonly serverVersion: string;
  /** Undefined when only the server was waited for. */
  readonly applied: number | undefined;
  readonly waitedMs: number;
}

export const waitTimeoutMsDefault: number = 60_000;

export async function wait(request: WaitRequest): Promise<WaitReport> {
  const { clock, timeoutMs, signal } = request;
  const startedAt = clock.monotonicMs();
  const giveUpAt = startedAt + timeoutMs;
  let lastPending: readonly string[] | undefined;
  for (;;) {
    const look = await lookOnce(request, giveUpAt - clock.monotonicMs());
    if (look.pending.length === 0) {
      const waitedMs = Math.round(clock.monotonicMs() - startedAt);
      return { database: request.database.label, ...look.report, waitedMs };
    }
    signal?.throwIfAborted();
    if (clock.monotonicMs() >= giveUpAt) throw timedOut(look.pending, timeoutMs);
    if (lastPending?.length !== look.pending.length) {
      const message = `waiting for ${describePending(look.pending)}`;
      request.progress({ event: "wait.pending", message, data: { pending: look.pending } });
    }
    lastPending = look.pending;
    await clock.sleep(Math.min(1_000, Math.max(0, giveUpAt - clock.monotonicMs())), signal);
  }
}

/** Whoever waits has heard of lockstep wait. */
const moreTime = "Look why the server is not there, or allow more time: lockstep wait --timeout 5m";

interface Look {
  readonly pending: readonly string[];
  readonly report: Pick<WaitReport, "serverVersion" | "applied">;
}

/** A session per look: the server may be restarted while we wait. */
async function lookOnce(request: WaitRequest, leftMs: number): Promise<Look> {
  const { database, clock, progress, project, signal } = request;
  const options = { applicationName: "lockstep wait", settings: { search_path: "pg_catalog" } };
  const retryForMs = Math.max(0, leftMs);
  const session = await connectPatiently({
    database,
    options,
    clock,
    progress,
    retryForMs,
    signal,
  }).catch((error: unknown) => {
    throw isPassing(error) ? error.with({ next: moreTime }) : error;
  });
  try {
    const serverVersion = String(session.server.versionNumber);
    if (project === undefined)
      return { pending: [], report: { serverVersion, applied: undefined } };
    const pending = pendingOf(project, await readLedger(session, project.config.scope));
    const applied = project.migrations.length - pending.length;
    return { pending, report: { serverVersion, applied } };
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return { pending: ["the connection was lost"], report: { serverVersion: "", applied: 0 } };
  } finally {
    await session.close();
  }
}

function pendingOf(project: Project, ledger: LedgerState): readonly string[] {
  const { migrations, baseline } = project;
  if (ledger.kind === "absent") return ["the first deploy: there is no ledger yet"];
  const { entries, journal } = ledger;
  const declared = declaredOf(project);
  if (declared !== undefined) {
    const hash = declaredBytesHash(declared);
    const isReached = entries.some(
      ({ id, state, bytesHash }) =>
        id === declaredId && state === "applied" && (hash === undefined || hash === bytesHash),
    );
    return isReached ? [] : ["the declared schema"];
  }
  const standing = standingOf({
    migrations,
    replaced: ledger.established ? project.replaced : [],
    baseline,
    entries,
    journal,
  });
  const underWay = [...standing.orphaned, ...standing.reverting.map((entry) => entry.id)];
  const nothingYet = !ledger.established && migrations.length === 0 && baseline !== undefined;
  return [
    ...(nothingYet ? ["the baseline"] : []),
    ...(standing.gap?.lacking.map(({ id }) => id) ?? []),
    ...standing.pending.map((file) => file.id),
    ...underWay,
  ];
}

function describePending(pending: readonly string[]): string {
  const [first = "", ...others] = pending;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function timedOut(pending: readonly string[], timeoutMs: number): LockstepError {
  const message = `${timeoutMs / 1_000} s were not enough; still lacking: ${describePending(pending)}`;
  return new LockstepError("WAIT.TIMEOUT", message, {
    notes: pending.length === 1 ? [] : pending.slice(0, 20),
    data: { pending: [...pending] },
  });
}
