/** Indexes that stand alone. A partitioned table's index takes up those that its partitions have by then. */
import { sameValue } from "../../catalog/compare.ts";
import type { FactId } from "../../catalog/id.ts";
import type { ActionDraft } from "../actions.ts";
import { detachmentOf } from "../keys.ts";
import { isDropped, type Planning } from "../planning.ts";
import { replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { indexBody } from "../text/index_shape.ts";
import { ownName, quoted } from "../text/names.ts";
import { droppedColumn } from "./constraint_drop.ts";
import { restsOnKey } from "./key.ts";
import { isLinkedAnew, partitionsOf, leavesParent } from "./parents.ts";
import {
  aboveOf,
  aboveToMakeAgain,
  comesAfterAttachment,
  hasKeyBelow,
  isCompleted,
  isMadeAlone,
  joinAbove,
  partsFirst,
  takeUp,
} from "./parts.ts";
import { indexSettings, isSettable, marksAgain, statisticsTargets } from "./index_settings.ts";

export const indexRule: Rule<"index"> = {
  kind: "index",
  names: (fact) => [`relation ${ownName(fact)}`],
  create: (fact, planning) => {
    const table = planning.to.get(fact.parent ?? "");
    const unique = fact.payload.unique === true ? "UNIQUE " : "";
    const statement =
      `CREATE ${unique}INDEX ${quoted(fact.name.name)} ON ${isMadeAlone(fact, planning) ? "ONLY " : ""}${table === undefined ? "" : ownName(table)}` +
      indexBody(fact.payload);
    const above = aboveOf(fact, planning.to);
    const create: ActionDraft = {
      verb: "create",
      statements: [
        statement,
        ...takeUp(fact, planning),
        ...joinAbove(fact, planning),
        ...statisticsTargets(ownName(fact), [], fact.payload.keys),
      ],
      needs: [
        ...(fact.parent === undefined ? [] : [fact.parent]),
        ...fact.references.filter((id) => id !== above),
        ...partsFirst(fact, planning),
        ...partitionsOf(planning.to, fact.parent),
        ...comesAfterAttachment(fact, planning),
      ],
    };
    return [create, ...marksAgain({ index: fact.name.name, fact }, planning)];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [
        `DROP INDEX ${ownName(fact)}${hasKeyBelow(fact.id, planning) ? " CASCADE" : ""}`,
      ],
      needs: leavesParent(fact.parent, planning) ? [detachmentOf(fact.parent)] : [],
    },
  ],
  alter: alterIndex,
  holds: (_fact, referrer) => restsOnKey(referrer),
  goesOnlyWith: aboveToMakeAgain,
  dropsWith: (fact, planning) => {
    const parent = aboveOf(fact, planning.from);
    const staysBound = !leavesParent(fact.parent, planning);
    if (parent !== undefined && staysBound && isDropped(planning, parent)) {
      return { id: parent, always: true };
    }
    if (fact.parent !== undefined && isDropped(planning, fact.parent)) {
      return { id: fact.parent, always: false };
    }
    return droppedColumn(fact, planning);
  },
};

function alterIndex(change: Change<"index">, planning: Planning): Alteration {
  const { from, to } = change;
  const {
    options: oldOptions,
    tablespace: oldSpace,
    keys: _oldKeys,
    attachedTo: oldParent,
    invalid: wasInvalid,
    ...before
  } = from.payload;
  const { options, tablespace, keys: _keys, attachedTo, invalid, ...after } = to.payload;
  // A build that failed is not something to bring about; one that failed here is built again.
  if (wasInvalid === true && invalid !== true && !isCompleted(to, planning)) return replace;
  if (!sameValue(before, after)) return replace;
  if (!isSettable(from.payload, to.payload, { table: to.parent, planning })) return replace;
  const drafts: ActionDraft[] = [];
  if (!sameValue(oldParent, attachedTo)) {
    const above = aboveOf(from, planning.from);
    if (above !== undefined && !isLinkedAnew(to.parent, planning)) {
      return leaveAbove(above, planning);
    }
    const statements = joinAbove(to, planning);
    if (statements.length > 0) drafts.push({ verb: "alter", key: `attach ${to.id}`, statements });
  }
  const statements = [
    ...indexSettings(
      ownName(to),
      { options: oldOptions, tablespace: oldSpace },
      { options, tablespace },
    ),
    ...statisticsTargets(ownName(to), from.payload.keys, to.payload.keys),
  ];
  if (statements.length > 0) drafts.push({ verb: "alter", statements });
  return { kind: "alter", actions: drafts };
}

/** Nothing but the end of the one above parts an index from it. */
function leaveAbove(above: FactId, planning: Planning): Alteration {
  return isDropped(planning, above) ? replace : { kind: "replace", instead: above };
}
