/**
 * A backup that `rollback --restore` has put in the database's place while the hooks after it have not all run: kept in
 * the ledger that came with it, so that the same command goes on there, whatever cut the first one off.
 */
import type { JsonObject } from "../../../core/errors.ts";
import { openDeployment } from "../ledger/deployment.ts";
import { ensureLedger } from "../ledger/ensure.ts";
import type { RecordContext } from "../ledger/record.ts";
import type { Session } from "../../../ports/database.ts";
import { textOf } from "../../../ledger/row.ts";
import type { Clock } from "../../../ports/clock.ts";

export interface InPlace {
  readonly deploymentId: string;
  /** Where the backup is. */
  readonly location: string;
  readonly takenAt: string;
  /** Migrations that were taken back with it. */
  readonly undone: readonly string[];
  /** What the database that was is called. */
  readonly retired: string;
}

export interface InPlaceRecord {
  readonly context: RecordContext;
  readonly settings: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly restored: Omit<InPlace, "deploymentId">;
}

/** Whoever ran when the backup was taken, most often the deploy that took it, is not at work here. */
const inTheMiddle = "the backup that was put in place was taken while it ran";

const unfinished = "the backup is in place; the hooks after it have not all run";

/** As failed until `finishInPlace`: nobody is at work when the names are exchanged and this process is killed. */
export async function recordInPlace(session: Session, record: InPlaceRecord): Promise<void> {
  const { context, settings, clock, restored } = record;
  await ensureLedger(session, { clock, toolVersion: context.identity.toolVersion });
  await session.query(
    `update lockstep.deployments set finished_at = pg_catalog.clock_timestamp(), outcome = 'failed', failure = $1
    where outcome = 'running'`,
    [JSON.stringify({ message: inTheMiddle })],
  );
  await openDeployment(session, context, { kind: "rollback", settings, planHash: undefined });
  const { location, takenAt, retired, undone } = restored;
  const failure: JsonObject = {
    message: unfinished,
    restored: { location, takenAt, retired, undone: [...undone] },
  };
  await session.query(
    `update lockstep.deployments set finished_at = pg_catalog.clock_timestamp(), outcome = 'failed', failure = $2
    where id = $1`,
    [context.deploymentId, JSON.stringify(failure)],
  );
}

export async function finishInPlace(session: Session, deploymentId: string): Promise<void> {
  await session.query(
    `update lockstep.deployments set finished_at = pg_catalog.clock_timestamp(), outcome = 'done', failure = null
    where id = $1`,
    [deploymentId],
  );
}

/** Where that is the last thing that was done in this scope. */
export async function findInPlace(session: Session, scope: string): Promise<InPlace | undefined> {
  const [ledger = {}] = await session.query(
    "select pg_catalog.to_regclass('lockstep.deployments') is not null as found",
  );
  if (ledger["found"] !== true) return undefined;
  const [row] = await session.query(
    `select id::text as id, restored ->> 'location' as location, restored ->> 'takenAt' as taken_at,
      restored ->> 'retired' as retired, array(
        select pg_catalog.jsonb_array_elements_text(restored -> 'undone')) as undone
    from (
      select id, outcome, failure -> 'restored' as restored from lockstep.deployments
      where scope = $1 order by started_at desc limit 1) last
    where outcome = 'failed' and restored is not null`,
    [scope],
  );
  if (row === undefined) return undefined;
  const { undone } = row;
  return {
    deploymentId: textOf(row, "id"),
    location: textOf(row, "location"),
    takenAt: textOf(row, "taken_at"),
    retired: textOf(row, "retired"),
    undone: Array.isArray(undone) ? undone.map(String) : [],
  };
}
