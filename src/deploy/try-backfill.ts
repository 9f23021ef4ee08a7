/** A backfill's first batch on the target, measured and rolled back: what it would change, and how long all would take. */
import { LockstepError } from "../core/errors.ts";
import { createNeedsTally } from "../plan/needs.ts";
import type { BackfillUnit } from "../plan/plan.ts";
import { unitOf } from "../plan/unit.ts";
import { readBackfillMarks } from "../project/backfill-marks.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import { ServerError, type Session } from "../ports/database.ts";
import { unknownId } from "../plan/refusals.ts";
import { findKey, rangeOf } from "./steps/backfill/key.ts";
import { nextBound, rangedOf } from "./steps/backfill/statement.ts";
import { statementFailure } from "./steps/apply/failure.ts";
import { rollBack } from "./steps/apply/transaction.ts";
import { connectPatiently } from "./steps/connect.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { scriptOptions } from "./steps/script-options.ts";
import { translated } from "./steps/translate.ts";
import { refuseLostSettings, workOptions } from "./steps/work-session.ts";
import type { DeployPorts } from "./ports.ts";

export interface TryBackfillRequest {
  readonly project: Project;
  /** By default the first that is pending. */
  readonly id: string | undefined;
  /** Rows of the table that are looked at. */
  readonly sample: number;
}

export interface TriedBackfill {
  readonly database: string;
  readonly id: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly sampled: number;
  readonly changed: number;
  readonly durationMs: number;
  readonly estimate: number | undefined;
  /** For all of the table, at this speed. */
  readonly wholeMs: number | undefined;
  /** Of the first batch; the plan of the server. */
  readonly plan: readonly string[];
}

export async function tryBackfill(
  ports: DeployPorts,
  request: TryBackfillRequest,
): Promise<TriedBackfill> {
  return await translated(async () => {
    const { config } = request.project;
    const session = await connectPatiently({
      database: ports.database,
      options: workOptions(crypto.randomUUID(), config.settings, config.statementTimeoutMs),
      clock: ports.clock,
      progress: ports.progress,
      retryForMs: 0,
      signal: undefined,
    });
    try {
      await refuseLostSettings(session, config.settings);
      const unit = await unitFor(ports, session, request);
      return {
        database: ports.database.label,
        ...(await measure(ports, session, { unit, request })),
      };
    } finally {
      await session.close();
    }
  });
}

async function unitFor(
  ports: DeployPorts,
  session: Session,
  { project, id }: TryBackfillRequest,
): Promise<BackfillUnit> {
  const ledger = await readLedger(session, project.config.scope);
  const applied = new Set(ledger.kind === "absent" ? [] : ledger.entries.map((entry) => entry.id));
  const isMarked = (file: MigrationFile): boolean =>
    file.kind === "sql" && readBackfillMarks(file.up) !== undefined;
  const file = project.migrations.find((one) =>
    id === undefined ? !applied.has(one.id) && isMarked(one) : one.id === id,
  );
  if (file === undefined && id !== undefined) throw unknownId(id, project.migrations);
  if (file === undefined || !isMarked(file)) {
    throw new LockstepError(
      "BACKFILL.NONE",
      `${file?.id ?? "nothing pending"} is no backfill in SQL`,
    );
  }
  const common = { journal: [], baselineLocksMax: undefined, needs: createNeedsTally() };
  const unit = await unitOf(file, { ...(await scriptOptions(ports, project, session)), ...common });
  if (unit.kind !== "backfill")
    throw new LockstepError("BACKFILL.NONE", `${file.id} is no backfill`);
  return unit;
}

interface Trying {
  readonly unit: BackfillUnit;
  readonly request: TryBackfillRequest;
}

async function measure(
  { clock }: DeployPorts,
  session: Session,
  { unit, request }: Trying,
): Promise<Omit<TriedBackfill, "database">> {
  const { sample, project } = request;
  const ranged = await rangedOf(unit);
  const { table, writes } = ranged;
  const key = await findKey(session, { table, key: unit.options.key, writes });
  const { upTo, isLast } = await nextBound(session, key, { after: undefined, size: sample });
  const range =
    upTo === undefined ? "true" : rangeOf(key, { after: undefined, upTo }, ranged.reference);
  const startedMs = clock.monotonicMs();
  try {
    await session.script(`begin; set local lock_timeout = ${project.config.lockTimeoutMs}`);
    const [explained] = await session.script(`explain ${ranged.within(range)}`);
    const results = await session.script(ranged.within(range));
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    const changed = Number(/ (\d+)$/.exec(results.at(-1)?.tag ?? "")?.[1] ?? 0);
    const sampled = upTo === undefined ? 0 : isLast ? Math.max(changed, 1) : sample;
    const { estimate } = key;
    return {
      ...{
        id: unit.identity.id,
        table: key.table,
        key: key.columns,
        sampled,
        changed,
        durationMs,
        estimate,
      },
      wholeMs:
        estimate === undefined || sampled === 0
          ? undefined
          : Math.round((durationMs / sampled) * estimate),
      plan: (explained?.rows ?? []).flatMap((row) => Object.values(row).map(String)),
    };
  } catch (error) {
    if (error instanceof ServerError)
      throw statementFailure(error, undefined).with({ where: unit.place });
    throw error;
  } finally {
    await rollBack(session);
  }
}
