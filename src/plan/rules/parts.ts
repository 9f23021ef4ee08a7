/**
 * Parts: the indexes and keys of partitions that hang on one of the partitioned table's. When that one is made, or a
 * partition attached, the server takes up whatever looks alike, the oldest first; nothing parts the two again but the
 * end of either table's, or the partition's leave. So where a partition has two that look alike, each part is named.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { IndexShape } from "../../catalog/payloads/relations.ts";
import { attachmentOf } from "../keys.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { qualified } from "../text/names.ts";
import { keysAlike } from "./foreign_key_parts.ts";
import { hasIndex } from "./key.ts";
import { childTables, isLinkedAnew, leavesParent, parentsOf, tableOf } from "./parents.ts";

export type Part = FactOf<"index"> | FactOf<"constraint">;

/** The id of the partitioned table's index or key that this one is a part of. */
export function aboveOf(part: Part, side: Side): FactId | undefined {
  if (part.kind === "index") {
    const { attachedTo } = part.payload;
    return attachedTo === undefined ? undefined : factId("index", attachedTo);
  }
  if (!hasIndex(part.payload) || part.payload.attachedTo === undefined) return undefined;
  const { schema, name } = part.payload.attachedTo;
  return part.references.find((id) => {
    // A partition's key may be a part of a plain index just as well.
    const other = side.find("constraint", id) ?? side.find("index", id);
    return other?.name.name === name && other.name.schema === schema;
  });
}

/** The parts of a partitioned table's index or key, one per partition; of another table's there are none. */
export function partsOf(above: FactId, side: Side): readonly Part[] {
  const table = side.find("table", side.get(above)?.parent);
  if (table?.payload.partitionKey === undefined) return [];
  return side
    .referrers(above)
    .flatMap((fact) => (isPart(fact) && aboveOf(fact, side) === above ? [fact] : []));
}

/** Whether a part of it, or of a part of it, is a key: DROP INDEX does not take along a constraint of another table. */
export function hasKeyBelow(above: FactId, planning: Planning): boolean {
  return partsOf(above, planning.from).some(
    (part) =>
      !leavesParent(part.parent, planning) &&
      (part.kind === "constraint" || hasKeyBelow(part.id, planning)),
  );
}

/** Made without its parts, for it lacks some or the server could take up others. */
export function isMadeAlone(above: Part, planning: Planning): boolean {
  const table = planning.to.find("table", above.parent);
  if (table?.payload.partitionKey === undefined) return false;
  if (shapeOf(above)?.invalid === true) return true;
  if (lookOf(above) === undefined) return false;
  return partsOf(above.id, planning.to).some((part) => hasLookalike(part, planning));
}

/** Statements for an index or a key that is made alone. */
export function takeUp(above: Part, planning: Planning): readonly string[] {
  if (!isMadeAlone(above, planning)) return [];
  return partsOf(above.id, planning.to).map((part) => attachPart(above, part));
}

/** What has to be there before: its parts, and where each is named, their tables in their places. */
export function partsFirst(above: Part, planning: Planning): readonly string[] {
  // The server makes them with it.
  const parts = isIncomparable(above) ? [] : partsOf(above.id, planning.to);
  const tables = isMadeAlone(above, planning) ? parts.map(({ parent }) => parent ?? "") : [];
  return [...parts.map(({ id }) => id), ...tables, ...tables.map(attachmentOf)];
}

/** Told to a part of an index or a key above that stands, and whose partition was in its place before. */
export function joinAbove(part: Part, planning: Planning): readonly string[] {
  const id = aboveOf(part, planning.to);
  const above = id === undefined ? undefined : planning.to.get(id);
  if (above === undefined || !isPart(above) || isCreated(planning, above.id)) return [];
  // A partition that is attached brings its parts along.
  if (isNewlyPlaced(part.parent, planning)) return [];
  return [attachPart(above, part)];
}

/** The index or key above, which has to be made again when a part goes and its table stays a partition. */
export function aboveToMakeAgain(part: Part, planning: Planning): FactId | undefined {
  const above = aboveOf(part, planning.from);
  const table = part.parent ?? "";
  if (above === undefined || isDropped(planning, above) || isDropped(planning, table))
    return undefined;
  if (leavesParent(table, planning) || planning.to.get(above) === undefined) return undefined;
  return above;
}

/** Whether it becomes valid by the parts that it lacked: each of its partitions has one, or is told of one. */
export function isCompleted(above: Part, planning: Planning): boolean {
  const before = planning.from.get(above.id);
  const table = planning.to.find("table", above.parent);
  if (before === undefined || !isPart(before) || table?.payload.partitionKey === undefined) {
    return false;
  }
  if (shapeOf(before)?.invalid !== true || shapeOf(above)?.invalid === true) return false;
  // Nothing can be told to be a part of one.
  if (isIncomparable(above)) return false;
  const had = new Set(partsOf(above.id, planning.from).map(({ parent }) => parent));
  const has = new Set(partsOf(above.id, planning.to).map(({ parent }) => parent));
  return childTables(planning.from, above.parent).every(
    ({ id }) =>
      had.has(id) || (has.has(id) && !isNewlyPlaced(id, planning) && !isDropped(planning, id)),
  );
}

/**
 * What a table that is attached may have only afterwards: it looks like a part of what the partitioned table has
 * already, and the server could take it for that.
 */
export function rivals(table: FactId, planning: Planning): readonly Part[] {
  const fact = tableOf(planning.to, table);
  const [parent] = fact?.payload.partitionOf === undefined ? [] : parentsOf(planning.to, fact);
  if (parent === undefined || !isNewlyPlaced(table, planning)) return [];
  const parts = planning.to.children(table).filter(isPart);
  const chosen = parts.filter((part) => {
    const above = aboveOf(part, planning.to);
    return above !== undefined && !isCreated(planning, above);
  });
  return parts.filter((part) => {
    const isFree = aboveOf(part, planning.to) === undefined;
    return isFree && chosen.some((other) => lookOf(other) === lookOf(part));
  });
}

/**
 * Indexes and keys above that stand and have no part in a partition that comes: attached under them it would get one,
 * whether they are valid or not. They go before and come back after.
 */
export function partless(table: FactId, planning: Planning): readonly Part[] {
  const fact = planning.to.find("table", table);
  const [parent] = fact?.payload.partitionOf === undefined ? [] : parentsOf(planning.to, fact);
  if (parent === undefined || !isNewlyPlaced(table, planning)) return [];
  return planning.to
    .children(parent.id)
    .filter(isPart)
    .filter(
      (above) => shapeOf(above)?.invalid === true && planning.from.get(above.id) !== undefined,
    )
    .filter(({ id }) => partsOf(id, planning.to).every((part) => part.parent !== table));
}

export function comesAfterAttachment(part: Fact, planning: Planning): readonly string[] {
  const alike = keysAlike(part, planning.to);
  if (alike.length > 0) return [attachmentOf(part.parent), ...alike.map(({ id }) => id)];
  if (!isPart(part) || part.parent === undefined) return [];
  const isRival = rivals(part.parent, planning).some(({ id }) => id === part.id);
  // It can't be taken up: the server makes another.
  const isMadeThere = isIncomparable(part) && aboveOf(part, planning.to) !== undefined;
  return isRival || isMadeThere ? [attachmentOf(part.parent)] : [];
}

function isNewlyPlaced(table: FactId | undefined, planning: Planning): boolean {
  if (table === undefined) return false;
  return (
    isCreated(planning, table) || isLinkedAnew(table, planning) || leavesParent(table, planning)
  );
}

/** Whether the table has others, on either side, that the server could take for this part. */
function hasLookalike(part: Part, { from, to }: Planning): boolean {
  const look = lookOf(part);
  const above = aboveOf(part, to);
  const isOther = (other: Fact, side: Side): boolean =>
    isPart(other) &&
    other.id !== part.id &&
    lookOf(other) === look &&
    // What hung on the old one of this name is gone with that.
    (side === to || aboveOf(other, from) !== above);
  return [from, to].some((side) =>
    side.children(part.parent ?? "").some((other) => isOther(other, side)),
  );
}

/** What the server compares, and no more; undefined: nothing that has parts. */
function lookOf(part: Part): string | undefined {
  const shape = shapeOf(part);
  if (shape === undefined || isIncomparable(part)) return undefined;
  const { method, keys, include } = shape;
  const isUnique = part.kind === "index" ? part.payload.unique : true;
  const named = keys.map(({ column, expression }) => column ?? `(${expression ?? ""})`);
  return JSON.stringify([method ?? "btree", isUnique === true, named, include ?? []]);
}

function shapeOf(part: Part): IndexShape | undefined {
  if (part.kind === "index") return part.payload;
  return hasIndex(part.payload) ? part.payload.index : undefined;
}

/** Exclusion constraints, and keys WITHOUT OVERLAPS, which are such ones inside: the server compares no two of them. */
export function isIncomparable(part: Part): boolean {
  if (part.kind !== "constraint" || !hasIndex(part.payload)) return false;
  return part.payload.type === "exclusion" || part.payload.withoutOverlaps === true;
}

function isPart(fact: Fact): fact is Part {
  return fact.kind === "index" || (fact.kind === "constraint" && hasIndex(fact.payload));
}

function attachPart(above: Part, part: Part): string {
  return `ALTER INDEX ${relation(above)} ATTACH PARTITION ${relation(part)}`;
}

/** An index has its own name, and so has the one behind a key. */
function relation({ name: { schema = "public", name } }: Part): string {
  return qualified({ schema, name });
}
