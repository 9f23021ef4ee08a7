/**
 * Columns of tables. A column that is declared in a parent comes, changes and goes with the parent's; those of views
 * are their query's business.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, isDropped, isHollow, isReplaced, type Planning } from "../planning.ts";
import type { Rule } from "../rule.ts";
import { columnText } from "../text/column.ts";
import { qualified, quoted, relationName } from "../text/names.ts";
import { columnAlteration } from "./column_alter.ts";
import { afterwards, columnSettings, identityApart, setNotNull } from "./column_settings.ts";
import { addingRewrites } from "./adding_rewrites.ts";
import { columnName, detachmentOf, notNullOf, retypedOf, standInOf, unboundOf } from "../keys.ts";
import {
  alterTable,
  counterparts,
  hasOlderChildren,
  leavingChildren,
  parentsOf,
  staysBound,
  tableOf,
  tablesBelow,
} from "./parents.ts";
import {
  constraintName,
  heldNames,
  isUsualNameTaken,
  named,
  validBelow,
} from "./not_null_names.ts";
import { keysAway, namedApart } from "./not_null_apart.ts";
import {
  goesAlone,
  heldBelow,
  heldMeanwhile,
  leaveNotNull,
  primaryKeysOver,
  staysBelow,
} from "./kept_below.ts";
import { rowTypes } from "./put_aside.ts";
import { displacedBy, rowsWithin } from "./row_types.ts";
import { serialWord } from "./serial.ts";
import { ownBelow } from "./not_null.ts";
import { columnsLookedAt, standInFor, withNamedNotNull } from "./stand_in.ts";
import { isType } from "./type_kinds.ts";
import { parenthesised } from "../text/parentheses.ts";

export const columnRule: Rule<"column"> = {
  kind: "column",
  names: (fact) => (fact.payload.notNull === undefined ? [] : [constraintName(fact)]),
  create: (fact, planning) => {
    const table = tableOf(planning.to, fact.parent);
    if (table === undefined || isCreated(planning, table.id)) return [];
    const above = counterparts(planning.to, fact);
    const standIn = standInFor(fact, planning);
    if (standIn !== undefined) return handedDown(fact, standIn, planning);
    if (fact.payload.inherited === true && staysBound(table.id, planning)) {
      const ids = above.map(({ id }) => id);
      return [...comesWith(fact, ids, planning), ...namedApart(fact, planning)];
    }
    return [
      {
        verb: "create",
        body: {
          form: "add column",
          head: `${alterTable(table.kind)} ${relationName(fact)} ADD COLUMN`,
          columns: [
            columnText(fact, {
              namesNotNull:
                hasOlderChildren(table.id, planning) || isUsualNameTaken(fact, planning),
              serial: serialWord(fact, planning),
            }),
          ],
          tail: "",
        },
        statements: [...afterwards(fact), ...identityApart(fact, planning)],
        needs: [
          ...[table.id, unboundOf(table.id)],
          ...fact.references,
          ...departures(table.id, planning),
          ...previous(fact, planning),
          ...retypedBelow(fact, planning),
          ...declaredBelow(fact, planning),
          ...ownBelow(fact, planning).map(notNullOf),
        ],
        makes: [fact.id, ...rowTypes(table.id, planning)],
        disturbs: rowTypes(table.id, planning),
        loss: addingRewrites(fact, planning) ? "rewrites" : "none",
      },
    ];
  },
  drop: (fact, planning) => {
    const table = tableOf(planning.from, fact.parent);
    if (table === undefined) return [{ verb: "drop", statements: [] }];
    const only = goesAlone(fact, planning) ? "ONLY " : "";
    const statement = `${alterTable(table.kind)} ${only}${relationName(fact)} DROP COLUMN ${quoted(fact.name.name)}`;
    const isKept = fact.payload.generated !== undefined || isHollow(planning, table.id);
    const loss = isKept ? "none" : "drops columns";
    if (isDropped(planning, table.id)) return [{ verb: "drop", statements: [statement], loss }];
    const goesWith = takenAlong(fact, planning);
    return [
      {
        verb: "drop",
        statements: goesWith
          ? []
          : [
              ...(staysBelow(fact, planning) ? leaveNotNull(fact, planning) : []),
              ...(only === "" ? heldMeanwhile(fact, statement, planning) : [statement]),
            ],
        needs: [
          unboundOf(table.id),
          ...departures(table.id, planning),
          ...heldBelow(fact, planning),
        ],
        // Behind the one above, also where that leaves it alone: until then it is not the table's to drop.
        claims: [
          ...counterparts(planning.from, fact).map(({ id }) => columnName(id)),
          ...primaryKeysOver(fact, planning).map(({ id }) => `constraint ${id}`),
        ],
        releases: [
          columnName(fact.id),
          `fact ${fact.id}`,
          ...heldNames(fact, planning.from, planning.major),
        ],
        loss,
      },
    ];
  },
  alter: columnAlteration,
  canRelease: (fact, replaced, planning) => {
    const isTable = tableOf(planning.from, fact.parent) !== undefined;
    const after = planning.to.find("column", fact.id);
    const isOfIt =
      isType(planning.from.get(replaced)) || rowsWithin(fact, planning.from).has(replaced);
    return isTable && isOfIt && after?.payload.generated === undefined;
  },
  comesOnlyWith: keysAway,
  displaces: displacedBy,
  isFragile: (fact) => fact.payload.generated !== undefined,
  dropsWith: (fact) => (fact.parent === undefined ? undefined : { id: fact.parent, always: true }),
};

/** Whether a table above takes the column along when it loses its own. */
function takenAlong(fact: FactOf<"column">, planning: Planning): boolean {
  const above = counterparts(planning.from, fact).filter(
    ({ parent }) => !leavingChildren(parent, planning).includes(fact.parent ?? ""),
  );
  return (
    fact.payload.inherited === true &&
    above.some(
      ({ id, parent }) => isDropped(planning, id) && !isReplaced(planning, parent ?? ""),
    ) &&
    !isLeftAbove(fact, planning)
  );
}

/** Whether a table above loses its own alone, since another below keeps the column. */
function isLeftAbove(fact: FactOf<"column">, planning: Planning): boolean {
  return counterparts(planning.from, fact).some(
    (above) =>
      above.kind === "column" &&
      isDropped(planning, above.id) &&
      !isDropped(planning, above.parent ?? "") &&
      goesAlone(above, planning),
  );
}

/** The highest column that this one goes with, which is this one where it goes by itself. */
export function droppedWith(fact: FactOf<"column">, planning: Planning): FactOf<"column"> {
  if (isDropped(planning, fact.parent ?? "") || !takenAlong(fact, planning)) return fact;
  const above = counterparts(planning.from, fact).find(({ id }) => isDropped(planning, id));
  return above?.kind === "column" ? droppedWith(above, planning) : fact;
}

/** An action without a statement: the parent's brings the column along. */
function comesWith(
  fact: FactOf<"column">,
  above: readonly string[],
  planning: Planning,
): readonly ActionDraft[] {
  const isNew = above.some((id) => isCreated(planning, id));
  const attachment = `attachment ${fact.parent ?? ""}`;
  if (!isNew) return [{ verb: "create", statements: [], needs: [attachment] }];
  return [{ verb: "create", statements: besidesAbove(fact, above, planning), needs: above }];
}

/** What the column has besides: the parent's brings its type and its compression alone. */
function besidesAbove(
  fact: FactOf<"column">,
  above: readonly string[],
  planning: Planning,
): readonly string[] {
  const { position, type } = fact.payload;
  const sources = above.flatMap((id) => planning.to.find("column", id) ?? []);
  const compression = sources
    .map(({ payload }) => payload.compression)
    .find((method) => method !== undefined);
  const come = { position, type, ...(compression === undefined ? {} : { compression }) };
  return [
    ...columnSettings(fact, come),
    ...ownExpression(fact, sources, planning),
    ...ownNotNull(fact, sources, planning),
  ];
}

/** Before 17 a table below has the parent's expression, or none that can be said. */
export function ownExpression(
  fact: FactOf<"column">,
  above: readonly FactOf<"column">[],
  { major }: Planning,
): readonly string[] {
  const { generated } = fact.payload;
  const [source] = above;
  if (major < 17 || generated === undefined || source?.payload.generated === undefined) return [];
  if (generated.expression === source.payload.generated.expression) return [];
  const column = `ALTER COLUMN ${quoted(fact.name.name)}`;
  const clause = `SET EXPRESSION AS ${parenthesised(generated.expression)}`;
  return [`ALTER TABLE ${relationName(fact)} ${column} ${clause}`];
}

/** A NOT NULL of the table's own, where the parent has none or, since they have names, besides the parent's. */
function ownNotNull(
  fact: FactOf<"column">,
  above: readonly FactOf<"column">[],
  planning: Planning,
): readonly string[] {
  const { notNull } = fact.payload;
  if (notNull === undefined || notNull.inherited === true) return [];
  const comes = above.some(({ payload }) => payload.notNull !== undefined);
  if (comes && planning.major < 18) return [];
  const { name: _name, ...unnamed } = notNull;
  const column =
    comes && notNull.notValid !== true
      ? { ...fact, payload: { ...fact.payload, notNull: unnamed } }
      : named(fact, planning);
  const below = notNull.notValid === true ? validBelow(fact, planning) : [];
  return [setNotNull(column), ...below];
}

/** The stand-in's new column reaches the table with its default, as the table's parent would have brought it. */
function handedDown(
  fact: FactOf<"column">,
  standIn: QualifiedName,
  planning: Planning,
): readonly ActionDraft[] {
  const { notNull, ...bare } = fact.payload;
  const isOwn = planning.major >= 18 && notNull !== undefined && notNull.inherited !== true;
  const column = isOwn ? { ...fact, payload: bare } : withNamedNotNull(fact, planning);
  const needs = [
    ...(fact.parent === undefined ? [] : [fact.parent, standInOf(fact.parent)]),
    ...fact.references,
    ...previous(fact, planning),
  ];
  const lookedAt = columnsLookedAt(fact, standIn, planning);
  const read = `read by ${fact.id}`;
  const before: ActionDraft = {
    ...{ verb: "alter", key: read, statements: lookedAt, makes: [read], needs, claims: [] },
  };
  const create: ActionDraft = {
    verb: "create",
    body: {
      form: "add column",
      head: `ALTER TABLE ${qualified(standIn)} ADD COLUMN`,
      columns: [columnText(column)],
      tail: "",
    },
    statements: [...(isOwn ? [setNotNull(fact)] : []), ...afterwards(column)],
    needs: [...needs, read],
    makes: [fact.id, ...rowTypes(fact.parent, planning)],
    disturbs: rowTypes(fact.parent, planning),
    loss: addingRewrites(fact, planning) ? "rewrites" : "none",
  };
  return lookedAt.length === 0 ? [create] : [before, create];
}

/** The leave of the table from a parent that it does not come back to, and that of tables below it. */
function departures(table: string, planning: Planning): readonly string[] {
  const before = tableOf(planning.from, table);
  const above = before === undefined ? [] : parentsOf(planning.from, before);
  const leaves = above.some(({ id }) => leavingChildren(id, planning).includes(table));
  return [...(leaves ? [table] : []), ...leavingChildren(table, planning)].map(detachmentOf);
}

/** Columns of that name in tables below, which have to be of its type by then. */
function retypedBelow(fact: FactOf<"column">, planning: Planning): readonly string[] {
  return tablesBelow(planning.to, fact.parent).flatMap((table) =>
    planning.to
      .childrenOf("column", table)
      .filter(({ name }) => name.name === fact.name.name)
      .map(({ id }) => retypedOf(id)),
  );
}

/** What tables below declare as well is there first: the server takes it for the same, and adds none beside one. */
function declaredBelow(fact: FactOf<"column">, planning: Planning): readonly string[] {
  return tablesBelow(planning.to, fact.parent).flatMap((table) =>
    planning.to
      .childrenOf("column", table)
      .filter(({ name, payload }) => name.name === fact.name.name && payload.inherited !== true)
      .map(({ id }) => id)
      .filter((id) => isCreated(planning, id) && !isCreated(planning, table)),
  );
}

/** New columns of a table come in the order in which they are to stand. */
function previous(fact: FactOf<"column">, planning: Planning): readonly string[] {
  const comesAlong = fact.parent !== undefined && staysBound(fact.parent, planning);
  const before = planning.to
    .childrenOf("column", fact.parent ?? "")
    .filter((other) => {
      const { id, payload } = other;
      if (payload.position >= fact.payload.position || !isCreated(planning, id)) return false;
      const isBound = comesAlong && payload.inherited === true;
      return !isBound || standInFor(other, planning) !== undefined;
    })
    .toSorted((left, right) => right.payload.position - left.payload.position);
  return before.slice(0, 1).map(({ id }) => id);
}
