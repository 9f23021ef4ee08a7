/**
 * Secrets in options. The catalog names the options and holds no values; a plan that would have to write one is
 * refused by name. One that both sides have stays as the target has it.
 */
import { LockstepError } from "../../core/errors.ts";
import type { Planning } from "../planning.ts";
import { quoteIdentifier } from "../../sql/quote.ts";

export interface WithSecrets {
  readonly secrets?: readonly string[];
}

/** Refuses what would need a secret's value. A dump leaves it out instead, and says so. */
export function refuseSecrets(
  id: string,
  to: WithSecrets,
  { from, planning }: { readonly from?: WithSecrets; readonly planning: Planning },
): void {
  if (planning.options.asDump === true) return;
  const unknown = (to.secrets ?? []).filter((name) => from?.secrets?.includes(name) !== true);
  if (unknown.length === 0) return;
  throw new LockstepError(
    "DIFF.SECRET",
    `${id} needs a value for ${unknown.join(", ")}, a secret that a plan does not hold`,
    { data: { object: id, options: unknown } },
  );
}

/** Options that go away and whose values nobody needs to know: `DROP password`. */
export function droppedSecrets(from: WithSecrets, to: WithSecrets): readonly string[] {
  return (from.secrets ?? [])
    .filter((name) => to.secrets?.includes(name) !== true)
    .map((name) => `DROP ${quoteIdentifier(name)}`);
}
