/** Every secret that a plan's statements name must be there before the first of them runs. */
import { LockstepError } from "../../../core/errors.ts";
import type { PlannedUnit, Segment } from "../../../plan/plan.ts";
import type { Secrets } from "../../../ports/secrets.ts";
import { loadParser } from "../../../sql/parse.ts";
import { mayNameSecrets, secretUses } from "../../../sql/secrets.ts";

export async function requireSecrets(
  secrets: Secrets | undefined,
  units: readonly PlannedUnit[],
): Promise<void> {
  if (secrets === undefined) return;
  for (const unit of units) {
    if (unit.kind !== "sql") continue;
    for (const text of unit.segments.slice(unit.segmentsDone).flatMap(textsOf)) {
      if (!mayNameSecrets(text)) continue;
      for (const { references } of secretUses(text, await loadParser())) {
        for (const reference of references) resolve(secrets, reference, unit.identity.path);
      }
    }
  }
}

function resolve(secrets: Secrets, reference: string, file: string): void {
  try {
    secrets.resolve(reference);
  } catch (error) {
    throw error instanceof LockstepError ? error.with({ where: { file } }) : error;
  }
}

function textsOf(segment: Segment): readonly string[] {
  switch (segment.kind) {
    case "transaction":
      return segment.steps.map(({ sql }) => sql);
    case "alone":
      return [segment.step.sql];
    // Its statements are known when they run.
    case "interpreted":
      return [];
  }
}
