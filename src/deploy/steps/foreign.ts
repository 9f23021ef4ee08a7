/**
 * The refusal of a database that has objects and no ledger. Where the project has a complete schema and scratch is at
 * hand, it says whether the database is just that, as a container's init script leaves it; what could not be compared
 * is not claimed. It only reads the target.
 */
import { LockstepError } from "../../core/errors.ts";
import { ServerError } from "../../ports/database.ts";
import { declaredOf } from "../../project/declared.ts";
import type { Project } from "../../project/project.ts";
import type { DeployPorts } from "../ports.ts";
import type { TargetLook } from "./decide.ts";
import { readTargetCatalog, type TargetCatalog } from "./live/target-catalog.ts";
import { replaySteps } from "./prove/applied.ts";
import { compareSides } from "./prove/compare.ts";
import { openExceptions } from "./prove/exceptions.ts";
import { waysOf } from "./prove/ways.ts";
import { inIsolation } from "./replay/isolation.ts";
import { openStage, type Stage } from "./replay/open.ts";
import { labelOf, type FoundHistory } from "./history.ts";
import type { ReplayStep } from "./replay/replay.ts";

export async function foreignDatabase(
  ports: DeployPorts,
  project: Project,
  { objects }: TargetLook,
  histories: readonly FoundHistory[],
): Promise<LockstepError> {
  const error = await withoutLedger(ports, project, objects);
  const [first] = histories;
  if (first === undefined) return error;
  const told = histories.map((one) => `it holds the history of ${one.tool.title}: ${labelOf(one)}`);
  const next = `lockstep adopt --from ${first.tool.name}`;
  return error.with({ notes: [...error.notes, ...told], next });
}

async function withoutLedger(
  ports: DeployPorts,
  project: Project,
  objects: readonly string[],
): Promise<LockstepError> {
  const notes = [`there are, among others: ${objects.join(", ")}`];
  const data = { objects: [...objects] };
  const looked = await knownState(ports, project);
  const known = looked.state;
  if (looked.why !== undefined) {
    notes.push(`whether it is the project's schema could not be looked up: ${looked.why}`);
  }
  if (known === undefined) {
    const message = "the database is not empty and has no ledger";
    // The next deploy plans from what is there, so nobody has to say what is applied.
    const next = declaredOf(project) === undefined ? {} : { next: "lockstep adopt --from none" };
    return new LockstepError("LEDGER.ABSENT", message, { notes, data, ...next });
  }
  const message = `the database has no ledger, and its schema is the project's: it equals ${known.description}`;
  return new LockstepError("LEDGER.ABSENT", message, {
    notes,
    next: known.next,
    data: { ...data, equals: known.name },
  });
}

interface KnownState {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly ReplayStep[];
  /** What records it. */
  readonly next: string;
}

interface Looked {
  /** Undefined: it is none of them, or nobody could look. */
  readonly state?: KnownState | undefined;
  /** Why nobody could. */
  readonly why?: string;
}

async function knownState(ports: DeployPorts, project: Project): Promise<Looked> {
  const states = statesOf(project);
  if (ports.replay === undefined || states.length === 0) return {};
  try {
    const replay = await ports.replay();
    const live = await readTargetCatalog(ports.database, replay);
    return await inIsolation(project, async (isolation) => {
      const { major } = live.catalog;
      const stage = openStage({ project, ports: replay, major, isolation, signal: undefined });
      return { state: await stateOf(stage, states, live) };
    });
  } catch (error) {
    if (error instanceof LockstepError || error instanceof ServerError)
      return { why: error.message };
    throw error;
  }
}

async function stateOf(
  stage: Stage,
  states: readonly KnownState[],
  { catalog, today }: TargetCatalog,
): Promise<KnownState | undefined> {
  const { equality, exceptions } = stage.project.config;
  for (const state of states) {
    const expected = await replaySteps(stage, state.steps);
    const compare = {
      level: equality,
      exceptions: openExceptions(exceptions, today),
      remake: stage.remake,
    };
    if ((await compareSides(expected, catalog, compare)).isEqual) return state;
  }
  return undefined;
}

/** The complete schema alone, as an init script loads it; then the end of the way of a fresh database. */
function statesOf(project: Project): readonly KnownState[] {
  const { baseline, migrations } = project;
  if (baseline === undefined) return [];
  const path = baseline.files.map((file) => file.path).join(", ");
  const included = migrations.filter(({ id }) => baseline.includedIds.includes(id));
  const alone: KnownState = {
    name: "baseline",
    description: path,
    steps: [{ kind: "baseline", baseline, included }],
    next: "lockstep adopt --from none",
  };
  const fresh = waysOf(project).replayed.find(
    ({ kind, steps }) => kind === "fresh" && steps[0]?.kind === "baseline" && steps.length > 1,
  );
  if (fresh === undefined) return [alone];
  const whole: KnownState = {
    name: "baseline and migrations",
    description: `${path} and all migrations after it`,
    steps: fresh.steps,
    next: "lockstep adopt --from none --applied all",
  };
  return [alone, whole];
}
