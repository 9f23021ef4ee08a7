/**
 * Constraints of tables and domains. They fold into CREATE TABLE and CREATE DOMAIN; foreign keys leave it again when
 * two tables refer to each other. What comes from a parent, or is attached to a partitioned table's, follows that.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { ConstraintPayload } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { attachmentOf, awayOf, createKey, standInOf } from "../keys.ts";
import { isCreated, isDropped, isReplaced, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { alterBy, replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { constraintText } from "../text/constraint.ts";
import { ownName, qualified, quoted, relationName } from "../text/names.ts";
import { afterExclusionAbove, isPartOfExclusion, namesOfParts } from "./exclusion.ts";
import { hasIndex, indexName, keyNames, restsOnKey } from "./key.ts";
import { indexSettings, isSettable, marksAgain, statisticsTargets } from "./index_settings.ts";
import {
  alterTable,
  childTables,
  counterparts,
  hasChildren,
  isLinkedAnew,
  keyAbove,
  keysAbove,
  lastingCounterparts,
  leavesParent,
  parentsOf,
  tableOf,
  tablesBelow,
  type TableFact,
} from "./parents.ts";
import {
  aboveOf,
  aboveToMakeAgain,
  comesAfterAttachment,
  isCompleted,
  isMadeAlone,
  joinAbove,
  partsFirst,
  takeUp,
} from "./parts.ts";
import {
  alikeBelow,
  formerOf,
  keyAtTop,
  keyToMakeAgain,
  isMadeFirst,
  madeFirstBelow,
  renamedBelow,
  successorOf,
} from "./foreign_key_parts.ts";
import { constraintDropsWith, dropNeeds } from "./constraint_drop.ts";
import { isFragileKey } from "./key_types.ts";
import { aboveAlike, comingNeeds, heirsFirst, heirsOf, unseenAbove } from "./inherited_check.ts";
import { bothPersistences } from "./persistence.ts";
import { isRelinked } from "./relink.ts";
import { domainCheck, keptDomain, looksAtHeld, validatedCheck } from "./domain_check.ts";
import { columnsLookedAt, standInFor } from "./stand_in.ts";
import { isAttached } from "./table.ts";

type Constraint = FactOf<"constraint">;

export const constraintRule: Rule<"constraint"> = {
  kind: "constraint",
  names: (fact) => [...keyNames(fact), `constraint ${fact.id}`],
  create: createConstraint,
  drop: dropConstraint,
  alter: alterConstraint,
  goesOnlyWith: (fact, planning) =>
    fact.payload.type === "foreign key"
      ? keyToMakeAgain(fact, planning)
      : aboveToMakeAgain(fact, planning),
  comesOnlyWith: (fact, planning) => [
    ...(looksAtHeld(fact, planning) ? [fact.parent] : []),
    ...unseenAbove(fact, planning),
    ...heirsOf(fact, planning),
    ...alikeBelow(fact, planning.to).flatMap(({ id }) => (planning.from.get(id) ? [id] : [])),
  ],
  isFragile: isFragileKey,
  holds: (fact, referrer) => hasIndex(fact.payload) && restsOnKey(referrer),
  dropsWith: constraintDropsWith,
};

function dropConstraint(fact: Constraint, planning: Planning): readonly ActionDraft[] {
  const owner = alterOwner(fact, planning.from);
  const name = quoted(fact.name.name);
  const successor = successorOf(fact, planning);
  if (successor !== undefined) {
    const rename = `${owner} RENAME CONSTRAINT ${name} TO ${quoted(successor.name.name)}`;
    return [{ verb: "rename", statements: [rename], makes: [formerOf(successor.id)] }];
  }
  const needs = dropNeeds(fact, planning);
  return [{ verb: "drop", statements: [`${owner} DROP CONSTRAINT ${name}`], needs }];
}

function createConstraint(fact: Constraint, planning: Planning): readonly ActionDraft[] {
  const { payload, parent } = fact;
  const isNew = parent !== undefined && isCreated(planning, parent);
  const common = { verb: "create" as const, claims: isNew ? [] : [`constraint ${fact.id}`] };
  const domain = keptDomain(fact, planning);
  if (domain !== undefined) return [{ ...common, ...domainCheck(fact, domain, planning) }];
  const needs = createNeeds(fact);
  const clause = `${quoted(fact.name.name)} ${constraintText(payload)}`;
  const standIn = standInFor(fact, planning);
  if (standIn !== undefined) {
    const added = `ALTER TABLE ${qualified(standIn)} ADD CONSTRAINT ${clause}`;
    const statements = [...columnsLookedAt(fact, standIn, planning), added];
    return [{ ...common, statements, needs: [...needs, standInOf(parent)] }];
  }
  if (payload.type === "foreign key" && isMadeFirst(fact, planning)) {
    const above = new Set(keysAbove(fact, planning.to).map(({ id }) => id));
    const statement = `${alterOwner(fact, planning.to)} ADD CONSTRAINT ${clause}`;
    const own = [...needs.filter((id) => !above.has(id)), ...madeFirstBelow(fact, planning)];
    return [{ ...common, statements: [statement], needs: own }];
  }
  if (payload.inherited === true && !hasIndex(payload) && !declaresInherited(fact, planning)) {
    const sources = aboveAlike(fact, planning);
    return [
      {
        ...common,
        statements: [
          ...renamedBelow(fact, alterOwner(fact, planning.to), planning),
          ...validatedBelow(fact, sources, planning),
        ],
        needs: [
          ...needs,
          ...sources.map(({ id }) => id),
          formerOf(fact.id),
          ...(payload.type === "foreign key" ? tablesBelow(planning.to, parent) : []),
          ...comingNeeds(fact, sources, planning),
        ],
      },
    ];
  }
  if (isPartOfExclusion(fact, planning.to)) {
    return [afterExclusionAbove(fact, alterOwner(fact, planning.to), planning)];
  }
  const owner = alterOwner(fact, planning.to, isMadeAlone(fact, planning));
  const draft: ActionDraft = {
    ...common,
    statements: [
      `${owner} ADD CONSTRAINT ${clause}`,
      ...takeUp(fact, planning),
      ...joinAbove(fact, planning),
    ],
    claims: [
      ...common.claims,
      ...keyNames(fact),
      ...namesOfParts(fact, planning.to),
      ...ownBelow(fact, planning),
    ],
    needs: [
      ...needs.filter((id) => id !== aboveOf(fact, planning.to)),
      ...partsFirst(fact, planning),
      ...comesAfterAttachment(fact, planning),
      ...rowsFirst(fact, planning),
      ...madeFirstBelow(fact, planning),
      ...heirsFirst(fact, planning),
    ],
  };
  const fold = foldOf(fact, planning);
  const drafts = fold === undefined ? [draft] : [{ ...draft, fold }];
  return [...drafts, ...settingsOf(fact, planning)];
}

function createNeeds(fact: Constraint): readonly string[] {
  const { parent, payload, references } = fact;
  const persistence = payload.type === "foreign key" ? bothPersistences(fact) : [];
  return [...(parent === undefined ? [] : [parent]), ...references, ...persistence];
}

/** Checks of tables below that make way for this one, which comes to them. */
function ownBelow(fact: Constraint, planning: Planning): readonly string[] {
  if (fact.payload.type !== "check") return [];
  return childTables(planning.to, fact.parent).flatMap(({ id }) =>
    planning.to
      .childrenOf("constraint", id)
      .filter(({ name, ...one }) => name.name === fact.name.name && isReplaced(planning, one.id))
      .map((below) => `constraint ${below.id}`),
  );
}

function settingsOf(fact: Constraint, planning: Planning): readonly ActionDraft[] {
  if (!hasIndex(fact.payload)) return [];
  const statements = statisticsTargets(indexName(fact), [], fact.payload.index.keys);
  const marks = marksAgain({ index: fact.name.name, fact }, planning);
  if (statements.length === 0) return marks;
  const targets = { makes: [], needs: [fact.id], claims: [], statements } as const;
  return [{ verb: "alter", key: `targets ${fact.id}`, ...targets }, ...marks];
}

/** What is not valid yet in the parent comes so to the child, which may have been validated since. */
function validatedBelow(
  fact: Constraint,
  above: readonly Constraint[],
  planning: Planning,
): readonly string[] {
  if (fact.payload.notValid === true || fact.payload.notEnforced === true) return [];
  const isOpenAbove = above.some((other) => other.payload.notValid === true);
  if (!isOpenAbove) return [];
  return [`${alterOwner(fact, planning.to)} VALIDATE CONSTRAINT ${quoted(fact.name.name)}`];
}

/** A check that is inherited has to be there before its table is attached to the parent. */
function declaresInherited(fact: Constraint, planning: Planning): boolean {
  const table = tableOf(planning.to, fact.parent);
  if (table === undefined || fact.payload.type !== "check") return false;
  if (!isCreated(planning, table.id)) {
    // To be attached it has to have what its parent has.
    const isAttachedAnew =
      table.payload.partitionOf !== undefined && isLinkedAnew(table.id, planning);
    return isAttachedAnew || isParentMadeAgain(table, planning);
  }
  // A foreign table is always made apart.
  if (table.kind === "foreign_table") return table.payload.partitionOf !== undefined;
  return isAttached(table, planning);
}

/** Then it comes to the new one with what it has by then. */
function isParentMadeAgain(table: TableFact | undefined, planning: Planning): boolean {
  if (table === undefined) return false;
  return parentsOf(planning.to, table).some(({ id }) => isReplaced(planning, id));
}

/** The rows that a foreign key refers to may lie in partitions that are attached later than their table is made. */
function rowsFirst({ payload, parent }: Constraint, planning: Planning): readonly string[] {
  if (payload.type !== "foreign key" || parent === undefined) return [];
  const table = factId("table", payload.table);
  const below = tablesBelow(planning.to, table);
  const back = below.map(awayOf);
  // Its own partitions wait for it, but for those that only come back.
  if (table === parent) {
    const old = below.filter((id) => !isCreated(planning, id));
    return [...back, ...old.map(attachmentOf)];
  }
  if (below.includes(parent)) return back;
  return [...back, ...below.map(attachmentOf)];
}

function foldOf(fact: Constraint, planning: Planning): ActionDraft["fold"] {
  const { payload, parent } = fact;
  if (parent === undefined || !isCreated(planning, parent)) return undefined;
  if (payload.notValid === true) return undefined;
  const table = tableOf(planning.to, parent);
  const isKey = hasIndex(payload);
  if (table !== undefined && isKey && hasChildren(planning.to, parent)) return undefined;
  if (isKey && (isSecondOfItsKind(fact, planning) || isMadeAlone(fact, planning))) return undefined;
  if (table?.payload.partitionOf !== undefined && !isAttached(table, planning) && isKey)
    return undefined;
  const clause = `CONSTRAINT ${quoted(fact.name.name)} ${constraintText(payload)}`;
  return { into: createKey(parent), clause, always: false };
}

/** Within CREATE TABLE the server makes one key of two over the same columns. */
function isSecondOfItsKind(fact: Constraint, planning: Planning): boolean {
  const columns = keyColumns(fact.payload);
  if (columns === undefined) return false;
  return planning.to
    .childrenOf("constraint", fact.parent ?? "")
    .some(
      (other) =>
        keyColumns(other.payload) === columns &&
        (other.payload.type === "primary key" ||
          (fact.payload.type !== "primary key" && other.id < fact.id)) &&
        other.id !== fact.id,
    );
}

function keyColumns(payload: ConstraintPayload): string | undefined {
  if (payload.type !== "primary key" && payload.type !== "unique") return undefined;
  return JSON.stringify(payload.index.keys.map(({ column }) => column));
}

function alterConstraint(change: Change<"constraint">, planning: Planning): Alteration {
  const { from, to } = change;
  const only = onlyOf(change);
  if (from.payload.type !== to.payload.type) return replace;
  if (isPartOfExclusion(to, planning.to) && !isPartOfExclusion(from, planning.from)) return replace;
  if (isLeftBehind(change, planning)) return replace;
  const leaving = leaveParent(change, planning);
  if (leaving !== undefined) return leaving;
  if (only("inherited") && to.payload.type === "check") return inheritedChange(change, planning);
  if (only("inherited", "attachedTo")) {
    const statements = attachment(change, planning);
    return statements.length === 0 ? alterBy() : alterBy({ verb: "alter", statements });
  }
  return only("notValid") ? validation(change, planning) : clauseAlteration(change, planning);
}

type Only = (...names: readonly string[]) => boolean;

function onlyOf({ attributes }: Change<"constraint">): Only {
  return (...names) => [...attributes].every((attribute) => names.includes(attribute));
}

/** The check that one comes from in the end, or itself. */
function checkAtTop(fact: Constraint, planning: Planning): Constraint {
  const [above] = fact.payload.inherited === true ? lastingCounterparts(fact, planning) : [];
  return above?.kind === "constraint" ? checkAtTop(above, planning) : fact;
}

/** It is to be looked at, or no longer to have been. */
function validation(change: Change<"constraint">, planning: Planning): Alteration {
  const { to } = change;
  if (to.payload.notValid === true) {
    // Nothing takes back that it was looked at, but a new one, which comes from above where it came from there.
    const isCheck = to.payload.type === "check";
    const above = isCheck ? checkAtTop(to, planning) : keyAtTop(to, planning.to);
    const isOld = above.id !== to.id && planning.from.get(above.id) !== undefined;
    if (isOld && !isDropped(planning, above.id)) return { kind: "replace", instead: above.id };
    return isCheck && !isOld ? replace : clauseAlteration(change, planning);
  }
  if (to.payload.inherited === true && !hasIndex(to.payload)) {
    const statements = validatedBelow(to, aboveAlike(to, planning), planning);
    return alterBy({ verb: "alter", statements });
  }
  if (looksAtHeld(to, planning)) return { kind: "replace", instead: to.parent };
  const domain = keptDomain(to, planning);
  if (domain !== undefined) return alterBy(validatedCheck(to, domain, planning));
  const own = `${alterOwner(to, planning.to)} VALIDATE CONSTRAINT ${quoted(to.name.name)}`;
  return alterBy({ verb: "alter", statements: [own] });
}

function clauseAlteration(change: Change<"constraint">, planning: Planning): Alteration {
  const { from, to } = change;
  if (to.payload.inherited === true && !hasIndex(to.payload)) {
    // The table's own of that name says something else than what is to come from above.
    if (from.payload.inherited !== true) return replace;
    const above = aboveAlike(to, planning).filter(({ id }) => isCreated(planning, id));
    const statements = validatedBelow(to, above, planning);
    return alterBy({ verb: "alter", statements, needs: above.map(({ id }) => id) });
  }
  const clause =
    to.payload.type === "foreign key" ? keyClause(to.payload, onlyOf(change)) : undefined;
  if (clause === undefined) return indexAlteration(change, planning);
  const owner = alterOwner(to, planning.to);
  const own = `${owner} ALTER CONSTRAINT ${quoted(to.name.name)} ${clause}`;
  return alterBy({ verb: "alter", statements: [own] });
}

/**
 * The same check, which comes from a table above or no longer does. Said in the table as well, it becomes the table's
 * own; the table's own makes way for one that is new above.
 */
function inheritedChange({ from, to }: Change<"constraint">, planning: Planning): Alteration {
  if (isLinkedAnew(to.parent, planning) || isRelinked(to.parent, planning)) return alterBy();
  if (to.payload.inherited === true) {
    const above = counterparts(planning.to, to);
    const isNewAbove = above.every(({ id }) => planning.from.get(id) === undefined);
    return above.length > 0 && isNewAbove ? replace : alterBy();
  }
  const isBound = lastingCounterparts(to, planning).some(({ id }) => {
    return planning.from.get(id) !== undefined && from.payload.inherited === true;
  });
  if (!isBound) return alterBy();
  const clause = `${quoted(to.name.name)} ${constraintText(to.payload)}`;
  return alterBy({
    verb: "alter",
    statements: [`${alterOwner(to, planning.to)} ADD CONSTRAINT ${clause}`],
  });
}

/** Nothing but the end of the partitioned table's key, or of the partition's place, parts a key from it. */
function leaveParent(
  { from, to }: Change<"constraint">,
  planning: Planning,
): Alteration | undefined {
  if (!hasIndex(from.payload) || !hasIndex(to.payload)) return undefined;
  if (from.payload.attachedTo === undefined || isLinkedAnew(to.parent, planning)) return undefined;
  const above = aboveOf(from, planning.from);
  if (above === aboveOf(to, planning.to)) return undefined;
  if (above === undefined || isDropped(planning, above)) return replace;
  return { kind: "replace", instead: above };
}

/** What ALTER CONSTRAINT can do to a foreign key. */
function keyClause(
  payload: Extract<ConstraintPayload, { readonly type: "foreign key" }>,
  only: (...names: readonly string[]) => boolean,
): string | undefined {
  if (only("deferrable", "initiallyDeferred")) {
    const initially = payload.initiallyDeferred === true ? " INITIALLY DEFERRED" : "";
    return `${payload.deferrable === true ? "DEFERRABLE" : "NOT DEFERRABLE"}${initially}`;
  }
  if (!only("notEnforced", "notValid")) return undefined;
  // Nothing takes back that it was looked at, but a new one.
  if (payload.notValid === true && payload.notEnforced !== true) return undefined;
  return payload.notEnforced === true ? "NOT ENFORCED" : "ENFORCED";
}

/**
 * It came from a table above, where it goes: it goes from here as well, and is to be there. And what differs from what a
 * table above has that is made again can't come from there.
 */
function isLeftBehind({ from, to, attributes }: Change<"constraint">, planning: Planning): boolean {
  if (hasIndex(to.payload)) return false;
  const isOther = [...attributes].some((name) => !keptByParents.has(name));
  if (isOther && isParentMadeAgain(tableOf(planning.to, to.parent), planning)) return true;
  if (from.payload.inherited !== true || to.payload.inherited === true) return false;
  // A foreign key may be called otherwise than the one that has taken it up.
  const key = keyAbove(from, planning.from);
  const above = key === undefined ? counterparts(planning.from, from) : [key];
  const isGone = (id: FactId): boolean =>
    planning.to.get(id) === undefined ||
    (isDropped(planning, id) && !leavesParent(to.parent, planning));
  return above.length > 0 && above.every(({ id }) => isGone(id));
}

const keptByParents: ReadonlySet<string> = new Set([
  "inherited",
  "attachedTo",
  "notValid",
  "notEnforced",
]);

/** A partition that is attached brings its keys along; only one that was there already is told. */
function attachment({ from, to }: Change<"constraint">, planning: Planning): readonly string[] {
  if (!hasIndex(to.payload) || !hasIndex(from.payload)) return [];
  return from.payload.attachedTo === undefined ? joinAbove(to, planning) : [];
}

/** The index behind a key can change its parameters and its place. */
function indexAlteration(
  { from, to, attributes }: Change<"constraint">,
  planning: Planning,
): Alteration {
  if (!hasIndex(from.payload) || !hasIndex(to.payload) || attributes.size !== 1) return replace;
  if (!attributes.has("index")) return replace;
  const {
    options: oldOptions,
    tablespace: oldSpace,
    keys: oldKeys,
    invalid: wasInvalid,
    ...before
  } = from.payload.index;
  const { options, tablespace, keys, invalid, ...after } = to.payload.index;
  if (!sameValue(before, after)) return replace;
  if (wasInvalid !== invalid && !isCompleted(to, planning)) return replace;
  const [old, now] = [from.payload.index, to.payload.index];
  if (!isSettable(old, now, { table: to.parent, planning })) return replace;
  const name = indexName(to);
  const place = { options: oldOptions, tablespace: oldSpace };
  const statements = [
    ...indexSettings(name, place, { options, tablespace }),
    ...statisticsTargets(name, oldKeys, keys),
  ];
  return alterBy({ verb: "alter", statements });
}

function alterOwner(fact: Constraint, side: Side, isAlone = false): string {
  const owner = fact.parent === undefined ? undefined : side.get(fact.parent);
  if (owner?.kind === "domain") return `ALTER DOMAIN ${ownName(owner)}`;
  return `${alterTable(owner?.kind ?? "table")} ${isAlone ? "ONLY " : ""}${relationName(fact)}`;
}
