/**
 * Makes the target's database anew: drop, create like before, bring up, seed. Only what `drop` would drop; the
 * project is read and checked before anything is dropped.
 */
import { LockstepError } from "../core/errors.ts";
import {
  nothingSaid,
  type SaidEnvironment,
  type StoredEnvironment,
} from "../ledger/environment.ts";
import type { Project } from "../project/project.ts";
import type { Session } from "../ports/database.ts";
import type { DeployPorts } from "./ports.ts";
import type { AppliedUnit } from "./steps/apply/apply.ts";
import { bringUp } from "./steps/bring-up.ts";
import { createDatabase } from "./steps/database/create.ts";
import { decideStrategy } from "./steps/decide.ts";
import { dropTarget, openForDrop, type Doomed, type Dropped } from "./steps/database/drop.ts";
import { translated } from "./steps/translate.ts";
import { openWorkSession } from "./steps/under-lock.ts";

export interface ResetRequest {
  readonly project: Project;
  readonly maintenance?: string | undefined;
  /** Ends the sessions of others. */
  readonly force?: boolean;
  readonly confirm?: (doomed: Doomed) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

export interface ResetReport {
  readonly database: string;
  /** False: there was none. */
  readonly dropped: boolean;
  readonly environment: string | undefined;
  /** How many sessions of others were ended. */
  readonly ended: number;
  readonly applied: readonly AppliedUnit[];
  readonly seeded: readonly AppliedUnit[];
  /** What the new database lacks that the old one had. */
  readonly notes: readonly string[];
}

export async function reset(ports: DeployPorts, request: ResetRequest): Promise<ResetReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: ResetRequest): Promise<ResetReport> {
  const step = {
    ports,
    maintenance: request.maintenance,
    force: request.force === true,
    isMadeAgain: true,
    confirm: request.confirm ?? agreed,
    signal: request.signal,
  };
  // Refuses a project that has nothing to make the database of, while there still is one.
  decideStrategy(request.project, { condition: "empty", objects: [] });
  const session = await openForDrop(step);
  let dropped: Dropped | undefined;
  try {
    dropped = await dropTarget(step, session);
    await recreate(session, ports, dropped);
  } finally {
    await session.close();
  }
  const said = environmentAfter(dropped?.environment, ports.environment ?? nothingSaid);
  const units = await fill({ ...ports, environment: said }, request);
  return {
    database: ports.database.label,
    dropped: dropped !== undefined,
    environment: said.name,
    ended: dropped?.visitors ?? 0,
    applied: units.filter(({ kind }) => kind !== "seed"),
    seeded: units.filter(({ kind }) => kind === "seed"),
    notes:
      dropped?.shape.hasGrants === true
        ? ["rights that were granted on the database itself are gone with it; grant them again"]
        : [],
  };
}

async function recreate(
  session: Session,
  ports: DeployPorts,
  dropped: Dropped | undefined,
): Promise<void> {
  const { clock, database } = ports;
  const { name } = database;
  try {
    await createDatabase(session, { name, clauses: dropped?.shape.clauses ?? [], clock });
    for (const statement of dropped?.shape.settings ?? []) await session.query(statement);
  } catch (error) {
    if (dropped === undefined || !(error instanceof LockstepError)) throw error;
    throw error.with({
      state: `${name} was dropped and is not there`,
      next: "lockstep create, then: lockstep deploy --seed",
    });
  }
}

/** A name outlives a reset: staging is staging afterwards. */
function environmentAfter(
  stored: StoredEnvironment | undefined,
  said: SaidEnvironment,
): SaidEnvironment {
  return { name: said.name ?? stored?.name, isProtected: said.isProtected };
}

async function fill(ports: DeployPorts, request: ResetRequest): Promise<readonly AppliedUnit[]> {
  const { project, signal } = request;
  const change = { ports, project, deploymentId: crypto.randomUUID(), signal };
  const work = await openWorkSession(change);
  try {
    const choices = {
      allowEdited: [],
      allowOutOfOrder: false,
      allowMissing: false,
      splitBaseline: false,
      to: undefined,
      allowDrop: [],
      additive: false,
      prove: false,
    };
    const { applied } = await bringUp({ ...change, work, choices, seed: "if-any" });
    return applied ?? [];
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const { state } = error;
    throw error.with({ state: `the database was made anew; ${state}` });
  } finally {
    await work.current.close();
  }
}

/** A caller of the library has agreed by calling. */
async function agreed(): Promise<void> {}
