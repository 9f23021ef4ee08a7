/**
 * Takes back applied migrations by their down files, the newest first, each in its own transaction with the ledger's
 * change. All of them must have a way back before the first is touched. That it happened is recorded.
 */
import { LockstepError } from "../core/errors.ts";
import type { LedgerEntry, LedgerState } from "../ledger/ledger.ts";
import { contentQuery } from "../ledger/queries.ts";
import { optionalTextOf } from "../ledger/row.ts";
import { createNeedsTally } from "../plan/needs.ts";
import { sealPlan, type Plan, type SqlUnit, type UnitIdentity } from "../plan/plan.ts";
import { downUnitOf, identityOf, type UnitOptions, type WayBack } from "../plan/unit.ts";
import type { Project } from "../project/project.ts";
import type { Session } from "../ports/database.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import { applyUnits, type AppliedUnit } from "./steps/apply/apply.ts";
import { ownQueries } from "./steps/own-queries.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { scriptOptions } from "./steps/script-options.ts";
import { openWorkSession, recorded, underLock } from "./steps/under-lock.ts";

export interface RollbackRequest {
  readonly project: Project;
  /** This one stays, what was applied after it goes. */
  readonly to?: string | undefined;
  /** So many, the newest first; 1 without `to`. */
  readonly steps?: number | undefined;
  /** Asked with the plan before anything is changed; throws to stop. */
  readonly confirm?: (plan: Plan) => Promise<void>;
  readonly lockWaitMs?: number | undefined;
  readonly signal?: AbortSignal;
}

export interface RollbackReport {
  readonly database: string;
  readonly scope: string;
  readonly deploymentId: string;
  readonly reverted: readonly AppliedUnit[];
}

export async function rollback(
  ports: DeployPorts,
  request: RollbackRequest,
): Promise<RollbackReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: RollbackRequest): Promise<RollbackReport> {
  const { project } = request;
  const { scope } = project.config;
  const deploymentId = crypto.randomUUID();
  const change = { ...request, ports, deploymentId };
  const work = await openWorkSession(change);
  try {
    return await underLock(change, work, async (locked) => {
      const ledger = await readLedger(ownQueries(work.current), scope);
      const plan = await planRollback(ports, work.current, request, ledger);
      await request.confirm?.(plan);
      const opening = { kind: "rollback", planHash: plan.hash } as const;
      const reverted = await recorded(change, locked, opening, (context) =>
        applyUnits(context, work, plan),
      );
      return { database: ports.database.label, scope, deploymentId, reverted };
    });
  } finally {
    await work.current.close();
  }
}

async function planRollback(
  ports: DeployPorts,
  session: Session,
  request: RollbackRequest,
  ledger: LedgerState,
): Promise<Plan> {
  const { project } = request;
  if (ledger.kind === "absent") {
    throw new LockstepError(
      "LEDGER.ABSENT",
      "the database has no ledger, so nothing is known to roll back",
    );
  }
  const chosen = chooseEntries(request, ledger.entries);
  const options: UnitOptions = {
    ...(await scriptOptions(ports, project, session)),
    journal: ledger.journal,
    baselineLocksMax: undefined,
    needs: createNeedsTally(),
  };
  const units: SqlUnit[] = [];
  for (const entry of chosen) {
    const way = await wayBack(ownQueries(session), project, entry);
    units.push(await downUnitOf(way, options));
  }
  return sealPlan({
    format: 1,
    scope: project.config.scope,
    strategy: "rollback",
    settings: project.config.settings,
    units,
    healed: [],
    notes: [],
  });
}

/** The newest first, by the order in which they were applied. */
function chooseEntries(
  { to, steps, project }: RollbackRequest,
  entries: readonly LedgerEntry[],
): readonly LedgerEntry[] {
  if (to !== undefined && steps !== undefined) {
    throw new LockstepError("PLAN.CONFLICT", "--to and --steps are both given");
  }
  const newest = entries.filter((entry) => entry.kind === "migration").toReversed();
  if (newest.length === 0) {
    throw new LockstepError(
      "PLAN.CONFLICT",
      "no migration is applied: there is nothing to roll back",
      {
        next: "lockstep status",
      },
    );
  }
  if (to === undefined) return newest.slice(0, Math.max(1, steps ?? 1));
  const place = newest.findIndex((entry) => entry.id === to);
  if (place < 0) {
    const isOnDisk = project.migrations.some((file) => file.id === to);
    const message = isOnDisk
      ? `${to} is not applied`
      : `there is no migration ${JSON.stringify(to)}`;
    throw new LockstepError("PLAN.UNKNOWN_ID", message);
  }
  return newest.slice(0, place);
}

/** The file's; when the file is gone, the one that the ledger kept. */
async function wayBack(session: Session, project: Project, entry: LedgerEntry): Promise<WayBack> {
  const file = project.migrations.find((candidate) => candidate.id === entry.id);
  if (file?.down !== undefined) {
    const noTransaction = file.kind === "sql" && file.noTransaction !== undefined;
    return { identity: identityOf(file), down: file.down, noTransaction };
  }
  if (file === undefined) {
    const [row] = await session.query(contentQuery, [project.config.scope, entry.id]);
    const text = row === undefined ? undefined : optionalTextOf(row, "down_content");
    const path = `the ledger's copy of ${entry.id}`;
    if (text !== undefined) {
      return {
        identity: identityOfEntry(entry),
        down: { path, text, line: 1 },
        noTransaction: false,
      };
    }
  }
  throw new LockstepError(
    "PLAN.NO_WAY_BACK",
    file === undefined
      ? `${entry.id} is not in the project, and the ledger holds no way back`
      : `${entry.id} has no down file`,
    {
      ...(file === undefined ? {} : { where: { file: file.path } }),
      next: `Write the way back beside it, such as ${entry.id}.down.sql, or a new migration that undoes it.`,
      data: { id: entry.id },
    },
  );
}

function identityOfEntry(entry: LedgerEntry): UnitIdentity {
  const { id, kind, title, bytesHash, meaningHash } = entry;
  return { id, kind, title, path: entry.path ?? "", bytesHash, meaningHash };
}
