/**
 * What people say to a backfill while it runs, and what they see of it: its journal's row is read and its control is
 * written, and the runner follows after its next batch. The deploy lock is not asked for: the deploy has it.
 */
import { LockstepError } from "../core/errors.ts";
import type { JsonObject } from "../core/errors.ts";
import { jsonObjectOf, numberOf, textOf } from "../ledger/row.ts";
import type { Session } from "../ports/database.ts";
import type { Project } from "../project/project.ts";
import { describeProgress } from "./steps/backfill/runner.ts";
import { setControl, stateOf, type BackfillState } from "./steps/backfill/state.ts";
import { connectPatiently } from "./steps/connect.ts";
import { lookSession } from "./steps/sessions.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";

export interface BackfillSummary {
  readonly id: string;
  /** Which of the migration's batch() calls, from 0. */
  readonly ordinal: number;
  readonly table: string;
  readonly state: "running" | "paused" | "stopped" | "finished";
  readonly batches: number;
  readonly rows: number;
  readonly estimate: number | undefined;
  readonly batchSize: number;
  /** Rows in a second at most, as somebody said meanwhile. */
  readonly rate: number | undefined;
  readonly progress: string;
  readonly startedAt: string;
}

export interface BackfillReport {
  readonly database: string;
  readonly backfills: readonly BackfillSummary[];
}

export type BackfillWord =
  | { readonly kind: "status" }
  | { readonly kind: "pause" | "resume" | "restart"; readonly id: string | undefined }
  | { readonly kind: "rate"; readonly id: string | undefined; readonly rate: number };

export interface BackfillRequest {
  readonly project: Project;
  readonly word: BackfillWord;
}

export async function backfill(
  ports: DeployPorts,
  request: BackfillRequest,
): Promise<BackfillReport> {
  return await translated(async () => {
    const session = await connectPatiently({
      database: ports.database,
      options: lookSession(crypto.randomUUID()),
      clock: ports.clock,
      progress: ports.progress,
      retryForMs: 0,
      signal: undefined,
    });
    try {
      const { scope } = request.project.config;
      await say(session, scope, request.word);
      return { database: ports.database.label, backfills: await summaries(session, scope) };
    } finally {
      await session.close();
    }
  });
}

async function say(session: Session, scope: string, word: BackfillWord): Promise<void> {
  if (word.kind === "status") return;
  const all = await summaries(session, scope);
  const meant = all.filter(({ id, state }) =>
    word.id === undefined ? state !== "finished" : id === word.id,
  );
  const ids = new Set((meant.length > 0 ? meant : all).map(({ id }) => id));
  const [id, ...others] = ids;
  if (id === undefined || (word.id !== undefined && meant.length === 0)) {
    const message =
      word.id === undefined ? "no backfill is under way" : `${word.id} is not under way`;
    throw new LockstepError("BACKFILL.NONE", message);
  }
  if (others.length > 0) {
    throw new LockstepError(
      "USAGE.INVALID",
      `${ids.size} backfills are under way: ${[...ids].join(", ")}`,
      {
        next: `lockstep backfill ${word.kind} ID`,
      },
    );
  }
  if (word.kind === "restart") {
    await session.query(
      "delete from lockstep.statements where scope = $1 and migration_id = $2 and before ->> 'kind' = 'backfill'",
      [scope, id],
    );
    return;
  }
  const control: JsonObject =
    word.kind === "rate" ? { rate: word.rate } : { paused: word.kind === "pause" };
  for (const { ordinal } of meant.length > 0 ? meant : all) {
    await session.script(setControl(scope, { id, ordinal }, control));
  }
}

const backfillsQuery = `select s.migration_id, s.ordinal, s.before,
  pg_catalog.to_char(s.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
  exists (select from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid)
    where l.locktype = 'advisory' and a.datname = pg_catalog.current_database()
      and a.application_name like 'lockstep%' and a.pid <> pg_catalog.pg_backend_pid()) as is_running
from lockstep.statements s
where s.scope = $1 and s.before ->> 'kind' = 'backfill' order by s.migration_id, s.ordinal`;

async function summaries(session: Session, scope: string): Promise<readonly BackfillSummary[]> {
  const [ledger] = await session.query(
    "select pg_catalog.to_regclass('lockstep.statements') is not null as is_there",
  );
  if (ledger?.["is_there"] !== true) return [];
  const rows = await session.query(backfillsQuery, [scope]);
  return rows.map((row) => {
    const state = stateOf(jsonObjectOf(row, "before"));
    return {
      id: textOf(row, "migration_id"),
      ordinal: numberOf(row, "ordinal"),
      table: state.table,
      state: wordFor(state, row["is_running"] === true),
      batches: state.batches,
      rows: state.rows,
      estimate: state.estimate,
      batchSize: state.size,
      rate: state.control.rate,
      // The estimate says how much is left; when nothing is, it says nothing.
      progress: describeProgress(state.isFinished ? { ...state, estimate: undefined } : state),
      startedAt: textOf(row, "started_at"),
    };
  });
}

function wordFor(state: BackfillState, isRunning: boolean): BackfillSummary["state"] {
  if (state.isFinished) return "finished";
  if (state.control.paused) return "paused";
  return isRunning ? "running" : "stopped";
}
