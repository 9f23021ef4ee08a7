/**
 * Whether the plan of a declared schema led where it was meant to: the live catalog is read again and compared. Only
 * then does the ledger's row count as applied; until then the next deploy plans anew from what is there.
 */
import { fingerprint } from "../../../catalog/fingerprint.ts";
import type { ObjectDifference } from "../../../catalog/explain.ts";
import { LockstepError } from "../../../core/errors.ts";
import { declaredId } from "../../../ledger/ledger.ts";
import type { Project } from "../../../project/project.ts";
import type { Session } from "../../../ports/database.ts";
import type { DeployPorts } from "../../ports.ts";
import type { ApplyContext } from "../apply/context.ts";
import { markApplied, recordEvent } from "../ledger/record.ts";
import { ledgerTransaction } from "../ledger/transaction.ts";
import { readTargetCatalog } from "../live/target-catalog.ts";
import { compareSides } from "../prove/compare.ts";
import { openExceptions } from "../prove/exceptions.ts";
import { inIsolation } from "../replay/isolation.ts";
import { openStage } from "../replay/open.ts";
import { replayPortsOf } from "./files.ts";
import type { DeclaredPlan } from "./plan.ts";

export interface DeclaredEnd {
  readonly ports: DeployPorts;
  readonly project: Project;
  readonly context: ApplyContext;
  readonly session: Session;
  readonly declared: DeclaredPlan;
}

export async function verifyDeclared(end: DeclaredEnd): Promise<void> {
  const { ports, project, context, session, declared } = end;
  const replay = await replayPortsOf(ports);
  const { catalog } = await readTargetCatalog(ports.database, replay);
  const { equality: level, exceptions } = project.config;
  const found = await inIsolation(project, async (isolation) => {
    const { major } = catalog;
    const stage = openStage({ project, ports: replay, major, isolation, signal: context.signal });
    const accepted = openExceptions(exceptions, declared.today);
    const compare = { level, exceptions: accepted, remake: stage.remake };
    return await compareSides(declared.expected, catalog, compare);
  });
  if (!found.isEqual) throw drift(found.differences, ports.database.label);
  const [unit] = declared.planned.plan.units;
  await ledgerTransaction(session, context, [
    markApplied(context.record, declaredId),
    recordEvent(context.record, {
      kind: "verified",
      id: declaredId,
      bytesHash: unit?.identity.bytesHash,
      detail: { fingerprint: fingerprint(catalog, level) },
    }),
  ]);
}

function drift(differences: readonly ObjectDifference[], label: string): LockstepError {
  const notes = differences.map(({ object, presence, attributes }) => {
    if (presence === "left") return `${object}: declared, and not there`;
    if (presence === "right") return `${object}: there, and not declared`;
    return `${object}: ${attributes.map(({ attribute }) => attribute).join(", ")}`;
  });
  return new LockstepError("VERIFY.DRIFT", `${label} is not what is declared after the deploy`, {
    state: "the plan is applied and committed; the next deploy plans again from what is there",
    notes: notes.slice(0, 20),
    next: "lockstep diff --from live --to declared --sql",
    data: { objects: differences.map(({ id }) => id) },
  });
}
