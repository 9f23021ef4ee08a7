/** Dropping needs a word: a plan that drops what nobody named is refused with the list of it. */
import { LockstepError } from "../core/errors.ts";
import { isKind, kindFamilies, kindsCalled } from "../catalog/kind_words.ts";
import { kindEntry, kinds } from "../catalog/kinds.ts";
import type { DroppedObject, SchemaPlan } from "./schema_plan.ts";

/** `hints`: what may be meant instead of the drops, one line each. */
export function refuseDrops(
  plan: SchemaPlan,
  allowed: readonly string[],
  hints: readonly string[] = [],
): void {
  const words = new Set(allowed.map((word) => word.trim().toLowerCase()));
  for (const word of words) refuseUnknown(word);
  if (words.has("all")) return;
  const named = new Set<string>([...words].flatMap((word) => kindsCalled(word) ?? []));
  const refused = plan.drops.filter(({ kind }) => !named.has(kind));
  if (refused.length === 0) return;
  const missing = [...new Set(refused.map(({ kind }) => kind))].toSorted();
  const [first] = refused;
  const more = refused.length === 1 ? "" : ` and ${refused.length - 1} more`;
  throw new LockstepError("DIFF.DROPS", `the plan drops ${first?.object ?? ""}${more}`, {
    notes: [...refused.map(({ object }) => object), ...hints],
    next: `repeat the command with --allow-drop ${[...words, ...missing].join(",")} if that is what you want`,
    data: { drops: refused.map(({ kind, object }: DroppedObject) => ({ kind, object })) },
  });
}

function refuseUnknown(word: string): void {
  if (word === "all" || kindsCalled(word) !== undefined) return;
  throw new LockstepError("USAGE.INVALID", `--allow-drop knows no kind ${JSON.stringify(word)}`, {
    notes: [
      `kinds: ${droppableKinds().join(", ")}`,
      `${Object.keys(kindFamilies).join(" and ")} are all of theirs`,
    ],
  });
}

function droppableKinds(): readonly string[] {
  return Object.keys(kinds).filter((kind) => isKind(kind) && kindEntry(kind).keyword !== undefined);
}
