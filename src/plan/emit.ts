/**
 * Turns fates into actions: asks each fact's rule, and adds what holds for every kind: an object is made after what
 * it refers to, dropped before it, owned by whom the to-side says, and its name is free before it is taken.
 */
import type { Fact } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Action, ActionDraft, Preliminary } from "./actions.ts";
import { asideOf, dropKey, goneFirst, rowsOf } from "./keys.ts";
import { changeOwner, ownersOfNew } from "./owners.ts";
import { isCreated, isDropped, rebuiltAbove, type Planning } from "./planning.ts";
import { rankOf } from "./ranks.ts";
import type { Companion } from "./rule.ts";
import { goesAside } from "./rules/aside.ts";
import { aroundRows } from "./rules/put_aside.ts";
import { isRelation } from "./rules/row_types.ts";
import { isType } from "./rules/type_kinds.ts";
import { relinkings } from "./rules/relink.ts";
import { rebindings } from "./rules/typed.ts";
import { makingRoom } from "./rules/taken_out.ts";
import { alterActions, companionOf, createActions, dropActions, namesOf } from "./rules.ts";

export function emitActions(planning: Planning): readonly Action[] {
  return aroundRows(actionsOf(planning), planning);
}

function actionsOf(planning: Planning): readonly Action[] {
  const actions: Action[] = [];
  for (const id of planning.fates.drops) {
    const fact = planning.from.get(id);
    if (fact !== undefined) actions.push(...drops(fact, planning));
  }
  for (const id of planning.fates.creates) {
    const fact = planning.to.get(id);
    if (fact !== undefined) actions.push(...creates(fact, planning));
  }
  for (const [id, attributes] of planning.fates.alters) {
    const from = planning.from.get(id);
    const to = planning.to.get(id);
    if (from !== undefined && to !== undefined) {
      actions.push(...alters({ from, to, attributes }, planning));
    }
  }
  for (const { table, draft } of [...relinkings(planning), ...rebindings(planning)]) {
    actions.push(complete(draft, table, planning));
  }
  return actions;
}

function creates(fact: Fact, planning: Planning): readonly Action[] {
  const replaced = isDropped(planning, fact.id);
  const claims = [...claimsOf(fact, replaced), ...overloadsIn(fact, planning)];
  const own = { makes: [fact.id], needs: needsOf(fact), claims };
  const room = makingRoom(fact, planning);
  const drafts = createActions(fact, planning).map((draft) =>
    room === undefined ? { ...own, ...draft } : behind(room, { ...own, ...draft }),
  );
  const all = drafts.map((draft) => afterRows(draft, fact, planning));
  return [...(room === undefined ? [] : [room]), ...all, ...ownersOfNew(fact, planning)].map(
    (draft) => complete(draft, fact, planning),
  );
}

function behind({ makes = [] }: ActionDraft, draft: ActionDraft): ActionDraft {
  const { preliminary: first } = draft;
  const needs = [...(draft.needs ?? []), ...makes];
  if (first === undefined) return { ...draft, needs };
  const preliminary = (): Preliminary => {
    const form = first();
    return { ...form, needs: [...form.needs, ...makes] };
  };
  return { ...draft, needs, preliminary };
}

/**
 * Where a table is made again with its rows, these come before all but its columns and checks: before its keys and
 * indexes since that is quicker, before triggers, rules, policies and foreign keys since they would look at each row.
 * Parts have no name that the old ones could be in the way of, but for those in the schema's name space.
 */
function afterRows(draft: ActionDraft, fact: Fact, planning: Planning): ActionDraft {
  if (planning.fates.rebuilds.size === 0) return draft;
  const own = rebuiltAbove(planning, fact);
  const others = fact.references
    .map((id) => rebuiltAbove(planning, planning.to.get(id)))
    .filter((id) => id !== undefined);
  const isFirst = own !== undefined && comesBeforeRows(draft, fact, own);
  const needs = isFirst ? [] : [...(own === undefined ? [] : [own]), ...others].map(rowsOf);
  const claims =
    own === undefined || fact.id === own
      ? draft.claims
      : draft.claims?.filter((name) => name.startsWith("relation "));
  return {
    ...draft,
    needs: [...(draft.needs ?? []), ...needs],
    ...(claims === undefined ? {} : { claims }),
  };
}

function comesBeforeRows({ verb, makes }: ActionDraft, fact: Fact, table: FactId): boolean {
  if (fact.id === table) return verb === "create" || makes?.includes(rowsOf(table)) === true;
  if (fact.kind === "constraint")
    return fact.payload.type === "check" && fact.payload.notValid !== true;
  return fact.kind === "column" || fact.kind === "default";
}

function drops(fact: Fact, planning: Planning): readonly Action[] {
  const replaced = isCreated(planning, fact.id);
  const companion = companionWithin(fact, planning);
  const own = {
    takes: [fact.id, asideOf(fact.id)],
    frees: freedBy(fact, companion, planning),
    releases: [...claimsOf(fact, replaced), ...(isRoutine(fact) ? [overload(fact)] : [])],
  };
  const fold =
    companion === undefined
      ? {}
      : { fold: { into: dropKey(companion.id), always: companion.always } };
  return dropActions(fact, planning).map((draft) =>
    complete({ ...own, ...fold, ...draft }, fact, planning),
  );
}

/** Of a table that is made again, whatever has no name in the schema goes with the old one when that goes. */
function companionWithin(fact: Fact, planning: Planning): Companion | undefined {
  const companion = companionOf(fact, planning);
  if (companion === undefined || companion.always) return companion;
  const isWithin = fact.parent === companion.id && rebuiltAbove(planning, fact) !== undefined;
  const isNamed = namesOf(fact).some((name) => name.startsWith("relation "));
  // It rests on a key of another table, which may be made again as well.
  const isForeign = fact.kind === "constraint" && fact.payload.type === "foreign key";
  return isWithin && !isNamed && !isForeign ? { ...companion, always: true } : companion;
}

/** What cannot be dropped by itself waits for its owner, which may have made way under another name meanwhile. */
function freedBy(
  fact: Fact,
  companion: Companion | undefined,
  planning: Planning,
): readonly string[] {
  if (companion?.always !== true) {
    // A type's end names none of those that it is made of, which may have made way by then.
    const isNamed = !isType(fact);
    return needsOf(fact).map((id) => (!isNamed && goesAside(id, planning) ? asideOf(id) : id));
  }
  return needsOf(fact)
    .filter((id) => id !== companion.id)
    .map((id) => (goesAside(id, planning) || planning.fates.rebuilds.has(id) ? asideOf(id) : id));
}

/**
 * What calls a routine is made when those of the same name that go are gone: with both there, a call may fit both. What
 * is a part of the routine itself calls nothing.
 */
function overloadsIn(fact: Fact, planning: Planning): readonly string[] {
  return fact.references.flatMap((id) => {
    const routine = planning.to.get(id);
    return routine !== undefined && isRoutine(routine) ? [overload(routine)] : [];
  });
}

function isRoutine({ kind }: Fact): boolean {
  return kind === "function" || kind === "procedure" || kind === "aggregate";
}

function overload({ name }: Fact): string {
  return `overload ${JSON.stringify([name.schema, name.name])}`;
}

interface AnyChange {
  readonly from: Fact;
  readonly to: Fact;
  readonly attributes: ReadonlySet<string>;
}

function alters(change: AnyChange, planning: Planning): readonly Action[] {
  const kept = new Set(change.to.references);
  const own = {
    makes: [change.to.id],
    needs: needsOf(change.to),
    frees: change.from.references.flatMap((id) => {
      if (kept.has(id)) return waitsAside(change, id, planning) ? [asideOf(id)] : [];
      return [goesAside(id, planning) ? asideOf(id) : id];
    }),
  };
  const drafts = alterActions(change, planning).map((draft) => ({ ...own, ...draft }));
  const owner = change.attributes.has("owner") ? changeOwner(change.to, planning) : [];
  return [...drafts, ...owner].map((draft) => complete(draft, change.to, planning));
}

/** A column lets go of rows that it holds of a relation by itself. */
function waitsAside({ to }: AnyChange, id: FactId, planning: Planning): boolean {
  const isHeld = to.kind === "column" && isRelation(planning.from.get(id));
  return isDropped(planning, id) && !isHeld;
}

function needsOf(fact: Fact): readonly string[] {
  return fact.parent === undefined ? fact.references : [fact.parent, ...fact.references];
}

/** An object that is dropped and made again has to be gone first; so has whoever holds its name. */
function claimsOf(fact: Fact, replaced: boolean): readonly string[] {
  const names = namesOf(fact);
  return replaced ? [goneFirst(fact), ...names] : names;
}

function complete(draft: ActionDraft, fact: Fact, planning: Planning): Action {
  return {
    key: `${draft.verb} ${fact.id}`,
    kind: fact.kind,
    subject: fact.id,
    paragraph: paragraphOf(fact, planning),
    rank: rankOf(draft.verb, fact, planning),
    makes: [],
    takes: [],
    needs: [],
    frees: [],
    disturbs: [],
    claims: [],
    releases: [],
    loss: "none",
    transaction: "any",
    ...draft,
  };
}

const parts: ReadonlySet<string> = new Set([
  "attribute",
  "column",
  "comment",
  "default",
  "extension_dependency",
  "grant",
  "security_label",
]);

/** Comments, grants and the like stand with what they are on, columns with their table. */
function paragraphOf(fact: Fact, planning: Planning): string {
  let root: Fact = fact;
  while (parts.has(root.kind) && root.parent !== undefined) {
    const parent: Fact | undefined = planning.to.get(root.parent) ?? planning.from.get(root.parent);
    if (parent === undefined) break;
    root = parent;
  }
  return root.id;
}
