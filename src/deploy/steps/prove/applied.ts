/** The catalog that a database must have which has applied these migrations and no others. */
import type { Catalog } from "../../../catalog/fact.ts";
import { baselineId } from "../../../ledger/ledger.ts";
import type { Stage } from "../replay/open.ts";
import type { ReplayStep } from "../replay/replay.ts";
import { waysOf } from "./ways.ts";

/** Undefined when no way leads there: the files that it began with are gone. */
export async function replayApplied(
  stage: Stage,
  applied: ReadonlySet<string>,
): Promise<Catalog | undefined> {
  const steps = stepsTo(stage, applied);
  return steps === undefined ? undefined : await replaySteps(stage, steps);
}

export async function replaySteps(stage: Stage, steps: readonly ReplayStep[]): Promise<Catalog> {
  const replay = await stage.open();
  try {
    for (const step of steps) await replay.apply(step);
    return await replay.catalog();
  } finally {
    await replay.close();
  }
}

/**
 * The shortest way that brings all that is applied, and whose baseline holds nothing else. The ledger's row of the
 * baseline itself asks for nothing: which one it was is told by what it included.
 */
export function stepsTo(
  { project }: Pick<Stage, "project">,
  applied: ReadonlySet<string>,
): readonly ReplayStep[] | undefined {
  const fitting = waysOf(project).replayed.filter(({ steps }) =>
    steps.every(
      (step) => step.kind !== "baseline" || step.included.every(({ id }) => applied.has(id)),
    ),
  );
  const cut = fitting.map(({ steps }) =>
    steps.filter((step) => step.kind === "baseline" || applied.has(step.file.id)),
  );
  const whole = cut.filter((steps) => {
    const brought = new Set(steps.flatMap(idsOf));
    return [...applied].every((id) => id === baselineId || brought.has(id));
  });
  return whole.toSorted((a, b) => a.length - b.length)[0];
}

function idsOf(step: ReplayStep): readonly string[] {
  return step.kind === "baseline" ? step.included.map(({ id }) => id) : [step.file.id];
}
