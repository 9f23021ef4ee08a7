/**
 * Plain inheritance, where a table has to leave its parents and come back: what comes from them becomes the table's
 * own by that, but for what a stand-in holds meanwhile; the parents stand in another order, and a NOT NULL can be
 * renamed. Nothing turns what is the table's own into what only comes from a parent, so a change that needs that is
 * refused, and never left half done.
 */
import { sameValue } from "../../catalog/compare.ts";
import { LockstepError } from "../../core/errors.ts";
import type { Fact, FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { attachmentOf } from "../keys.ts";
import { isCreated, isReplaced, type Planning } from "../planning.ts";
import { notNullName } from "../text/column.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { hasPlainHeirsBelow } from "./generation.ts";
import { hasNotNull, isBoundNotNull } from "./not_null_names.ts";
import {
  alterTable,
  childTables,
  counterparts,
  isLinkedAnew,
  lastingCounterparts,
  parentsOf,
  tableOf,
  type TableFact,
} from "./parents.ts";
import {
  isBound,
  isHeld,
  letGo,
  releaseOf,
  standInActions,
  standInFor,
  standInName,
  standInParts,
  standInText,
  successorsOf,
  takeIn,
  type Part,
} from "./stand_in.ts";

export interface Relinking {
  readonly table: TableFact;
  readonly draft: ActionDraft;
}

export function relinkings(planning: Planning): readonly Relinking[] {
  return plainChildren(planning).flatMap((table) =>
    [
      ...standInActions(table, planning),
      ...(isRelinked(table.id, planning) ? [relink(table, planning)] : []),
    ].map((draft) => ({ table, draft })),
  );
}

/** Whether the table leaves all of its parents and comes back to them. */
export function isRelinked(table: FactId | undefined, planning: Planning): boolean {
  const fact = tableOf(planning.to, table);
  return fact !== undefined && isPlainChild(fact, planning) && wantsRelinking(fact, planning);
}

export interface OutOfReach {
  /** Of the to-side. */
  readonly fact: Fact;
  readonly why: string;
  /** What statements lead to; without it, the same declared in the table itself. */
  readonly near?: Fact;
}

/** What no statement brings about. */
export function outOfReach(planning: Planning): readonly OutOfReach[] {
  const altered = [...planning.fates.alters.keys()].flatMap((id) => {
    const [from, fact] = [planning.from.get(id), planning.to.get(id)];
    if (from === undefined || fact === undefined) return [];
    const why = reasonOf(from, fact, planning);
    if (why !== undefined) return [{ fact, why }];
    return [...boundByExpression(from, fact, planning), ...boundByNotNull(from, fact, planning)];
  });
  return [
    ...altered,
    ...partedColumns(planning),
    ...unsupported(planning),
    ...stuckBelow(planning),
    ...stuckChecks(planning),
  ];
}

/** A partition that becomes a plain heir leaves its table with all of it as its own, also what looks the same. */
function partedColumns(planning: Planning): readonly OutOfReach[] {
  return plainChildren(planning).flatMap((table) => {
    if (tableOf(planning.from, table.id)?.payload.partitionOf === undefined) return [];
    return planning.to
      .children(table.id)
      .filter((fact) => isBound(fact) && planning.from.get(fact.id) !== undefined)
      .filter(({ id }) => !planning.fates.alters.has(id) && !isCreated(planning, id))
      .map((fact) => ({ fact, why: onlyFromParent }));
  });
}

/** A NOT NULL that looks the same, and comes from another parent than it did. */
function unsupported(planning: Planning): readonly OutOfReach[] {
  if (planning.major < 18) return [];
  return plainChildren(planning).flatMap((table) => {
    const before = tableOf(planning.from, table.id);
    const isSame =
      sameValue(before?.payload.inherits, table.payload.inherits) &&
      parentsOf(planning.to, table).every(({ id }) => !isReplaced(planning, id));
    if (isSame) return [];
    return planning.to
      .childrenOf("column", table.id)
      .filter(({ id }) => planning.from.get(id) !== undefined && !planning.fates.alters.has(id))
      .filter((fact) => fact.payload.notNull?.inherited === true && !isHandedOver(fact, planning))
      .map((fact) => ({ fact, why: `its NOT NULL: ${onlyFromParent}` }));
  });
}

/**
 * Up to PostgreSQL 16 a generated column's expression is the same above: what holds the column for the table, while that
 * leaves its parents, has the columns that it reads as well, and none of them becomes the table's own meanwhile.
 */
function boundByExpression(from: Fact, to: Fact, planning: Planning): readonly OutOfReach[] {
  const table = tableOf(planning.to, to.parent);
  if (planning.major >= 17 || from.kind !== "column" || to.kind !== "column") return [];
  if (table === undefined || !isPlainChild(table, planning)) return [];
  const isRead = planning.to
    .childrenOf("column", table.id)
    .some((one) => isBound(one) && one.payload.generated && one.references.includes(to.id));
  if (!isRead || !isFreed(from, to, planning)) return [];
  const why =
    "it is to be declared in the table as well, and a generated column from there reads it";
  return [{ fact: to, why, near: { ...to, payload: { ...to.payload, inherited: true } } }];
}

/** What holds a NOT NULL for the table, while that leaves its parents, holds the column as well. */
function boundByNotNull(from: Fact, to: Fact, planning: Planning): readonly OutOfReach[] {
  const table = tableOf(planning.to, to.parent);
  if (planning.major < 18 || from.kind !== "column" || to.kind !== "column") return [];
  if (table === undefined || !isPlainChild(table, planning) || !isFreed(from, to, planning))
    return [];
  if (to.payload.notNull?.inherited !== true || !counterparts(planning.to, to).some(hasNotNull)) {
    return [];
  }
  const why =
    "it is to be declared in the table as well, and its NOT NULL is to come from a parent";
  return [{ fact: to, why, near: { ...to, payload: { ...to.payload, inherited: true } } }];
}

/** A check that is declared here and comes from a parent as well can't be dropped to be made anew. */
function stuckChecks(planning: Planning): readonly OutOfReach[] {
  const why = "it comes from a parent as well, and is to be enforced or looked at otherwise";
  return [...planning.fates.drops].flatMap((id) => {
    const [before, fact] = [planning.from, planning.to].map((side) => side.find("constraint", id));
    if (before === undefined || fact?.payload.type !== "check") return [];
    if (before.payload.inherited === true || !isCreated(planning, id)) return [];
    if (isCreated(planning, fact.parent ?? "") || isLinkedAnew(fact.parent, planning)) return [];
    const isHeldAbove = lastingCounterparts(fact, planning).some(
      (above) => !isReplaced(planning, above.id),
    );
    return isHeldAbove ? [{ fact, why }] : [];
  });
}

/** Up to PostgreSQL 16 only a new column has another expression, and while a parent has the column it can't go. */
function stuckBelow(planning: Planning): readonly OutOfReach[] {
  const why = "it comes from a parent as well and is to be generated otherwise";
  return [...planning.fates.drops].flatMap((id) => {
    const fact = planning.to.find("column", id);
    const table = fact?.parent;
    if (fact === undefined || table === undefined || !isCreated(planning, id)) return [];
    if (isCreated(planning, table) || isRelinked(table, planning)) return [];
    if (isLinkedAnew(table, planning)) return [];
    const isHeldAbove = lastingCounterparts(fact, planning).some(
      (above) => !isReplaced(planning, above.id),
    );
    return isHeldAbove ? [{ fact, why }] : [];
  });
}

export function refuseOutOfReach([first]: readonly OutOfReach[]): void {
  if (first === undefined) return;
  const { fact, why } = first;
  throw new LockstepError("DIFF.INHERITED", `${fact.id}: ${why}, which no statement does`, {
    data: { object: fact.id },
  });
}

const onlyFromParent = "it is declared in the table itself and is to come from its parent alone";

function reasonOf(from: Fact, to: Fact, planning: Planning): string | undefined {
  const table = tableOf(planning.to, to.parent);
  if (table === undefined) return undefined;
  const isColumn = from.kind === "column" && to.kind === "column";
  const stuck = isColumn ? stuckAbove(from, to, planning) : undefined;
  if (stuck !== undefined || !isPlainChild(table, planning)) return stuck;
  if (from.kind === "constraint" && to.kind === "constraint" && to.payload.type === "check") {
    const isBound = from.payload.inherited !== true && to.payload.inherited === true;
    return isBound && lastingCounterparts(to, planning).length > 0 ? onlyFromParent : undefined;
  }
  return isColumn ? columnOutOfReach(from, to, planning) : undefined;
}

/** For the tables below it. */
function stuckAbove(
  from: FactOf<"column">,
  to: FactOf<"column">,
  planning: Planning,
): string | undefined {
  if (isCalledOtherwiseBelow(from, to, planning)) {
    return "its NOT NULL is to be called otherwise than that of a table below";
  }
  return hasPlainHeirsBelow({ from, to }, planning)
    ? "it is to be generated no more, above tables that have others below them"
    : undefined;
}

function columnOutOfReach(
  from: FactOf<"column">,
  to: FactOf<"column">,
  planning: Planning,
): string | undefined {
  const isBound = from.payload.inherited === true;
  if (!isBound && to.payload.inherited === true) return onlyFromParent;
  const isOther = isRetyped(from, to, planning);
  if (isOther && (isHeld(to, planning) || successorsOf(to, planning).length > 0)) {
    return "it is to come from another parent, and with another type";
  }
  if (isHeld(to, planning)) {
    const [before, after] = [from.payload.notNull, to.payload.notNull];
    if (before !== undefined && before.inherited !== true && after?.inherited === true) {
      return `its NOT NULL: ${onlyFromParent}`;
    }
  }
  return notNullOutOfReach(from, to, planning);
}

function isRetyped(from: FactOf<"column">, to: FactOf<"column">, planning: Planning): boolean {
  const { type, collation, generated } = from.payload;
  const after = to.payload;
  return (
    type !== after.type ||
    !sameValue(collation, after.collation) ||
    !sameValue(generated, after.generated) ||
    to.references.some((id) => isReplaced(planning, id))
  );
}

function notNullOutOfReach(
  from: FactOf<"column">,
  to: FactOf<"column">,
  planning: Planning,
): string | undefined {
  const [before, after] = [from.payload.notNull, to.payload.notNull];
  if (after === undefined) return undefined;
  if (after.inherited === true && !isHandedOver(to, planning))
    return `its NOT NULL: ${onlyFromParent}`;
  if (before === undefined) return undefined;
  const isBound = boundAbove(to, planning) > 0;
  if (isBound && before.inherited !== true && after.inherited === true) {
    return `its NOT NULL: ${onlyFromParent}`;
  }
  if (after.notValid === true && before.notValid !== true && isBoundNotNull(to, planning)) {
    return "its NOT NULL comes from a parent as well and is to be as nobody had looked at it";
  }
  if (before.name === after.name || isRelinked(to.parent, planning)) return undefined;
  const parents = counterparts(planning.from, from).filter(hasNotNull).length;
  if (parents > 1) return "its NOT NULL comes from several parents and is to be called otherwise";
  if (!isBound || isRenamedAbove(to, planning)) return undefined;
  return "its NOT NULL comes from a parent and is to be called otherwise";
}

/** Whether a parent brings the NOT NULL: one that stays, or what stands in for one; to come to a parent a table has its own. */
function isHandedOver(to: FactOf<"column">, planning: Planning): boolean {
  return (
    standInFor(to, planning) !== undefined || lastingCounterparts(to, planning).some(hasNotNull)
  );
}

/** A rename takes along the tables below, which have to have had the same name and to get the same. */
function isCalledOtherwiseBelow(
  from: FactOf<"column">,
  to: FactOf<"column">,
  planning: Planning,
): boolean {
  if (!hasNotNull(from) || !hasNotNull(to) || notNullName(from) === notNullName(to)) return false;
  if (from.payload.notNull?.noInherit === true) return false;
  return childTables(planning.to, to.parent).some(({ id }) => {
    const [before, after] = [planning.from, planning.to].map((side) =>
      side.childrenOf("column", id).find(({ name }) => name.name === to.name.name),
    );
    if (before?.payload.notNull === undefined || after?.payload.notNull === undefined) return false;
    const isBound = lastingCounterparts(after, planning).some((above) => above.id === to.id);
    return (
      isBound &&
      (notNullName(before) !== notNullName(from) || notNullName(after) !== notNullName(to))
    );
  });
}

/** The parents that have a NOT NULL there, before and after. */
function boundAbove(column: FactOf<"column">, planning: Planning): number {
  return lastingCounterparts(column, planning).filter((above) => {
    const before = planning.from.get(above.id);
    return hasNotNull(above) && before !== undefined && hasNotNull(before);
  }).length;
}

function isRenamedAbove(column: FactOf<"column">, planning: Planning): boolean {
  const [before, after] = [planning.from, planning.to].map((side) =>
    side.find("column", column.id),
  );
  if (before === undefined || after === undefined) return false;
  return lastingCounterparts(column, planning).some(({ id }) => {
    const [old, now] = [planning.from.find("column", id), planning.to.find("column", id)];
    if (old === undefined || now === undefined) return false;
    return (
      notNullName(old) === notNullName(before) &&
      notNullName(now) === notNullName(after) &&
      notNullName(old) !== notNullName(now)
    );
  });
}

function plainChildren(planning: Planning): readonly TableFact[] {
  const tables = [...planning.to.ofKind("table"), ...planning.to.ofKind("foreign_table")];
  return tables.filter((table) => isPlainChild(table, planning));
}

/** On both sides, and not made again. */
function isPlainChild(table: TableFact, { from, fates }: Planning): boolean {
  if (table.payload.inherits === undefined || fates.creates.has(table.id)) return false;
  return tableOf(from, table.id) !== undefined;
}

function wantsRelinking(table: TableFact, planning: Planning): boolean {
  if (isOrderOther(table, planning)) return true;
  return planning.to.childrenOf("column", table.id).some((to) => {
    const from = planning.from.find("column", to.id);
    if (from === undefined || isCreated(planning, to.id)) return false;
    if (isFreed(from, to, planning)) return true;
    const isCalledOtherwise =
      hasNotNull(from) && hasNotNull(to) && from.payload.notNull?.name !== to.payload.notNull?.name;
    return isCalledOtherwise && boundAbove(to, planning) > 0 && !isRenamedAbove(to, planning);
  });
}

/** It comes from a parent, and is to be declared in the table as well. */
function isFreed(from: FactOf<"column">, to: FactOf<"column">, planning: Planning): boolean {
  const isOwn = from.payload.inherited === true && to.payload.inherited !== true;
  return isOwn && isKeptAbove(to, planning);
}

function isKeptAbove(column: FactOf<"column">, planning: Planning): boolean {
  return lastingCounterparts(column, planning).some(
    ({ id }) => planning.from.get(id) !== undefined,
  );
}

/** A parent that comes is put behind those that stay. */
function isOrderOther(table: TableFact, planning: Planning): boolean {
  const before = (tableOf(planning.from, table.id)?.payload.inherits ?? []).map(parentId);
  const after = (table.payload.inherits ?? []).map(parentId);
  const stays = before.filter((id) => after.includes(id) && !isReplaced(planning, id));
  const reached = [...stays, ...after.filter((id) => !stays.includes(id))];
  return reached.some((id, position) => id !== after[position]);
}

function parentId(name: QualifiedName): FactId {
  return factId("table", name);
}

/** What the table is to have from its parents alone: without a stand-in, leaving them would make it the table's own. */
function boundParts(table: TableFact, due: readonly Rename[], { to }: Planning): readonly Part[] {
  return to.children(table.id).flatMap((fact): readonly Part[] => {
    if (fact.kind === "constraint") return isBound(fact) ? [fact] : [];
    if (fact.kind !== "column") return [];
    const { notNull, ...payload } = fact.payload;
    const isNotNullBound = notNull?.inherited === true && counterparts(to, fact).some(hasNotNull);
    if (!isBound(fact) && !isNotNullBound) return [];
    const old = due.find(({ from }) => from.id === fact.id)?.from;
    const named = { ...notNull, ...(old === undefined ? {} : { name: notNullName(old) }) };
    return [{ ...fact, payload: isNotNullBound ? { ...payload, notNull: named } : payload }];
  });
}

interface Rename {
  readonly from: FactOf<"column">;
  readonly to: FactOf<"column">;
}

/** NOT NULLs that can only be renamed while the table is away from its parents. */
function renamesDue(table: TableFact, planning: Planning): readonly Rename[] {
  return planning.to.childrenOf("column", table.id).flatMap((to) => {
    const from = planning.from.find("column", to.id);
    if (from === undefined || isCreated(planning, to.id) || !hasNotNull(from) || !hasNotNull(to)) {
      return [];
    }
    if (notNullName(from) === notNullName(to) || boundAbove(to, planning) === 0) return [];
    return isRenamedAbove(to, planning) ? [] : [{ from, to }];
  });
}

function relink(table: TableFact, planning: Planning): ActionDraft {
  const name = `${alterTable(table.kind)} ${ownName(table)}`;
  const parents = (table.payload.inherits ?? []).map(qualified);
  const due = renamesDue(table, planning);
  const bound = boundParts(table, due, planning);
  const standIn = bound.length === 0 ? undefined : standInName(table.id, planning);
  const renames = due.map(({ from, to }) => {
    const isShared = standIn !== undefined && to.payload.notNull?.inherited === true;
    const owner = `ALTER TABLE ${isShared ? qualified(standIn) : ownName(table)}`;
    return `${owner} RENAME CONSTRAINT ${quoted(notNullName(from))} TO ${quoted(notNullName(to))}`;
  });
  const own = planning.to
    .children(table.id)
    .filter(({ kind }) => kind === "constraint" || kind === "column");
  const above = parentsOf(planning.to, table).flatMap(({ id }) => planning.to.children(id));
  return {
    verb: "alter",
    key: `relink ${table.id}`,
    statements: [
      ...(standIn === undefined
        ? []
        : takeIn(
            table,
            standIn,
            standInText(standInParts(bound, planning.to, planning), planning),
          )),
      ...parents.map((parent) => `${name} NO INHERIT ${parent}`),
      ...renames,
      ...parents.map((parent) => `${name} INHERIT ${parent}`),
      ...(standIn === undefined ? [] : letGo(table, standIn)),
    ],
    makes: [],
    needs: [
      table.id,
      attachmentOf(table.id),
      releaseOf(table.id),
      ...own.map(({ id }) => id),
      ...above.filter(({ kind }) => kind === "constraint" || kind === "column").map(({ id }) => id),
    ],
  };
}
