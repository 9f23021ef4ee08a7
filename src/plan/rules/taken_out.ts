/**
 * What an extension makes and what was taken out of it. Where the extension is made in the same plan the object comes with
 * it and is taken out again; a routine is replaced besides, which its own rule does. What has parts that are facts of their
 * own is made as ever.
 */
import type { TakenOut } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { Kind } from "../../catalog/kinds.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, type Planning } from "../planning.ts";
import { shellOf } from "../keys.ts";
import { quoted } from "../text/names.ts";

const partless: ReadonlySet<Kind> = new Set<Kind>([
  ...(["operator", "operator_class", "operator_family", "cast", "enum"] as const),
  ...(["range", "base_type", "collation", "conversion", "aggregate"] as const),
  ...(["text_search_configuration", "text_search_dictionary"] as const),
]);

interface MayBeTakenOut {
  readonly id: FactId;
  readonly kind: Kind;
  readonly takenOut?: TakenOut;
}

/** Undefined: its rule makes it. */
export function takingOut(
  fact: MayBeTakenOut,
  planning: Planning,
): readonly ActionDraft[] | undefined {
  const { takenOut } = fact;
  if (takenOut === undefined || !partless.has(fact.kind)) return undefined;
  const extension = factId("extension", { name: takenOut.extension });
  if (!isCreated(planning, extension)) return undefined;
  const statement = `ALTER EXTENSION ${quoted(takenOut.extension)} DROP ${takenOut.object}`;
  const makes = fact.kind === "base_type" ? [fact.id, shellOf(fact.id)] : [fact.id];
  return [{ verb: "create", statements: [statement], makes, needs: [extension] }];
}
