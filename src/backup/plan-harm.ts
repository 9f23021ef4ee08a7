/**
 * What a plan can do to rows that are there, before anybody has looked at the database: the harm of every statement
 * that it is going to run, with which unit it comes from.
 */
import { assertNever } from "../core/errors.ts";
import type { PlannedUnit, Segment, Step } from "../plan/plan.ts";
import { harmOf, unknownHarm, type Harm } from "../sql/harm.ts";
import type { Parser } from "../sql/parse.ts";

export interface UnitHarm {
  readonly unit: string;
  readonly harm: Harm;
}

/** Units that can do nothing are left out. */
export function planHarm(units: readonly PlannedUnit[], parser: Parser): readonly UnitHarm[] {
  return units
    .flatMap((unit) => harmsOf(unit, parser).map((harm) => ({ unit: unit.identity.id, harm })))
    .filter(({ harm }) => !isHarmless(harm));
}

function harmsOf(unit: PlannedUnit, parser: Parser): readonly Harm[] {
  switch (unit.kind) {
    case "sql":
      return unit.segments
        .slice(unit.segmentsDone)
        .flatMap((segment) => harmsOfSegment(segment, parser));
    case "data":
      return [unknownHarm("a migration in TypeScript or JavaScript")];
    case "backfill":
      return [harmOf(unit.sql, parser)];
    case "external":
      // The deploy stops before it.
      return [];
    default:
      return assertNever(unit, "unit");
  }
}

function harmsOfSegment(segment: Segment, parser: Parser): readonly Harm[] {
  switch (segment.kind) {
    case "transaction":
      return segment.steps.map((step) => harmOfStep(step, parser));
    case "alone":
      return [harmOfStep(segment.step, parser)];
    case "interpreted":
      return [unknownHarm("a file whose statements depend on what the server answers")];
    default:
      return assertNever(segment, "segment");
  }
}

function harmOfStep(step: Step, parser: Parser): Harm {
  return harmOf(step.sql, parser);
}

function isHarmless(harm: Harm): boolean {
  const { tables, schemas, written, functions, renames, unknown } = harm;
  return [tables, schemas, written, functions, renames, unknown].every((list) => list.length === 0);
}
