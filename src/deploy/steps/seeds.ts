/**
 * The project's seeds as units of work: read and checked whole, like migrations, and never recorded as applied, since
 * they run whenever somebody asks for them. Running them twice is their author's affair (ON CONFLICT DO NOTHING).
 */
import { LockstepError } from "../../core/errors.ts";
import type { NeedsTally } from "../../plan/needs.ts";
import type { SqlUnit } from "../../plan/plan.ts";
import type { ScriptOptions } from "../../plan/script.ts";
import { seedUnitOf } from "../../plan/unit.ts";
import type { Project } from "../../project/project.ts";

/** `needs`: of what runs before them in the same deploy. */
export async function planSeeds(
  { seeds }: Project,
  script: ScriptOptions,
  needs: NeedsTally,
): Promise<readonly SqlUnit[]> {
  const common = { journal: [], baselineLocksMax: undefined, needs };
  const units: SqlUnit[] = [];
  for (const file of seeds) units.push(await seedUnitOf(file, { ...script, ...common }));
  return units;
}

export function refuseNoSeeds(project: Project): void {
  if (project.seeds.length > 0) return;
  throw new LockstepError("PROJECT.NO_SEEDS", "the project has no seeds");
}
