/** What ALTER TABLE can do to a table as a whole: settings, inheritance, partitions, row security. */
import type { FactOf } from "../../catalog/fact.ts";
import { sameValue } from "../../catalog/compare.ts";
import { factId } from "../../catalog/id.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { replace, type Alteration, type Change } from "../rule.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { changedParameters, parameterClauses } from "../text/options.ts";
import { comesBeforeAttachment, keyAbove, keysOnRows, referringKeys, tableOf } from "./parents.ts";
import { attachmentOf, columnName, detachmentOf, goneFirst, standInOf } from "../keys.ts";
import { isDropped } from "../planning.ts";
import { neededAbove, partsThatGo } from "./coming_back.ts";
import { namesBeforeAttachment } from "./exclusion.ts";
import { ownAlike } from "./foreign_key_parts.ts";
import { successorsOf } from "./stand_in.ts";
import { comesAfterAttachment, partless, rivals } from "./parts.ts";
import { lateNotNullAbove } from "./late_not_null.ts";
import { ownedAgain } from "./apart.ts";
import { rowTypes } from "./put_aside.ts";
import { changePersistence, keysInCircles } from "./persistence.ts";

export function tableAlteration(change: Change<"table">, planning: Planning): Alteration {
  const { from, to, attributes } = change;
  if (attributes.has("partitionKey")) return replace;
  if (attributes.has("accessMethod") && !hasSetAccessMethod(planning.major)) return replace;
  const clauses: string[] = [];
  if (attributes.has("accessMethod")) {
    // DEFAULT would be what the server's setting says; of a partitioned table it takes the word away.
    const none = to.payload.partitionKey === undefined ? "heap" : "DEFAULT";
    const { accessMethod } = to.payload;
    clauses.push(`SET ACCESS METHOD ${accessMethod === undefined ? none : quoted(accessMethod)}`);
  }
  if (attributes.has("tablespace")) {
    clauses.push(`SET TABLESPACE ${quoted(to.payload.tablespace ?? "pg_default")}`);
  }
  clauses.push(...parameterClauses(changedParameters(from.payload.options, to.payload.options)));
  const rewrites = attributes.has("accessMethod");
  const rows = rewrites ? rowTypes(to.id, planning) : [];
  const above = new Set([...links(from), ...links(to)].map(({ id }) => id));
  const altered: readonly ActionDraft[] = clauses.map((clause, position) => ({
    verb: "alter",
    key: `alter ${to.id} ${position}`,
    statements: [`ALTER TABLE ${ownName(to)} ${clause}`],
    // A parent that is made again is of no account here: the table leaves and comes back apart from this.
    needs: to.references.filter((id) => !above.has(id)),
    frees: from.references.filter((id) => !above.has(id) && !to.references.includes(id)),
    ...(rewrites ? { makes: [to.id, ...rows], disturbs: rows } : {}),
    loss: rewrites ? "rewrites" : "none",
  }));
  const settings = changedSettings(change, identityColumns(from, planning));
  const isPersistence = attributes.has("unlogged");
  const actions = [
    ...(isPersistence ? [changePersistence(change, planning)] : []),
    ...altered,
    ...toast(change, planning),
    ...ancestry(change, planning),
    ...settings,
  ];
  const leaves = actions.some(({ makes }) => makes?.includes(detachmentOf(from.id)) === true);
  const comes = actions.some(({ makes }) => makes?.includes(attachmentOf(to.id)) === true);
  const again = [
    ...rivals(to.id, planning),
    ...partless(to.id, planning),
    ...(leaves ? keysOnRows(from.id, planning) : []),
    ...(comes ? ownAlike(to.id, planning.to).filter(({ id }) => planning.from.get(id)) : []),
  ];
  const circles = isPersistence ? keysInCircles(to, planning) : [];
  return { kind: "alter", actions, again: [...again.map(({ id }) => id), ...circles] };
}

/** A table without a column that may be kept out of line has no TOAST table, and the server passes over what is said of it. */
function toast({ from, to }: Change<"table">, planning: Planning): readonly ActionDraft[] {
  const changed = changedParameters(from.payload.toastOptions, to.payload.toastOptions, "toast.");
  const clauses = parameterClauses(changed);
  if (clauses.length === 0) return [];
  return [
    {
      verb: "alter",
      key: `alter ${to.id} toast`,
      statements: clauses.map((clause) => `ALTER TABLE ${ownName(to)} ${clause}`),
      makes: [],
      needs: planning.to.childrenOf("column", to.id).map(({ id }) => id),
    },
  ];
}

/** PostgreSQL 14 has no ALTER for it. */
export function hasSetAccessMethod(major: number): boolean {
  return major >= 15;
}

/** INHERIT, NO INHERIT, ATTACH and DETACH PARTITION; also when a parent is dropped and made again. */
function ancestry({ from, to }: Change<"table">, planning: Planning): readonly ActionDraft[] {
  const before = links(from);
  const after = links(to);
  const drafts: ActionDraft[] = [];
  for (const link of before) {
    const stays = after.some((other) => sameLink(link, other)) && !isReplaced(planning, link.id);
    if (!stays) drafts.push(unlink({ from, to, link, after }, planning));
  }
  for (const link of after) {
    const stays = before.some((other) => sameLink(link, other)) && !isReplaced(planning, link.id);
    if (!stays) drafts.push(linkTo(to, link, planning));
  }
  return drafts;
}

interface Link {
  readonly id: string;
  readonly parent: QualifiedName;
  /** Undefined: plain inheritance. */
  readonly bound?: string;
  /** DETACH PARTITION ... CONCURRENTLY was cut off. */
  readonly pending?: boolean;
}

function sameLink(left: Link, right: Link): boolean {
  return left.id === right.id && left.bound === right.bound && left.pending === right.pending;
}

function links(table: FactOf<"table">): readonly Link[] {
  const { partitionOf, inherits } = table.payload;
  if (partitionOf !== undefined) {
    const { parent, bound, detachPending: pending = false } = partitionOf;
    return [{ id: factId("table", parent), parent, bound, pending }];
  }
  return (inherits ?? []).map((parent) => ({ id: factId("table", parent), parent }));
}

interface Unlinking {
  readonly from: FactOf<"table">;
  readonly to: FactOf<"table">;
  readonly link: Link;
  /** What the table is bound to afterwards. */
  readonly after: readonly Link[];
}

function unlink({ from, to, link, after }: Unlinking, planning: Planning): ActionDraft {
  const statement =
    link.bound === undefined
      ? `ALTER TABLE ${ownName(from)} NO INHERIT ${qualified(link.parent)}`
      : `ALTER TABLE ${qualified(link.parent)} DETACH PARTITION ${ownName(from)}${link.pending === true ? " FINALIZE" : ""}`;
  const comesBack = after.some(({ id }) => id === link.id) && !isReplaced(planning, link.id);
  return {
    verb: "alter",
    key: `detach ${from.id} from ${link.id}`,
    statements: [statement],
    makes: [detachmentOf(from.id)],
    // One that comes back changes together with its parent before it leaves.
    needs: [
      standInOf(from.id),
      ...(comesBack ? neededAbove(to.id, planning) : []),
      ...planning.to.childrenOf("column", to.id).flatMap((one) => successorsOf(one, planning)),
    ],
    claims: [
      ...(comesBack ? droppedColumns(from.id, planning) : []),
      ...(comesBack ? partsThatGo(from.id, planning) : []),
      ...keysThatHold(link, planning),
      ...keysFromAbove(from.id, planning),
    ],
    frees: [link.id],
    releases: [attachmentOf(from.id)],
    rank: 5,
  };
}

/** Foreign keys that refer to the partitioned table hold its partitions for as long as they are there. */
function keysThatHold({ id, bound }: Link, planning: Planning): readonly string[] {
  if (bound === undefined) return [];
  return referringKeys(tableOf(planning.from, id), planning)
    .filter((key) => isDropped(planning, key.id))
    .map((key) => `constraint ${key.id}`);
}

/** Foreign keys that go here go with those of the table above: what has left it keeps them. */
export function keysFromAbove(table: string, planning: Planning): readonly string[] {
  return planning.from.childrenOf("constraint", table).flatMap((fact) => {
    const above = keyAbove(fact, planning.from);
    if (above === undefined || !isDropped(planning, fact.id)) return [];
    return isDropped(planning, above.id) ? [`constraint ${above.id}`] : [];
  });
}

function droppedColumns(table: string, planning: Planning): readonly string[] {
  return planning.from
    .childrenOf("column", table)
    .filter(({ id }) => isDropped(planning, id))
    .map(({ id }) => columnName(id));
}

function linkTo(table: FactOf<"table">, link: Link, planning: Planning): ActionDraft {
  const statement =
    link.bound === undefined
      ? `ALTER TABLE ${ownName(table)} INHERIT ${qualified(link.parent)}`
      : `ALTER TABLE ${qualified(link.parent)} ATTACH PARTITION ${ownName(table)} ${link.bound}`;
  const own = planning.to
    .children(table.id)
    .filter(comesBeforeAttachment)
    .filter((part) => comesAfterAttachment(part, planning).length === 0);
  return {
    verb: "alter",
    key: `attach ${table.id} to ${link.id}`,
    statements: [statement, ...(link.bound === undefined ? [] : ownedAgain(table.id, planning))],
    makes: [attachmentOf(table.id)],
    needs: [
      table.id,
      link.id,
      ...own.map(({ id }) => id),
      ...planning.to.childrenOf("column", link.id).map(({ id }) => id),
      ...planning.to
        .childrenOf("column", table.id)
        .flatMap((column) => lateNotNullAbove(column, planning)),
    ],
    frees: [],
    claims: [
      attachmentOf(table.id),
      ...namesBeforeAttachment(table.id, planning),
      ...partless(table.id, planning).map(goneFirst),
      ...droppedColumns(table.id, planning),
      ...droppedColumns(link.id, planning),
    ],
  };
}

/** Settings of a table that is made in the plan. */
export function tableSettings(fact: FactOf<"table">): readonly ActionDraft[] {
  const blank: FactOf<"table"> = { ...fact, payload: {} };
  return changedSettings({ from: blank, to: fact, attributes: new Set() }, []);
}

/** The columns of the index that is the table's identity: they stay NOT NULL for as long as it is. */
function identityColumns(table: FactOf<"table">, planning: Planning): readonly string[] {
  const { replicaIdentity } = table.payload;
  if (typeof replicaIdentity !== "object") return [];
  return indexIds(table, replicaIdentity.index).flatMap(
    (id) => planning.from.get(id)?.references ?? [],
  );
}

function changedSettings(
  change: Change<"table">,
  identityFrees: readonly string[],
): readonly ActionDraft[] {
  const { to } = change;
  const before = change.from.payload;
  const after = to.payload;
  const drafts: ActionDraft[] = [];
  const setting = (
    name: string,
    clause: string,
    { needs = [], frees = [] }: Partial<Pick<ActionDraft, "needs" | "frees">> = {},
  ): void => {
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} ${name}`,
      statements: [`ALTER TABLE ${ownName(to)} ${clause}`],
      makes: [],
      needs: [to.id, ...needs],
      frees,
      claims: [],
    });
  };
  if (before.rowSecurity !== after.rowSecurity) {
    setting(
      "row security",
      `${after.rowSecurity === true ? "ENABLE" : "DISABLE"} ROW LEVEL SECURITY`,
    );
  }
  if (before.forceRowSecurity !== after.forceRowSecurity) {
    setting(
      "forced row security",
      `${after.forceRowSecurity === true ? "" : "NO "}FORCE ROW LEVEL SECURITY`,
    );
  }
  if (!sameValue(before.replicaIdentity, after.replicaIdentity)) {
    const identity = identityClause(to, after.replicaIdentity);
    setting("replica identity", identity.clause, { needs: identity.needs, frees: identityFrees });
  }
  const cluster = clusterClause(change);
  if (cluster !== undefined) setting("cluster", cluster.clause, { needs: cluster.needs });
  return drafts;
}

interface IndexClause {
  readonly clause: string;
  readonly needs: readonly string[];
}

export function identityClause(
  relation: Parameters<typeof indexIds>[0],
  replicaIdentity: FactOf<"table">["payload"]["replicaIdentity"],
): IndexClause {
  const isIndex = typeof replicaIdentity === "object";
  const needs = isIndex ? indexIds(relation, replicaIdentity.index) : [];
  const word = isIndex
    ? `USING INDEX ${quoted(replicaIdentity.index)}`
    : (replicaIdentity ?? "default").toUpperCase();
  return { clause: `REPLICA IDENTITY ${word}`, needs };
}

function clusterClause({ from, to }: Change<"table">): IndexClause | undefined {
  const { clusterOn } = to.payload;
  const needs = clusterOn === undefined ? [] : indexIds(to, clusterOn);
  if (from.payload.clusterOn === clusterOn) return undefined;
  if (clusterOn !== undefined) return { clause: `CLUSTER ON ${quoted(clusterOn)}`, needs };
  return { clause: "SET WITHOUT CLUSTER", needs };
}

/** An index stands alone or behind a constraint of the same name. */
export function indexIds(
  table: { readonly name: { readonly schema?: string; readonly name: string } },
  index: string,
): readonly string[] {
  const schema = table.name.schema === undefined ? {} : { schema: table.name.schema };
  return [
    factId("index", { ...schema, name: index }),
    factId("constraint", { ...schema, relation: table.name.name, name: index }),
  ];
}
