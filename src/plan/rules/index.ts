/** Indexes that stand alone. A partitioned table's index takes up those that its partitions have by then. */
import type { FactOf } from "../../catalog/fact.ts";
import { sameValue } from "../../catalog/compare.ts";
import { factId } from "../../catalog/id.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { detachmentOf } from "../keys.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import { replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { indexBody } from "../text/index_shape.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { attachedConstraint, droppedColumn } from "./constraint.ts";
import { restsOnKey } from "./key.ts";
import { isLinkedAnew, partitionsOf, leavesParent } from "./parents.ts";
import { indexSettings, marksAgain, statisticsTargets, withoutTargets } from "./index_settings.ts";

export const indexRule: Rule<"index"> = {
  kind: "index",
  names: (fact) => [`relation ${ownName(fact)}`],
  create: (fact, planning) => {
    const table = planning.to.get(fact.parent ?? "");
    const unique = fact.payload.unique === true ? "UNIQUE " : "";
    const statement =
      `CREATE ${unique}INDEX ${quoted(fact.name.name)} ON ${only(fact, planning)}${table === undefined ? "" : ownName(table)}` +
      indexBody(fact.payload);
    const parent = attachedIndex(fact);
    const create: ActionDraft = {
      verb: "create",
      statements: [statement, ...statisticsTargets(ownName(fact), [], fact.payload.keys)],
      needs: [
        ...(fact.parent === undefined ? [] : [fact.parent]),
        ...fact.references.filter((id) => id !== parent),
        ...partitionsFirst(fact, planning),
      ],
    };
    return [create, ...marksAgain({ index: fact.name.name, fact }, planning)];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [`DROP INDEX ${ownName(fact)}`],
      needs: leavesParent(fact.parent, planning) ? [detachmentOf(fact.parent)] : [],
    },
  ],
  alter: alterIndex,
  holds: (_fact, referrer) => restsOnKey(referrer),
  dropsWith: (fact, planning) => {
    const parent = attachedIndex(fact);
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

/** A partitioned index that lacks partitions is made without them: ONLY leaves it invalid, as it was. */
function only(fact: FactOf<"index">, planning: Planning): string {
  const table = planning.to.find("table", fact.parent);
  return fact.payload.invalid === true && table?.payload.partitionKey !== undefined ? "ONLY " : "";
}

function attachedIndex(fact: FactOf<"index">): string | undefined {
  const { attachedTo } = fact.payload;
  return attachedTo === undefined ? undefined : factId("index", attachedTo);
}

function partitionsFirst(fact: FactOf<"index">, planning: Planning): readonly string[] {
  const attached = planning.to
    .referrers(fact.id)
    .filter((other) =>
      other.kind === "constraint"
        ? attachedConstraint(other, planning.to) === fact.id
        : other.kind === "index" && attachedIndex(other) === fact.id,
    )
    .map(({ id }) => id);
  return [...attached, ...partitionsOf(planning.to, fact.parent)];
}

function alterIndex(change: Change<"index">, planning: Planning): Alteration {
  const { from, to } = change;
  const {
    options: oldOptions,
    tablespace: oldSpace,
    keys: oldKeys,
    attachedTo: oldParent,
    invalid: wasInvalid,
    ...before
  } = from.payload;
  const { options, tablespace, keys, attachedTo, invalid, ...after } = to.payload;
  // A build that failed is not something to bring about; one that failed here is built again.
  if (wasInvalid === true && invalid !== true) return replace;
  if (!sameValue(before, after) || !sameValue(withoutTargets(oldKeys), withoutTargets(keys)))
    return replace;
  const drafts: ActionDraft[] = [];
  if (!sameValue(oldParent, attachedTo)) {
    const isLinked = isLinkedAnew(to.parent, planning);
    if (!isLinked && oldParent !== undefined) return leaveParent(oldParent, planning);
    // A partition that is attached brings its indexes along, and a new parent takes up what is there.
    const isTaken = attachedTo !== undefined && isCreated(planning, factId("index", attachedTo));
    if (attachedTo !== undefined && !isLinked && !isTaken) {
      const statement = `ALTER INDEX ${qualified(attachedTo)} ATTACH PARTITION ${ownName(to)}`;
      drafts.push({ verb: "alter", key: `attach ${to.id}`, statements: [statement] });
    }
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

/** Nothing but the end of the parent parts an index from it. */
function leaveParent(parent: QualifiedName, planning: Planning): Alteration {
  const id = factId("index", parent);
  return isDropped(planning, id) ? replace : { kind: "replace", instead: id };
}
