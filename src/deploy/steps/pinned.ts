/** A plan that was made before is carried out only on the state that it was made for, and only as it was shown. */
import { fingerprint } from "../../catalog/fingerprint.ts";
import { LockstepError } from "../../core/errors.ts";
import type { LedgerState } from "../../ledger/ledger.ts";
import type { Plan } from "../../plan/plan.ts";
import {
  ledgerStateHash,
  withoutValues,
  type PlanFile,
  type TargetState,
} from "../../plan/plan-file.ts";
import type { Project } from "../../project/project.ts";
import { contentsOf } from "./contents.ts";
import type { Identity } from "../../ports/identity.ts";
import type { DeployPorts } from "../ports.ts";
import { replayPortsOf } from "./declare/files.ts";
import { readTargetCatalog } from "./live/target-catalog.ts";

export async function targetState(ports: DeployPorts, ledger: LedgerState): Promise<TargetState> {
  const { catalog } = await readTargetCatalog(ports.database, await replayPortsOf(ports));
  return { catalog: fingerprint(catalog, "strict"), ledger: ledgerStateHash(ledger) };
}

export async function refuseOtherState(
  ports: DeployPorts,
  ledger: LedgerState,
  { target }: PlanFile,
): Promise<void> {
  const now = await targetState(ports, ledger);
  if (now.ledger !== target.ledger) {
    throw stale(`${ports.database.label} has other migrations applied than when the plan was made`);
  }
  if (now.catalog !== target.catalog) {
    throw stale(`the schema of ${ports.database.label} was changed since the plan was made`);
  }
}

export function readablePlan(plan: Plan, project: Project): ReturnType<typeof withoutValues> {
  const contentOf = contentsOf(project);
  return withoutValues(plan, (id) => contentOf(id).content ?? "");
}

/** Made again from the same files, it must be the same. */
export function refuseOtherPlan(
  made: Plan,
  file: PlanFile,
  { project, identity }: { readonly project: Project; readonly identity: Identity },
): void {
  if (readablePlan(made, project).plan.hash === file.plan.hash) return;
  const { toolVersion } = identity;
  const reason =
    file.madeBy === toolVersion
      ? "the project is not as it was when the plan was made"
      : `lockstep ${file.madeBy} made the plan, and this is ${toolVersion}`;
  throw stale(reason);
}

function stale(message: string): LockstepError {
  return new LockstepError("PLAN.STALE", message);
}
