/**
 * Takes over a database that has objects and no ledger: records what is there, as somebody says who knows. Runs none
 * of the project's SQL. What can't be true is refused.
 */
import { LockstepError } from "../core/errors.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import { unknownId } from "../plan/refusals.ts";
import { compareIds } from "../plan/standing.ts";
import { baselineIdentity, identityOf } from "../plan/unit.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import { lookAtTarget } from "./steps/decide.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { ownQueries } from "./steps/own-queries.ts";
import { recordApplied } from "./steps/ledger/record.ts";
import { ledgerTransaction } from "./steps/ledger/transaction.ts";
import { openWorkSession, recorded, underLock } from "./steps/under-lock.ts";

export interface AdoptRequest {
  readonly project: Project;
  /** The last migration whose effects are there, or all. Undefined: what the baseline holds. */
  readonly applied?: { readonly upTo: string } | "all" | undefined;
  readonly lockWaitMs?: number | undefined;
  readonly signal?: AbortSignal;
}

export interface AdoptReport {
  readonly database: string;
  readonly scope: string;
  readonly deploymentId: string;
  /** Recorded as the schema that is there. */
  readonly baseline: string | undefined;
  readonly adopted: readonly string[];
  /** What the next deploy runs. */
  readonly pending: readonly string[];
}

export async function adopt(ports: DeployPorts, request: AdoptRequest): Promise<AdoptReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: AdoptRequest): Promise<AdoptReport> {
  const { project } = request;
  const deploymentId = crypto.randomUUID();
  const change = { ...request, ports, deploymentId };
  const { baseline, adopted } = choose(project, request.applied);
  const work = await openWorkSession(change);
  try {
    await underLock(change, work, async (locked) => {
      const ledger = await readLedger(ownQueries(work.current), project.config.scope);
      const target = await lookAtTarget(ownQueries(work.current), ledger);
      refuse(target.condition, ports.database.label);
      const opening = { kind: "adopt", planHash: undefined } as const;
      await recorded(change, locked, opening, async (context) => {
        const identities = [
          ...(baseline === undefined ? [] : [baselineIdentity(baseline)]),
          ...adopted.map(identityOf),
        ];
        const includes = baseline?.includes;
        const last = includes?.kind === "upTo" ? includes.id : adopted.at(-1)?.id;
        const statements = identities.map((identity) =>
          recordApplied(context.record, {
            identity,
            provenance: "adopted",
            event: "adopted",
            includesUpTo: identity.kind === "baseline" ? last : undefined,
            durationSql: "null",
            ...context.contentOf(identity.id),
          }),
        );
        await ledgerTransaction(work.current, context, statements);
      });
    });
  } finally {
    await work.current.close();
  }
  return {
    database: ports.database.label,
    scope: project.config.scope,
    deploymentId,
    baseline: baseline?.files[0]?.path,
    adopted: adopted.map((file) => file.id),
    pending: project.migrations.filter((file) => !adopted.includes(file)).map((file) => file.id),
  };
}

interface Choice {
  readonly baseline: Project["baseline"];
  readonly adopted: readonly MigrationFile[];
}

function choose(project: Project, applied: AdoptRequest["applied"]): Choice {
  const { baseline, migrations } = project;
  if (applied === "all") return { baseline, adopted: migrations };
  if (applied !== undefined) {
    const place = migrations.findIndex((file) => file.id === applied.upTo);
    if (place < 0) throw unknownId(applied.upTo, migrations);
    return { baseline: undefined, adopted: migrations.slice(0, place + 1) };
  }
  if (baseline === undefined) return { baseline, adopted: [] };
  const { includes } = baseline;
  const isIn = (file: MigrationFile): boolean =>
    includes.kind === "assumedAll" ||
    (includes.kind === "upTo" && compareIds(file.id, includes.id) <= 0);
  return { baseline, adopted: migrations.filter(isIn) };
}

function refuse(condition: "empty" | "ours" | "foreign", label: string): void {
  if (condition === "ours") {
    throw new LockstepError("LEDGER.PRESENT", `${label} has a ledger for this project already`);
  }
  if (condition === "empty") {
    throw new LockstepError("PLAN.CONFLICT", `${label} is empty: there is nothing to adopt`, {
      next: "lockstep deploy",
    });
  }
}
