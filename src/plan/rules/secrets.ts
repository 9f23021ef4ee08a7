/**
 * Secrets in options. The catalog names the options and holds no values: a plan writes where a value is to be had, and
 * it is put in when the plan is applied. Where nothing tells that, a plan that would have to write one is refused by
 * name. One that both sides have stays as the target has it.
 */
import { LockstepError } from "../../core/errors.ts";
import type { Options } from "../../catalog/payloads/relations.ts";
import type { Planning } from "../planning.ts";
import { quoteIdentifier } from "../../sql/quote.ts";

export interface WithSecrets {
  readonly secrets?: readonly string[];
}

interface SecretHolder {
  readonly id: string;
  readonly payload: WithSecrets;
  readonly secretReferences?: Readonly<Record<string, string>>;
}

/**
 * The options that have to be written and are secrets, each with its reference. Refuses one that has none; a dump leaves
 * it out instead, and says so.
 */
export function secretOptions(
  { id, payload, secretReferences = {} }: SecretHolder,
  { from, planning }: { readonly from?: WithSecrets; readonly planning: Planning },
): Options {
  const written = (payload.secrets ?? []).filter((name) => from?.secrets?.includes(name) !== true);
  const unknown = written.filter((name) => secretReferences[name] === undefined);
  if (unknown.length > 0 && planning.options.asDump !== true) {
    throw new LockstepError(
      "DIFF.SECRET",
      `${id} needs a value for ${unknown.join(", ")}, a secret that a plan does not hold`,
      { data: { object: id, options: unknown } },
    );
  }
  return Object.fromEntries(
    written.flatMap((name) => {
      const reference = secretReferences[name];
      return reference === undefined ? [] : [[name, reference] as const];
    }),
  );
}

/** Options that go away and whose values nobody needs to know: `DROP password`. */
export function droppedSecrets(from: WithSecrets, to: WithSecrets): readonly string[] {
  return (from.secrets ?? [])
    .filter((name) => to.secrets?.includes(name) !== true)
    .map((name) => `DROP ${quoteIdentifier(name)}`);
}
