/**
 * What an extension makes and what was taken out of it. Where the extension is made in the same plan the object comes with
 * it and is taken out again; a routine is replaced besides, which its own rule does. What has parts that are facts of
 * their own, such as a table, stays too when it is as the extension makes it, parts and all; else it is dropped and made.
 */
import type { TakenOut } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { Kind } from "../../catalog/kinds.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, type Planning } from "../planning.ts";
import { notNullOf, roomFor, shellOf } from "../keys.ts";
import type { Side } from "../side.ts";
import { quoted } from "../text/names.ts";

const partless: ReadonlySet<Kind> = new Set<Kind>([
  ...(["operator", "operator_class", "operator_family", "cast", "enum"] as const),
  ...(["range", "base_type", "collation", "conversion", "aggregate"] as const),
  ...(["text_search_configuration", "text_search_dictionary", "text_search_parser"] as const),
  ...(["text_search_template", "language", "access_method", "foreign_data_wrapper"] as const),
  ...(["event_trigger", "transform"] as const),
]);

/** What comes and goes with the fact that it is a part of. */
const parts: ReadonlySet<Kind> = new Set<Kind>([
  ...(["column", "attribute", "default", "constraint", "index"] as const),
  ...(["trigger", "rule", "policy", "statistics"] as const),
]);

const withParts: ReadonlySet<Kind> = new Set<Kind>([
  ...(["table", "foreign_table", "view", "materialized_view"] as const),
  ...(["sequence", "domain", "composite"] as const),
]);

interface MayBeTakenOut {
  readonly id: FactId;
  readonly kind: Kind;
  readonly parent: FactId | undefined;
  readonly takenOut?: TakenOut;
}

/** Undefined: its rule makes it. */
export function takingOut(
  fact: MayBeTakenOut,
  planning: Planning,
): readonly ActionDraft[] | undefined {
  if (!isKept(fact, planning)) return undefined;
  if (parts.has(fact.kind)) return [];
  const taken = statementOf(fact, planning);
  if (taken === undefined) return undefined;
  const { extension, statement } = taken;
  const makes = [fact.id, ...partsOf(fact, planning.to)];
  return [{ verb: "create", statements: [statement], makes, needs: [extension] }];
}

/** Undefined where nothing is in the way of what a rule makes. What relies on the old one has gone before. */
export function makingRoom(fact: MayBeTakenOut, planning: Planning): ActionDraft | undefined {
  const taken = roomTaken(fact, planning);
  if (taken === undefined) return undefined;
  const { extension, object, statement } = taken;
  const room = roomFor(fact.id);
  const referrers = [fact.id, ...partsOf(fact, planning.to)]
    .flatMap((id) => planning.to.referrers(id))
    .map((referrer) => wholeOf(referrer, planning))
    .filter((other) => other !== undefined && other.id !== fact.id)
    .filter((other) => roomTaken(other, planning) !== undefined);
  const before = referrers.flatMap((other) => (other === undefined ? [] : [roomFor(other.id)]));
  return {
    verb: "create",
    key: `make ${room}`,
    statements: [statement, `DROP ${object}`],
    makes: [room],
    needs: [extension, ...new Set(before)],
  };
}

function roomTaken(fact: MayBeTakenOut | undefined, planning: Planning): Taken | undefined {
  if (fact === undefined || !withParts.has(fact.kind) || isKept(fact, planning)) return undefined;
  return statementOf(fact, planning);
}

/** It stays as the extension makes it, or is a part of what does; what relies on something made again does not stay. */
function isKept(
  fact: MayBeTakenOut | undefined,
  planning: Planning,
  above: ReadonlySet<FactId> = new Set(),
): boolean {
  const whole = fact === undefined ? undefined : wholeOf(fact, planning);
  if (whole === undefined || statementOf(whole, planning) === undefined) return false;
  if (!withParts.has(whole.kind)) return partless.has(whole.kind);
  if (whole.takenOut?.isWhole !== true) return false;
  const seen = new Set([...above, whole.id]);
  return [whole.id, ...partsOf(whole, planning.to)]
    .flatMap((id) => planning.to.get(id)?.references ?? [])
    .map((id) => planning.to.get(id))
    .map((needed) => (needed === undefined ? undefined : wholeOf(needed, planning)))
    .every(
      (needed) =>
        needed === undefined ||
        seen.has(needed.id) ||
        !withParts.has(needed.kind) ||
        statementOf(needed, planning) === undefined ||
        isKept(needed, planning, seen),
    );
}

/** Of a part, what it is a part of. */
function wholeOf(fact: MayBeTakenOut, planning: Planning): MayBeTakenOut | undefined {
  if (!parts.has(fact.kind)) return fact;
  const parent = planning.to.get(fact.parent ?? "");
  return parent === undefined ? undefined : wholeOf(parent, planning);
}

function partsOf({ id, kind }: MayBeTakenOut, side: Side): readonly string[] {
  const below = side.children(id).filter((part) => parts.has(part.kind));
  return [
    ...(kind === "base_type" ? [shellOf(id)] : []),
    ...below.flatMap((part) => [
      part.id,
      ...(part.kind === "column" ? [notNullOf(part)] : []),
      ...partsOf(part, side),
    ]),
  ];
}

interface Taken {
  readonly extension: FactId;
  readonly object: string;
  readonly statement: string;
}

/** Undefined where the extension is there already, or it was never the extension's. */
function statementOf({ takenOut }: MayBeTakenOut, planning: Planning): Taken | undefined {
  if (takenOut === undefined) return undefined;
  const extension = factId("extension", { name: takenOut.extension });
  if (!isCreated(planning, extension)) return undefined;
  const { object } = takenOut;
  const statement = `ALTER EXTENSION ${quoted(takenOut.extension)} DROP ${object}`;
  return { extension, object, statement };
}
