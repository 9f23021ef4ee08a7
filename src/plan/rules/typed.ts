/**
 * Tables that are made OF a composite type. While a table is bound to its type neither changes by itself, and what
 * ALTER TYPE hands down knows no default, no NOT NULL and no USING. So where the type changes the table leaves it
 * first, the two change each for itself, and the table comes back: its columns must then be the type's, in its order.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import { sameValue } from "../../catalog/compare.ts";
import { LockstepError } from "../../core/errors.ts";
import { asideOf, columnName, goneOf, unboundOf } from "../keys.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import { misplacedColumns } from "../arrival.ts";
import { isPutAside } from "./row_types.ts";
import { ownName, qualified } from "../text/names.ts";

type Table = FactOf<"table">;

export interface Rebinding {
  readonly table: Table;
  readonly draft: ActionDraft;
}

export function rebindings(planning: Planning): readonly Rebinding[] {
  const bound = [planning.from, planning.to]
    .flatMap((side) => side.ofKind("table"))
    .filter(({ payload }) => payload.ofType !== undefined);
  return [...new Set(bound.map(({ id }) => id))].flatMap((id) => {
    const [before, table] = [planning.from.find("table", id), planning.to.find("table", id)];
    if (before === undefined || table === undefined || isCreated(planning, id)) return [];
    const drafts = [
      ...(leavesType(before, planning) ? [unbind(before, planning)] : []),
      ...(comesToType(table, planning) ? [bind(table, planning)] : []),
    ];
    return drafts.map((draft) => ({ table, draft }));
  });
}

function unbind(table: Table, planning: Planning): ActionDraft {
  const type = typeOf(table);
  return {
    verb: "alter",
    key: `unbind ${table.id}`,
    statements: [`ALTER TABLE ${ownName(table)} NOT OF`],
    makes: [unboundOf(table.id)],
    frees: type === undefined ? [] : [type, asideOf(type), ...attributeIds(type, planning)],
    rank: 0,
  };
}

function bind(table: Table, planning: Planning): ActionDraft {
  const { ofType } = table.payload;
  return {
    verb: "alter",
    key: `bind ${table.id}`,
    statements: ofType === undefined ? [] : [bindStatement(table)],
    needs: [
      ...(table.parent === undefined ? [] : [table.parent]),
      ...[table.id, unboundOf(table.id)],
      ...typeNeeds(table, planning),
      ...planning.to.childrenOf("column", table.id).map(({ id }) => id),
    ],
    claims: planning.from.childrenOf("column", table.id).map(({ id }) => columnName(id)),
  };
}

export function bindStatement(table: Table): string {
  const { ofType } = table.payload;
  return `ALTER TABLE ${ownName(table)} OF ${ofType === undefined ? "" : qualified(ofType)}`;
}

/** What a table needs to be made of its type: the type with the attributes that it is to have, and no others. */
export function typeNeeds(table: Table, planning: Planning): readonly string[] {
  const type = typeOf(table);
  if (type === undefined) return [];
  return [
    type,
    ...planning.to.childrenOf("attribute", type).map(({ id }) => id),
    ...planning.from.childrenOf("attribute", type).map(({ id }) => goneOf(id)),
  ];
}

/** What has to be done before the attributes of the type may change: its tables leave it, or are gone. */
export function freeOfTables(
  type: FactId | undefined,
  planning: Planning,
): Required<Pick<ActionDraft, "needs" | "claims">> {
  const tables = planning.from
    .referrers(type ?? "")
    .flatMap((fact) => (fact.kind === "table" && typeOf(fact) === type ? [fact] : []));
  return {
    needs: tables.map(({ id }) => unboundOf(id)),
    claims: tables
      .filter(({ id }) => isDropped(planning, id))
      .map((table) => `relation ${ownName(table)}`),
  };
}

function leavesType(before: Table, planning: Planning): boolean {
  const type = typeOf(before);
  const after = planning.to.find("table", before.id);
  if (type === undefined || after === undefined) return false;
  const { drops, creates, alters } = planning.fates;
  const isChanged = (id: FactId): boolean => drops.has(id) || creates.has(id) || alters.has(id);
  return (
    !sameValue(before.payload.ofType, after.payload.ofType) ||
    drops.has(type) ||
    attributeIds(type, planning).some(isChanged) ||
    planning.to
      .childrenOf("column", after.id)
      .some((column) => isCalledOtherwise(column, planning) || isPutAside(column, planning))
  );
}

/** Not even a constraint can be renamed meanwhile. */
function isCalledOtherwise({ id, payload }: FactOf<"column">, { from }: Planning): boolean {
  const before = from.find("column", id)?.payload.notNull;
  return (
    before !== undefined && payload.notNull !== undefined && before.name !== payload.notNull.name
  );
}

/** One whose columns stand in another order than the type's attributes is made again, and of the type. */
function comesToType(table: Table, planning: Planning): boolean {
  const before = planning.from.find("table", table.id);
  if (table.payload.ofType === undefined || before === undefined) return false;
  if (before.payload.ofType !== undefined && !leavesType(before, planning)) return false;
  return misplacedColumns(planning, table.id).length === 0;
}

/** Whether the table is to be OF a type, whose order is its own for good. */
export function isTyped(table: FactId, planning: Planning): boolean {
  return planning.to.find("table", table)?.payload.ofType !== undefined;
}

/** `left`: tables that can't be made again for the order of their columns. */
export function refuseOtherThanType(left: readonly FactId[], planning: Planning): void {
  const table = left.find((id) => isTyped(id, planning));
  if (table === undefined) return;
  throw new LockstepError(
    "DIFF.TYPED",
    `${table}: its columns stand in another order than the attributes of its type are to have`,
    { data: { object: table } },
  );
}

export function typeOf({ payload: { ofType } }: Table): FactId | undefined {
  return ofType === undefined ? undefined : factId("composite", ofType);
}

function attributeIds(type: FactId, { from, to }: Planning): readonly FactId[] {
  return [from, to].flatMap((side) => side.childrenOf("attribute", type).map(({ id }) => id));
}
