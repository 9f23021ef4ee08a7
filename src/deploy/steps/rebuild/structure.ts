/** The new structure's steps, by when they can be made. */
import type { Fact } from "../../../catalog/fact.ts";
import type { NumberedStep } from "../restore/schema.ts";
import type { Model } from "./model.ts";

export interface Structure {
  readonly before: readonly NumberedStep[];
  readonly keys: readonly NumberedStep[];
  readonly foreignKeys: readonly NumberedStep[];
  readonly rest: readonly NumberedStep[];
}

export function structureOf(model: Model, steps: readonly NumberedStep[]): Structure {
  const after = steps.filter(({ section }) => section === "after");
  const heavy = after.filter((step) => step.heavy !== undefined && step.statements.length > 0);
  const refersOn = ({ object }: NumberedStep): boolean =>
    isForeignKey(model.catalog.facts.get(object));
  const rest = [...after, ...steps.filter(({ section }) => section === "last")];
  return {
    before: steps.filter(({ section }) => section === "before"),
    keys: heavy.filter((step) => !refersOn(step)),
    foreignKeys: heavy.filter(refersOn),
    rest: rest.filter(({ heavy: work }) => work === undefined),
  };
}

function isForeignKey(fact: Fact | undefined): boolean {
  return fact?.kind === "constraint" && fact.payload.type === "foreign key";
}
