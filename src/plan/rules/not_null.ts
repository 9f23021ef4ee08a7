/**
 * NOT NULL as a constraint: it has a name since PostgreSQL 18, may be not valid yet, and may come from a parent table
 * alone. What comes with the parent's change needs no statement here.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import type { NotNullPayload } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, type Planning } from "../planning.ts";
import type { Change } from "../rule.ts";
import { notNullName } from "../text/column.ts";
import { qualified, quoted, relationName } from "../text/names.ts";
import { apart } from "./apart.ts";
import { awayOf, detachmentOf, notNullOf, nullableOf, standInOf, unboundOf } from "../keys.ts";
import { commentOn } from "./attached.ts";
import { setNotNull } from "./column_settings.ts";
import {
  alterTable,
  counterparts,
  isLinkedAnew,
  lastingCounterparts,
  keysOnRows,
  staysBound,
  tableOf,
  tablesBelow,
} from "./parents.ts";
import { comesLate } from "./late_not_null.ts";
import {
  belowIds,
  freeConstraintName,
  heldNames,
  isBoundNotNull,
  named,
  validBelow,
} from "./not_null_names.ts";
import { namedApart } from "./not_null_apart.ts";
import { isRelinked } from "./relink.ts";
import { inStandIn, isHeld, standInFor } from "./stand_in.ts";

export function notNullChange(
  change: Change<"column">,
  planning: Planning,
): readonly ActionDraft[] {
  const before = declared(change.from.payload.notNull);
  const after = declared(change.to.payload.notNull);
  if (sameValue(before, after)) return inheritedChange(change, planning);
  const isDone = isDoneAbove(change.to, planning);
  const isMoved = isDone && isParents(change, planning);
  if (before === undefined && comesLate(change.to, planning)) return [];
  if (before === undefined || after === undefined) {
    if (isMoved || comesFromAbove(change.to, planning) || goesAbove(change, planning)) {
      return namedApart(change.to, planning);
    }
    return after === undefined ? [loosen(change, planning)] : [tighten(change, planning)];
  }
  const inherited = isDone ? undefined : inheritance(change, planning);
  if (inherited !== undefined) return inherited;
  if (after.notValid !== true || before.notValid === true) {
    return settings(change, planning, isDone);
  }
  return isMoved ? [] : unvalidate(change, planning);
}

/** Nothing takes back that somebody looked at its rows, but a new one. */
function unvalidate(change: Change<"column">, planning: Planning): readonly ActionDraft[] {
  const again = tighten(change, planning);
  const statements = [...(again.statements ?? []), ...validBelow(change.to, planning)];
  const loose = loosen(change, planning);
  if (!isBoundNotNull(change.to, planning)) return [loose, { ...again, statements }];
  // It goes only while its table is away from what has it above.
  const { parent } = change.to;
  return [
    {
      ...again,
      statements: apart(change.to, planning, [...(loose.statements ?? []), ...statements]),
      makes: [...(again.makes ?? []), awayOf(parent)],
      claims: keysOnRows(parent, planning).map(({ id }) => `constraint ${id}`),
    },
  ];
}

/** The same one, which comes from a table above or no longer does. */
function inheritedChange(change: Change<"column">, planning: Planning): readonly ActionDraft[] {
  const { from, to } = change;
  const [before, after] = [from.payload.notNull?.inherited, to.payload.notNull?.inherited];
  if (isHeld(to, planning)) return [];
  if (before === after || from.payload.notNull === undefined) return [];
  if (isLinkedAnew(to.parent, planning) || isRelinked(to.parent, planning)) return [];
  const isBoundAbove = parents(to, planning).some((above) => above.before && above.after);
  if (after === true) {
    if (isBoundAbove) return leaveToParent(change, planning);
    if (!becomesParents(change, planning)) return [];
    return [{ ...loosen(change, planning), needs: [] }];
  }
  // Said in the table as well, it becomes the table's own and stays what it is.
  return isBoundAbove || losesParents(change, planning) ? [tighten(change, planning)] : [];
}

/** Only what a partition comes to its parent with is the parent's alone; it comes once, for all of its columns. */
function leaveToParent({ to }: Change<"column">, planning: Planning): readonly ActionDraft[] {
  if (tableOf(planning.to, to.parent)?.payload.partitionOf === undefined) return [];
  const [first] = planning.to
    .childrenOf("column", to.parent ?? "")
    .filter((column) => isLeftToParent(column, planning));
  if (first?.id !== to.id) return [];
  return [
    {
      verb: "alter",
      key: `alter ${to.id} not null`,
      statements: apart(to, planning),
      makes: [to.id, notNullOf(to), awayOf(to.parent)],
      claims: keysOnRows(to.parent, planning).map(({ id }) => `constraint ${id}`),
    },
  ];
}

function isLeftToParent(column: FactOf<"column">, planning: Planning): boolean {
  const [before, after] = [
    planning.from.find("column", column.id)?.payload.notNull,
    column.payload.notNull,
  ];
  if (!sameValue(declared(before), declared(after))) return false;
  if (before?.inherited === true || after?.inherited !== true) return false;
  return parents(column, planning).some((above) => above.before && above.after);
}

/** What a table above takes along or brings; undefined: nothing. */
function inheritance(
  change: Change<"column">,
  planning: Planning,
): readonly ActionDraft[] | undefined {
  if (isMadeAbove(change, planning)) return [];
  if (losesParents(change, planning)) return [tighten(change, planning)];
  const { from, to } = change;
  const isRenamed = from.payload.notNull?.name !== to.payload.notNull?.name;
  if (!isRenamed || !becomesParents(change, planning)) return undefined;
  // Before the parent's comes, which it must not wait for.
  return [{ ...loosen(change, planning), needs: [] }];
}

function settings(
  change: Change<"column">,
  planning: Planning,
  isDone: boolean,
): readonly ActionDraft[] {
  const before: Partial<NotNullPayload> = change.from.payload.notNull ?? {};
  const after: Partial<NotNullPayload> = change.to.payload.notNull ?? {};
  const drafts: ActionDraft[] = [];
  const isRenamed = before.name !== after.name && !isDone;
  if (isRenamed && !isRelinked(change.to.parent, planning)) drafts.push(rename(change, planning));
  if (before.noInherit !== after.noInherit && !isDone) {
    if (comesToChildren(change.to, planning)) {
      return [loosen(change, planning), tighten(change, planning)];
    }
    drafts.push(inherit(change, planning));
  }
  if (before.notValid === true && after.notValid !== true) drafts.push(validate(change, planning));
  return drafts;
}

function declared(notNull: NotNullPayload | undefined): NotNullPayload | undefined {
  if (notNull === undefined) return undefined;
  const { inherited: _inherited, ...own } = notNull;
  return own;
}

/** Whether the parent's column changes in the same way, and takes this one along. */
function isDoneAbove(column: FactOf<"column">, planning: Planning): boolean {
  return lastingCounterparts(column, planning).some((above) => {
    const before = planning.from.find("column", above.id);
    if (above.kind !== "column" || before === undefined) return false;
    if (planning.fates.alters.get(above.id)?.has("notNull") !== true) return false;
    const own = planning.from.find("column", column.id);
    if (own === undefined) return false;
    const isSame = (said: (of: FactOf<"column">) => NotNullPayload | undefined): boolean =>
      sameValue(said(before), said(own)) && sameValue(said(above), said(column));
    const isKept = before.payload.notNull !== undefined && above.payload.notNull !== undefined;
    // One that is called as the parent's says so, where the parent's has the usual name and says nothing.
    return isSame(({ payload }) => declared(payload.notNull)) || (isKept && isSame(calledByName));
  });
}

function calledByName(column: FactOf<"column">): NotNullPayload | undefined {
  const own = declared(column.payload.notNull);
  return own === undefined ? undefined : { ...own, name: notNullName(column) };
}

/** Since 18 one that the table says as well stays when the one above goes, and is not the table's own when that comes. */
function isParents({ from, to }: Change<"column">, { major }: Planning): boolean {
  if (major < 18) return true;
  const said = to.payload.notNull ?? from.payload.notNull;
  return said?.inherited === true;
}

/** It came from a table above alone, under that one's name, and goes with it. */
function goesAbove({ from, to }: Change<"column">, planning: Planning): boolean {
  if (from.payload.notNull?.inherited !== true || to.payload.notNull !== undefined) return false;
  return parents(to, planning).some(({ before, after }) => before && !after);
}

/** The parent loses its own, and what came from there goes with it: the column gets one that is its own. */
function losesParents({ from, to }: Change<"column">, planning: Planning): boolean {
  if (from.payload.notNull?.inherited !== true || to.payload.notNull?.inherited === true)
    return false;
  return parents(to, planning).some(({ before, after }) => before && !after);
}

/** The parent gets one, which comes along under the parent's name: the column's own makes way. */
function becomesParents({ from, to }: Change<"column">, planning: Planning): boolean {
  if (from.payload.notNull?.inherited === true || to.payload.notNull?.inherited !== true)
    return false;
  return parents(to, planning).some(({ before, after }) => !before && after);
}

/** The one above goes and another comes: both take along what only comes from there. */
function isMadeAbove({ from, to }: Change<"column">, planning: Planning): boolean {
  if (from.payload.notNull?.inherited !== true || to.payload.notNull?.inherited !== true)
    return false;
  return lastingCounterparts(to, planning).some(({ id }) => {
    const [before, after] = [planning.from.find("column", id), planning.to.find("column", id)];
    if (before === undefined || after === undefined) return false;
    if (planning.fates.alters.get(id)?.has("notNull") !== true) return false;
    const above = { from: before, to: after, attributes: notNullAlone };
    return (
      losesParents(above, planning) ||
      becomesParents(above, planning) ||
      isMadeAbove(above, planning)
    );
  });
}

const notNullAlone: ReadonlySet<string> = new Set(["notNull"]);

interface ParentsNotNull {
  readonly id: string;
  readonly before: boolean;
  readonly after: boolean;
}

function parents(column: FactOf<"column">, planning: Planning): readonly ParentsNotNull[] {
  return lastingCounterparts(column, planning).map(({ id }) => ({
    id,
    before: planning.from.find("column", id)?.payload.notNull !== undefined,
    after: planning.to.find("column", id)?.payload.notNull !== undefined,
  }));
}

function loosen({ from, to }: Change<"column">, planning: Planning): ActionDraft {
  const verb = alterTable(tableOf(planning.to, to.parent)?.kind ?? "table");
  const column = quoted(from.name.name);
  return {
    verb: "alter",
    key: `alter ${to.id} nullable`,
    statements: [
      `${verb} ${relationName(from)} ALTER COLUMN ${column} DROP NOT NULL`,
      ...keptBelow(to, planning),
    ],
    // Keys that need it have to be gone.
    disturbs: [to.id],
    needs: [detachmentOf(from.parent), ...looseAbove(to, planning)],
    makes: [nullableOf(to.id)],
    releases: heldNames(from, planning.from, planning.major),
  };
}

/**
 * The columns above, or where theirs goes and comes again, their being without it in between: unless theirs is to be
 * theirs alone, which lets go of it.
 */
function looseAbove(column: FactOf<"column">, planning: Planning): readonly string[] {
  const lasting = lastingCounterparts(column, planning);
  const again = lasting.filter(({ id }) => {
    const isChanged = planning.fates.alters.get(id)?.has("notNull") === true;
    const after = planning.to.find("column", id)?.payload.notNull;
    return isChanged && after !== undefined && after.noInherit !== true;
  });
  const others = aboveIds(column, planning).filter((id) => !again.some((one) => one.id === id));
  return [...others, ...lasting.map(({ id }) => nullableOf(id))];
}

/** Before 18 it goes from all tables below as well, from those that keep it, too. */
function keptBelow(column: FactOf<"column">, planning: Planning): readonly string[] {
  if (planning.major >= 18) return [];
  return tablesBelow(planning.to, column.parent).flatMap((table) => {
    const below = planning.to
      .childrenOf("column", table)
      .find(({ name }) => name.name === column.name.name);
    const before = planning.from.find("column", below?.id)?.payload.notNull;
    const isKept = before !== undefined && below?.payload.notNull !== undefined;
    return isKept && !isCreated(planning, below.id) ? [setNotNull(below)] : [];
  });
}

function tighten({ to }: Change<"column">, planning: Planning): ActionDraft {
  const standIn = to.payload.notNull?.inherited === true ? standInFor(to, planning) : undefined;
  const column = standIn === undefined ? named(to, planning) : inStandIn(to, standIn);
  return {
    verb: "alter",
    key: `alter ${to.id} not null`,
    statements: [setNotNull(column), ...commentsAgain(to, planning)],
    makes: [to.id, notNullOf(to)],
    needs: [
      nullableOf(to.id),
      ...(standIn === undefined ? needsAbove(to, planning) : [standInOf(to.parent)]),
      ...parents(to, planning).map(({ id }) => nullableOf(id)),
      ...deepBelowIds(to, planning).map(nullableOf),
      ...ownBelow(to, planning).map(notNullOf),
      ...newBelow(to, planning),
    ],
    claims: heldNames(to, planning.to, planning.major),
  };
}

/** What comes under a name of its own comes before the one above, which would bring its name along. */
function needsAbove(column: FactOf<"column">, planning: Planning): readonly string[] {
  return isMadeBeforeAbove(column, planning) ? [] : aboveIds(column, planning);
}

/** Those in tables below that come in this plan too, each under a name of its own. */
export function ownBelow(
  column: FactOf<"column">,
  planning: Planning,
): readonly FactOf<"column">[] {
  return deepBelowIds(column, planning).flatMap((id) => {
    const below = planning.to.find("column", id);
    return below !== undefined && isMadeBeforeAbove(below, planning) ? [below] : [];
  });
}

/** Whether it is new, the table's own as well, and not called as that of a table above, which is new too, or valid alone. */
function isMadeBeforeAbove(column: FactOf<"column">, planning: Planning): boolean {
  const { notNull } = column.payload;
  const before = planning.from.find("column", column.id);
  if (planning.major < 18 || notNull === undefined || notNull.inherited === true) return false;
  if (before === undefined || isKeptOver({ from: before, to: column }, planning)) return false;
  const all = [...aboveAll(column, planning), ...newAbove(column, planning)];
  return all.some(
    (above) =>
      planning.from.find("column", above.id)?.payload.notNull === undefined &&
      above.payload.notNull !== undefined &&
      (notNullName(above) !== notNullName(column) ||
        // After one that nobody has looked at the server takes none that is valid.
        (above.payload.notNull.notValid === true && notNull.notValid !== true)),
  );
}

/** Whether there is one from before by then: none that only came from a table above, which loses it. */
function isKeptOver(
  { from, to }: Pick<Change<"column">, "from" | "to">,
  planning: Planning,
): boolean {
  if (from.payload.notNull === undefined) return false;
  const isLost = losesParents({ from, to, attributes: notNullAlone }, planning);
  return !isLost || parents(to, planning).some(({ before, after }) => before && after);
}

/** In tables that stay above: what is new there comes with its own. */
function newAbove(column: FactOf<"column">, planning: Planning): readonly FactOf<"column">[] {
  if (!staysBound(column.parent ?? "", planning)) return [];
  return counterparts(planning.to, column).flatMap((above) => {
    const isNew = above.kind === "column" && isCreated(planning, above.id);
    return isNew && !isCreated(planning, above.parent ?? "") ? [above] : [];
  });
}

/** The same column in the tables above that stay above, and in those above them. */
function aboveAll(column: FactOf<"column">, planning: Planning): readonly FactOf<"column">[] {
  return lastingCounterparts(column, planning).flatMap((above) =>
    above.kind === "column" ? [above, ...aboveAll(above, planning)] : [],
  );
}

/** A new table below would have it as valid: as it is there, not valid yet, it comes only to tables that are there. */
function newBelow(column: FactOf<"column">, planning: Planning): readonly string[] {
  if (column.payload.notNull?.notValid !== true) return [];
  return belowIds(column, planning).flatMap((id) => {
    const below = planning.to.find("column", id);
    const table = below?.parent ?? "";
    const { inherited, notValid } = below?.payload.notNull ?? {};
    return inherited === true && notValid === true && isCreated(planning, table) ? [table] : [];
  });
}

function deepBelowIds(column: FactOf<"column">, planning: Planning): readonly string[] {
  const below = belowIds(column, planning);
  const deeper = below.flatMap((id) => {
    const one = planning.to.find("column", id);
    return one === undefined ? [] : deepBelowIds(one, planning);
  });
  return [...below, ...deeper];
}

/** A comment on the constraint went with it, although nothing about the comment changed. */
function commentsAgain(column: FactOf<"column">, planning: Planning): readonly string[] {
  return planning.to
    .childrenOf("comment", column.id)
    .filter(({ id, payload }) => payload.on.kind === "constraint" && !isCreated(planning, id))
    .map((comment) => commentOn(comment, planning.to));
}

function inherit({ to }: Change<"column">, planning: Planning): ActionDraft {
  const word = to.payload.notNull?.noInherit === true ? "NO INHERIT" : "INHERIT";
  return {
    verb: "alter",
    key: `alter ${to.id} not null inheritance`,
    statements: [
      `ALTER TABLE ${relationName(to)} ALTER CONSTRAINT ${quoted(notNullName(to))} ${word}`,
    ],
    makes: [to.id, notNullOf(to)],
    needs: [renamed(to), ...aboveIds(to, planning)],
  };
}

/** One that only comes from above, where it is new or is passed on from now on. */
function comesFromAbove(column: FactOf<"column">, planning: Planning): boolean {
  if (column.payload.notNull?.inherited !== true) return false;
  return lastingCounterparts(column, planning).some(
    ({ id }) => planning.fates.alters.get(id)?.has("notNull") === true,
  );
}

/** INHERIT would give it to the tables below as their own. */
function comesToChildren(column: FactOf<"column">, planning: Planning): boolean {
  if (column.payload.notNull?.noInherit === true) return false;
  return belowIds(column, planning).some(
    (id) => planning.to.find("column", id)?.payload.notNull?.inherited === true,
  );
}

function renamed(column: FactOf<"column">): string {
  return `not null named ${column.id}`;
}

function validate({ to }: Change<"column">, planning: Planning): ActionDraft {
  const name = quoted(notNullName(to));
  return {
    verb: "alter",
    key: `alter ${to.id} not null validity`,
    statements: [`ALTER TABLE ${relationName(to)} VALIDATE CONSTRAINT ${name}`],
    makes: [to.id, notNullOf(to)],
    needs: [renamed(to), ...aboveIds(to, planning)],
  };
}

/** One that comes from a parent can be renamed only while the two are apart. */
function rename({ from, to }: Change<"column">, planning: Planning): ActionDraft {
  const standIn = to.payload.notNull?.inherited === true ? standInFor(to, planning) : undefined;
  const table = standIn === undefined ? relationName(to) : qualified(standIn);
  const called = (old: string, now: string): string =>
    `ALTER TABLE ${table} RENAME CONSTRAINT ${quoted(old)} TO ${quoted(now)}`;
  const isBound = parents(to, planning).some((above) => above.before && above.after);
  const stays = sameValue(linkOf(from, planning.from), linkOf(to, planning.to));
  const isApart = isBound && stays && standIn === undefined;
  const keys = isApart ? keysOnRows(to.parent, planning) : [];
  const renamedTo = (old: string, now: string): readonly string[] =>
    isApart ? apart(to, planning, [called(old, now)]) : [called(old, now)];
  const [old, now] = [notNullName(from), notNullName(to)];
  // Where two exchange their names.
  const between = (): string => freeConstraintName(old, to.parent, planning);
  // The usual name follows the column's, which only these servers keep.
  const isUsual = to.payload.notNull?.name === undefined && !isApart && standIn === undefined;
  return {
    verb: "alter",
    key: `alter ${to.id} not null`,
    statements: renamedTo(old, now),
    ...(isUsual ? { onlySince: 18 } : {}),
    preliminary: () => ({
      statements: renamedTo(old, between()),
      needs: [],
      replacing: renamedTo(between(), now),
    }),
    makes: [to.id, notNullOf(to), renamed(to), ...(isApart ? [awayOf(to.parent)] : [])],
    claims: [
      ...keys.map(({ id }) => `constraint ${id}`),
      ...heldNames(to, planning.to, planning.major),
    ],
    releases: heldNames(from, planning.from, planning.major),
    needs: [detachmentOf(from.parent), unboundOf(from.parent)],
  };
}

function linkOf(column: FactOf<"column">, side: Planning["to"]): NotNullPayload | string {
  const payload = tableOf(side, column.parent)?.payload;
  return JSON.stringify([payload?.partitionOf ?? null, payload?.inherits ?? null]);
}

function aboveIds(column: FactOf<"column">, planning: Planning): readonly string[] {
  return counterparts(planning.to, column).map(({ id }) => id);
}
