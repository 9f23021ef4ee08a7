/**
 * Foreign keys of partitions that come with one of the partitioned table. The server gives each the name of that, or one
 * of its own choice where another constraint of the partition is called so.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { quoted } from "../text/names.ts";
import { isLinkedAnew, keyAbove, keysAbove, tableOf, tablesBelow } from "./parents.ts";

type Constraint = FactOf<"constraint">;

/**
 * A partition's foreign key comes with the name that it has above, and may be called otherwise: with that of the nearest
 * one that is there already, or else of the highest, since all below have got that by the time that one is renamed.
 */
export function renamedBelow(
  fact: Constraint,
  owner: string,
  planning: Planning,
): readonly string[] {
  const key = namedAfter(fact, planning);
  if (key === undefined || key.name.name === fact.name.name) return [];
  if (wasCalledOtherwise(fact, planning)) return [];
  const names = `${quoted(key.name.name)} TO ${quoted(fact.name.name)}`;
  return [`${owner} RENAME CONSTRAINT ${names}`];
}

/** One that was there is renamed where its old name goes. */
function wasCalledOtherwise(fact: Constraint, planning: Planning): boolean {
  return planning.from
    .childrenOf("constraint", fact.parent ?? "")
    .some((one) => successorOf(one, planning)?.id === fact.id);
}

/**
 * What a part is called afterwards that stays where it is. Nothing drops it by itself, so one of another name is the same:
 * it is renamed instead.
 */
export function successorOf(fact: Constraint, planning: Planning): Constraint | undefined {
  const { from, to } = planning;
  const above = keyAbove(fact, from);
  if (above === undefined || isDropped(planning, above.id) || to.get(fact.id) !== undefined) {
    return undefined;
  }
  if (isLinkedAnew(fact.parent, planning) || isDropped(planning, fact.parent ?? "")) {
    return undefined;
  }
  return to
    .childrenOf("constraint", fact.parent ?? "")
    .find((one) => from.get(one.id) === undefined && keyAbove(one, to)?.id === above.id);
}

/** The key above, where a part that stays is to be as nobody had looked at it, and called otherwise. */
export function keyToMakeAgain(fact: Constraint, planning: Planning): FactId | undefined {
  const successor = successorOf(fact, planning);
  if (successor?.payload.notValid !== true || fact.payload.notValid === true) return undefined;
  return keyAtTop(fact, planning.from).id;
}

/** The key that it comes from in the end: those between are parts themselves, and are not made again by themselves. */
export function keyAtTop(fact: Constraint, side: Side): Constraint {
  const above = keyAbove(fact, side);
  return above === undefined ? fact : keyAtTop(above, side);
}

/** The part, under the name that it had. */
export function formerOf(part: FactId): string {
  return `former ${part}`;
}

function namedAfter(fact: Constraint, planning: Planning): Constraint | undefined {
  let key = keyAbove(fact, planning.to);
  while (key !== undefined && isCreated(planning, key.id)) {
    const next = keyAbove(key, planning.to);
    if (next === undefined) break;
    key = next;
  }
  return key;
}

/**
 * A part of a new foreign key whose usual name another constraint of its table has: which one the server would choose
 * instead nobody knows. Made before the key above it is taken up by that, under its own name.
 */
export function isMadeFirst(fact: Constraint, planning: Planning): boolean {
  const key = isCreated(planning, fact.id) ? namedAfter(fact, planning) : undefined;
  if (key === undefined || !isCreated(planning, key.id)) return false;
  if (key.name.name === fact.name.name) return false;
  return [planning.from, planning.to].some((side) =>
    side
      .childrenOf("constraint", fact.parent ?? "")
      .some(({ id, name }) => name.name === key.name.name && id !== fact.id),
  );
}

/** Those below that have to be there before it. */
export function madeFirstBelow(fact: Constraint, planning: Planning): readonly string[] {
  if (fact.payload.type !== "foreign key") return [];
  return tablesBelow(planning.to, fact.parent).flatMap((table) =>
    planning.to
      .childrenOf("constraint", table)
      .filter((one) => one.payload.type === "foreign key" && isMadeFirst(one, planning))
      .filter((one) => isPartBelow(one, fact, planning))
      .map(({ id }) => id),
  );
}

/** Whether the one is a part of the other, or of a part of it. */
function isPartBelow(part: Constraint, fact: Constraint, planning: Planning): boolean {
  const key = keyAbove(part, planning.to);
  return key !== undefined && (key.id === fact.id || isPartBelow(key, fact, planning));
}

/**
 * The keys above that a partition's own foreign key looks like. The server would take it for their part when its table is
 * attached, or when one of them is made, so it comes after both.
 */
export function keysAlike(fact: Fact, side: Side): readonly Constraint[] {
  if (fact.kind !== "constraint" || fact.payload.type !== "foreign key") return [];
  const isPart = fact.payload.inherited === true;
  const isBound = tableOf(side, fact.parent)?.payload.partitionOf !== undefined;
  return isPart || !isBound ? [] : keysAbove(fact, side);
}

/** The table's own that look like one above. */
export function ownAlike(table: string, side: Side): readonly Constraint[] {
  return side.childrenOf("constraint", table).filter((fact) => keysAlike(fact, side).length > 0);
}

/** Those in tables below that look like this one, which have to be made again after it. */
export function alikeBelow(fact: Constraint, side: Side): readonly Constraint[] {
  if (fact.payload.type !== "foreign key") return [];
  return tablesBelow(side, fact.parent)
    .flatMap((table) => ownAlike(table, side))
    .filter((own) => keysAlike(own, side).some(({ id }) => id === fact.id));
}
