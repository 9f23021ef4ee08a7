/**
 * What is logged may not refer to what is not. So a table becomes logged after those that it refers to, stops being that
 * after those that refer to it, and foreign keys that close a circle of such tables are made again.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { ActionDraft } from "../actions.ts";
import { persistenceOf } from "../keys.ts";
import { isDropped, type Planning } from "../planning.ts";
import type { Change } from "../rule.ts";
import type { Side } from "../side.ts";
import { ownName } from "../text/names.ts";
import { rowTypes } from "./put_aside.ts";

type ForeignKey = FactOf<"constraint">;

export function changePersistence({ to }: Change<"table">, planning: Planning): ActionDraft {
  const keys = keysInTheWay(to, planning);
  const [going, staying] = [true, false].map((goes) =>
    keys.filter(({ id }) => isDropped(planning, id) === goes),
  );
  return {
    verb: "alter",
    key: `alter ${to.id} persistence`,
    statements: [
      `ALTER TABLE ${ownName(to)} ${to.payload.unlogged === true ? "SET UNLOGGED" : "SET LOGGED"}`,
    ],
    makes: [to.id, persistenceOf(to.id), ...rowTypes(to.id, planning)],
    disturbs: rowTypes(to.id, planning),
    needs: [
      ...(to.parent === undefined ? [] : [to.parent]),
      ...to.references,
      ...(staying ?? []).flatMap((key) => otherEnd(key, to)).map(persistenceOf),
    ],
    claims: (going ?? []).map(({ id }) => `constraint ${id}`),
    loss: "rewrites",
  };
}

/** A foreign key comes when both of its tables are what they are to be. */
export function bothPersistences(key: ForeignKey): readonly string[] {
  const { parent } = key;
  return [...(parent === undefined ? [] : [parent]), ...referredBy(key)].map(persistenceOf);
}

/** Foreign keys that have to be away while tables change that refer to each other. */
export function keysInCircles(table: FactOf<"table">, planning: Planning): readonly FactId[] {
  return keysInTheWay(table, planning)
    .filter((key) => otherEnd(key, table).some((end) => leadsTo(end, table, planning)))
    .map(({ id }) => id);
}

function leadsTo(from: FactId, target: FactOf<"table">, planning: Planning): boolean {
  const seen = new Set<FactId>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === target.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    const table = planning.to.find("table", id);
    if (table === undefined || planning.fates.alters.get(id)?.has("unlogged") !== true) continue;
    open.push(...keysInTheWay(table, planning).flatMap((key) => otherEnd(key, table)));
  }
  return false;
}

/** Of the from-side: what the table refers to as it becomes logged, and what refers to it as it stops. */
function keysInTheWay(to: FactOf<"table">, { from }: Planning): readonly ForeignKey[] {
  if (to.payload.unlogged === true) return keysOn(from).get(to.id) ?? [];
  return from
    .childrenOf("constraint", to.id)
    .filter(({ payload }) => payload.type === "foreign key");
}

/** Once per side: every table that changes asks. */
const keysBySide = new WeakMap<Side, ReadonlyMap<FactId, readonly ForeignKey[]>>();

/** The foreign keys that refer to each table. */
function keysOn(side: Side): ReadonlyMap<FactId, readonly ForeignKey[]> {
  const known = keysBySide.get(side);
  if (known !== undefined) return known;
  const found = new Map<FactId, ForeignKey[]>();
  for (const key of side.ofKind("constraint")) {
    for (const table of referredBy(key)) found.set(table, [...(found.get(table) ?? []), key]);
  }
  keysBySide.set(side, found);
  return found;
}

function otherEnd(key: ForeignKey, { id }: FactOf<"table">): readonly FactId[] {
  const ends = key.parent === id ? referredBy(key) : [key.parent];
  return ends.flatMap((end) => (end === undefined || end === id ? [] : [end]));
}

function referredBy({ payload }: ForeignKey): readonly FactId[] {
  return payload.type === "foreign key" ? [factId("table", payload.table)] : [];
}
