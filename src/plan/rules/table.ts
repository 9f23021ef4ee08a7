/**
 * Tables. CREATE TABLE carries its columns; defaults and constraints fold into it where the order allows. A partition
 * of a table that is made in the same plan is declared as one; one that comes to a table that is there already is
 * made apart and attached, so that its indexes get their own names.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { ActionDraft, ColumnText, StatementBody } from "../actions.ts";
import { attachmentOf, detachmentOf, goneFirst } from "../keys.ts";
import { isCreated, isDropped, isHollow, type Planning } from "../planning.ts";
import type { Rule } from "../rule.ts";
import { columnText, notNullClause, notNullName } from "../text/column.ts";
import { ownName, qualified, quoted, relationName } from "../text/names.ts";
import { storageParameters, withClause } from "../text/options.ts";
import { partitionKeyText } from "../text/partition_key.ts";
import { afterInheriting, afterwards, identityApart } from "./column_settings.ts";
import {
  comesBeforeAttachment,
  counterparts,
  hasOlderChildren,
  keyAbove,
  leavesKeyBelow,
  parentsOf,
  referringKeys,
  tablesBelow,
  type TableFact,
} from "./parents.ts";
import { ownExpression } from "./column.ts";
import { dropRebuilt, fillRebuilt } from "./rebuild.ts";
import { comesAfterAttachment, partless } from "./parts.ts";
import { ownedAgain } from "./apart.ts";
import {
  comesLate,
  isSaidLate,
  lateNotNull,
  lateNotNullAbove,
  withoutNotNull,
} from "./late_not_null.ts";
import { hasNotNull, isUsualNameTaken, named } from "./not_null_names.ts";
import { displacedBy } from "./row_types.ts";
import { serialWord } from "./serial.ts";
import { keysFromAbove, tableAlteration, tableSettings } from "./table_alter.ts";
import { bindStatement, typeNeeds, typeOf } from "./typed.ts";

export const tableRule: Rule<"table"> = {
  kind: "table",
  names: (fact) => [`relation ${ownName(fact)}`, `type ${ownName(fact)}`],
  create: (fact, planning) => {
    const columns = columnsOf(fact, planning);
    const needs = [
      ...new Set([...fact.references, ...columns.flatMap((column) => column.references)]),
    ];
    const isApart = isAttached(fact, planning) || isBoundLater(fact, planning);
    const create: ActionDraft = {
      verb: "create",
      body: isApart ? bodyApart(fact, columns, planning) : bodyOf(fact, columns, planning),
      statements: [
        ...(isApart || fact.payload.partitionOf === undefined
          ? []
          : [...withoutAccessMethod(fact, planning), ...ownedAgain(fact.id, planning)]),
        ...columns.flatMap((column) => settle(column, planning, isApart)),
        ...(isLateOfType(fact, columns) ? [bindStatement(fact)] : []),
      ],
      makes: [fact.id, ...columns.map((column) => column.id)],
      needs: [
        ...(fact.parent === undefined ? [] : [fact.parent]),
        ...needs,
        ...typeNeeds(fact, planning),
      ].filter((id) => id !== fact.id && !columns.some((column) => column.id === id)),
    };
    const filled = planning.fates.rebuilds.has(fact.id) ? [fillRebuilt(fact, planning)] : [];
    const late = columns.flatMap((column) => lateNotNull(column, planning));
    return [create, ...late, ...filled, ...attach(fact, planning, isApart), ...tableSettings(fact)];
  },
  drop: (fact, planning) => {
    if (planning.fates.rebuilds.has(fact.id)) return dropRebuilt(fact, planning);
    return [
      ...leaveFirst(fact, planning),
      {
        verb: "drop",
        statements: [`DROP TABLE ${ownName(fact)}`],
        needs: [fact.id, ...goingAbove(fact, planning)].map(detachmentOf),
        loss: isHollow(planning, fact.id) ? "none" : "drops rows",
      },
    ];
  },
  alter: tableAlteration,
  displaces: displacedBy,
  comesOnlyWith: (fact, planning) => partless(fact.id, planning).map(({ id }) => id),
  canRelease: (fact, replaced, planning) =>
    typeOf(fact) === replaced ||
    parentsOf(planning.from, fact).some((parent) => parent.id === replaced),
  dropsWith: (fact, planning) => {
    const [parent] = fact.payload.partitionOf === undefined ? [] : parentsOf(planning.from, fact);
    if (parent === undefined || !planning.fates.drops.has(parent.id)) return undefined;
    return planning.fates.creates.has(parent.id) ? undefined : { id: parent.id, always: false };
  },
};

/**
 * A foreign key that refers to the partitioned table holds its partitions: only one that has left can be dropped. So it
 * is with one whose own partitions are to lose their parts of a foreign key.
 */
function leaveFirst(fact: FactOf<"table">, planning: Planning): readonly ActionDraft[] {
  const parent = parentOf(fact, planning);
  if (parent === undefined) return [];
  if (referringKeys(fact, planning).length === 0 && !leavesKeyBelow(fact.id, planning)) return [];
  const going = new Set([fact.id, ...tablesBelow(planning.from, fact.id)]);
  return [
    {
      verb: "alter",
      key: `detach ${fact.id}`,
      statements: [`ALTER TABLE ${ownName(parent)} DETACH PARTITION ${ownName(fact)}`],
      makes: [detachmentOf(fact.id)],
      takes: [],
      frees: [],
      releases: [],
      // Foreign keys that go as well go before.
      claims: [
        ...keysFromAbove(fact.id, planning),
        ...referringKeys(parent, planning)
          .filter((key) => isDropped(planning, key.id) && !going.has(key.parent ?? ""))
          .filter((key) => !waitsBack(key, fact, planning))
          .map(({ id }) => `constraint ${id}`),
      ],
      rank: 5,
    },
  ];
}

/** The partitioned tables above that go as well: the uppermost leaves what stays, and takes those below along. */
function goingAbove(fact: FactOf<"table">, planning: Planning): readonly FactId[] {
  if (fact.payload.partitionOf === undefined) return [];
  return parentsOf(planning.from, fact).flatMap((parent) =>
    parent.kind === "table" && isDropped(planning, parent.id)
      ? [parent.id, ...goingAbove(parent, planning)]
      : [],
  );
}

/** Partitions of tables that refer to each other: each one's key goes when its own partition has left. */
function waitsBack(key: FactOf<"constraint">, fact: FactOf<"table">, planning: Planning): boolean {
  const above = keyAbove(key, planning.from)?.parent;
  return planning.from
    .childrenOf("constraint", fact.id)
    .some(
      (own) =>
        own.payload.type === "foreign key" &&
        own.payload.inherited === true &&
        factId("table", own.payload.table) === above,
    );
}

/** The partitioned table that a partition belongs to and that stays. */
function parentOf(fact: FactOf<"table">, planning: Planning): TableFact | undefined {
  const [parent] = fact.payload.partitionOf === undefined ? [] : parentsOf(planning.from, fact);
  return parent === undefined || isDropped(planning, parent.id) ? undefined : parent;
}

export function columnsOf(
  fact: { readonly id: string },
  planning: Planning,
): readonly FactOf<"column">[] {
  return planning.to
    .childrenOf("column", fact.id)
    .toSorted((left, right) => left.payload.position - right.payload.position);
}

/** What is said of a column behind the statement that makes its table. */
export function settle(
  column: FactOf<"column">,
  planning: Planning,
  isApart: boolean,
): readonly string[] {
  if (isApart || column.payload.inherited !== true) {
    if (isSaidLate(column, planning)) return identityApart(column, planning);
    const said = comesLate(column, planning) ? withoutNotNull(column) : column;
    return [...afterwards(said), ...identityApart(column, planning)];
  }
  const [above] = counterparts(planning.to, column);
  const own = named(column, planning);
  if (above?.kind !== "column") return afterInheriting(own, undefined);
  return [
    ...afterInheriting(own, above.payload),
    ...ownExpression(column, [above], planning),
    ...withoutDefault(column, above, planning),
  ];
}

/** The parent's default comes along; a table that is to have none says so. */
function withoutDefault(
  column: FactOf<"column">,
  above: FactOf<"column">,
  planning: Planning,
): readonly string[] {
  const { to } = planning;
  if (to.childrenOf("default", above.id).length === 0) return [];
  if (to.childrenOf("default", column.id).length > 0) return [];
  return [
    `ALTER TABLE ONLY ${relationName(column)} ALTER COLUMN ${quoted(column.name.name)} DROP DEFAULT`,
  ];
}

/** Columns that the statement must name: those that do not come from a parent. */
function ownColumns(columns: readonly FactOf<"column">[]): readonly FactOf<"column">[] {
  return columns.filter((column) => column.payload.inherited !== true);
}

function bodyOf(
  fact: FactOf<"table">,
  columns: readonly FactOf<"column">[],
  planning: Planning,
): StatementBody {
  const { payload } = fact;
  const kind = payload.unlogged === true ? "CREATE UNLOGGED TABLE" : "CREATE TABLE";
  const name = `${kind} ${ownName(fact)}`;
  const namesAll = hasOlderChildren(fact.id, planning);
  const options = (column: FactOf<"column">): { readonly namesNotNull: boolean } => ({
    namesNotNull: namesAll || isUsualNameTaken(column, planning),
  });
  if (payload.ofType !== undefined && !isLateOfType(fact, columns)) {
    return {
      ...{ form: "create table", head: `${name} OF ${qualified(payload.ofType)}` },
      columns: optionsOfType(columns, planning, options),
      ...{ tail: tableTail(fact), omitsEmptyList: true },
    };
  }
  const own = ownColumns(columns).map((column) =>
    columnText(withoutNotNullFromAbove(column, planning), {
      ...options(column),
      serial: serialWord(column, planning),
    }),
  );
  const common = { form: "create table", columns: own } as const;
  if (payload.partitionOf !== undefined) {
    const { parent, bound } = payload.partitionOf;
    const head = `${name} PARTITION OF ${qualified(parent)}`;
    const tail = tableTail(withOwnPlace(fact, planning));
    return { ...common, head, tail: `\n    ${bound}${tail}`, omitsEmptyList: true };
  }
  const inherits =
    payload.inherits === undefined
      ? ""
      : ` INHERITS (${payload.inherits.map(qualified).join(", ")})`;
  const notNulls = columns.flatMap((column) => ownNotNull(column, planning, options(column)));
  const all = [...own, ...notNulls];
  return { ...common, columns: all, head: name, tail: `${inherits}${tableTail(fact)}` };
}

/** A column that comes from above with a NOT NULL may have one of the table's own besides, under a name of its own. */
export function ownNotNull(
  column: FactOf<"column">,
  planning: Planning,
  { namesNotNull }: { readonly namesNotNull: boolean },
): readonly ColumnText[] {
  const { inherited, notNull } = column.payload;
  if (planning.major < 18 || inherited !== true || notNull === undefined) return [];
  if (notNull.inherited === true || notNull.notValid === true) return [];
  if (!counterparts(planning.to, column).some(hasNotNull)) return [];
  const { name } = column.name;
  const clause = notNullClause(
    namesNotNull ? { ...notNull, name: notNullName(column) } : notNull,
    quoted(name),
  );
  return [{ name: `not null ${name}`, definition: clause, constraints: "" }];
}

/** What CREATE TABLE ... OF does not take, and a table that comes to its type may have. */
function isLateOfType({ payload }: FactOf<"table">, columns: readonly FactOf<"column">[]): boolean {
  if (payload.ofType === undefined) return false;
  return columns.some(({ payload: { generated, identity, compression } }) => {
    return (generated ?? identity ?? compression) !== undefined;
  });
}

/** The columns are the type's: only those are listed that have a default or a NOT NULL. */
function optionsOfType(
  columns: readonly FactOf<"column">[],
  planning: Planning,
  options: (column: FactOf<"column">) => { readonly namesNotNull: boolean },
): readonly ColumnText[] {
  return columns.flatMap((column) => {
    const { name, constraints } = columnText(column, options(column));
    const hasDefault = planning.to.childrenOf("default", column.id).length > 0;
    if (constraints === "" && !hasDefault) return [];
    return [{ name, definition: `${quoted(name)} WITH OPTIONS`, constraints }];
  });
}

/** Said here it would be the table's own. */
export function withoutNotNullFromAbove(
  column: FactOf<"column">,
  planning: Planning,
): FactOf<"column"> {
  if (column.payload.notNull?.inherited !== true) return column;
  const isThere = counterparts(planning.to, column).some(
    (above) => above.kind === "column" && above.payload.notNull !== undefined,
  );
  return isThere ? withoutNotNull(column) : column;
}

/** The table by itself, with every column its own; ATTACH PARTITION follows. */
function bodyApart(
  fact: FactOf<"table">,
  columns: readonly FactOf<"column">[],
  planning: Planning,
): StatementBody {
  const kind = fact.payload.unlogged === true ? "CREATE UNLOGGED TABLE" : "CREATE TABLE";
  return {
    form: "create table",
    head: `${kind} ${ownName(fact)}`,
    columns: columns.map((column) =>
      columnText(column, {
        namesNotNull: isUsualNameTaken(column, planning),
        serial: serialWord(column, planning),
      }),
    ),
    tail: tableTail(fact),
  };
}

/** A partition that names no access method and no tablespace takes over what its parent has. */
function withOwnPlace(fact: FactOf<"table">, planning: Planning): FactOf<"table"> {
  const [parent] = parentsOf(planning.to, fact);
  if (parent?.kind !== "table") return fact;
  const { accessMethod, tablespace } = parent.payload;
  const { partitionKey } = fact.payload;
  const usual = {
    ...(accessMethod === undefined || partitionKey !== undefined ? {} : { accessMethod: "heap" }),
    ...(tablespace === undefined ? {} : { tablespace: "pg_default" }),
  };
  return { ...fact, payload: { ...usual, ...fact.payload } };
}

/** One that is partitioned itself and has no access method can't be made without its parent's. */
function withoutAccessMethod(fact: FactOf<"table">, planning: Planning): readonly string[] {
  const [parent] = parentsOf(planning.to, fact);
  const { accessMethod, partitionKey } = fact.payload;
  const takesOver = parent?.kind === "table" && parent.payload.accessMethod !== undefined;
  if (!takesOver || partitionKey === undefined || accessMethod !== undefined) return [];
  return [`ALTER TABLE ${ownName(fact)} SET ACCESS METHOD DEFAULT`];
}

function tableTail(fact: FactOf<"table">): string {
  const { payload } = fact;
  const parts = [
    ...storageParameters(payload.options),
    ...storageParameters(payload.toastOptions, "toast."),
  ];
  const key =
    payload.partitionKey === undefined
      ? ""
      : ` PARTITION BY ${partitionKeyText(payload.partitionKey)}`;
  const method = payload.accessMethod === undefined ? "" : ` USING ${quoted(payload.accessMethod)}`;
  const space = payload.tablespace === undefined ? "" : ` TABLESPACE ${quoted(payload.tablespace)}`;
  return `${key}${method}${withClause(parts)}${space}`;
}

/** Whether the partition is made apart from its parent. */
export function isAttached(
  fact: FactOf<"table"> | FactOf<"foreign_table">,
  planning: Planning,
): boolean {
  const { partitionOf } = fact.payload;
  if (partitionOf === undefined) return false;
  const [parent] = parentsOf(planning.to, fact);
  if (parent === undefined || !isCreated(planning, parent.id)) return true;
  const columns = columnsOf(fact, planning);
  const above = columnsOf(parent, planning);
  return (
    columns.some((column) => column.payload.inherited !== true) ||
    // Of a table that is made below it the server says at once that it is valid.
    columns.some((column) => column.payload.notNull?.notValid === true) ||
    columns.length !== above.length ||
    columns.some((column, position) => column.name.name !== above[position]?.name.name) ||
    columns.some((column, position) => lacksDefault(column, above[position], planning)) ||
    columns.some((column, position) => isGeneratedOtherwise(column, above[position])) ||
    (planning.major >= 18 &&
      columns.some((column, position) => isCalledOtherwise(column, above[position])))
  );
}

/** A NOT NULL that comes from the parent has its name, since they have names. */
function isCalledOtherwise(column: FactOf<"column">, above: FactOf<"column"> | undefined): boolean {
  const [own, parents] = [column.payload.notNull, above?.payload.notNull];
  if (own === undefined || parents === undefined || above === undefined) return false;
  return notNullName(column) !== notNullName(above);
}

/** PARTITION OF takes over what the parent says. */
function isGeneratedOtherwise(
  { payload: { generated } }: FactOf<"column">,
  above: FactOf<"column"> | undefined,
): boolean {
  return !sameValue(generated ?? null, above?.payload.generated ?? null);
}

/** The parent has a default there and the partition none: made by PARTITION OF it would have it. */
function lacksDefault(
  column: FactOf<"column">,
  above: FactOf<"column"> | undefined,
  planning: Planning,
): boolean {
  if (above === undefined || column.payload.generated !== undefined) return false;
  const has = ({ id }: FactOf<"column">): boolean =>
    planning.to.childrenOf("default", id).length > 0;
  return has(above) && !has(column);
}

function attach(
  fact: FactOf<"table">,
  planning: Planning,
  isApart: boolean,
): readonly ActionDraft[] {
  if (!isApart) return [];
  const { partitionOf } = fact.payload;
  if (partitionOf === undefined) return [inherit(fact, planning)];
  const [parent] = parentsOf(planning.to, fact);
  return [
    {
      verb: "alter",
      key: `attach ${fact.id}`,
      statements: [
        `ALTER TABLE ${qualified(partitionOf.parent)} ATTACH PARTITION ${ownName(fact)} ${partitionOf.bound}`,
        ...ownedAgain(fact.id, planning),
      ],
      makes: [attachmentOf(fact.id)],
      needs: [
        fact.id,
        ...attachNeeds(fact, planning),
        ...(parent === undefined ? [] : [parent.id, ...unvalidated(parent, planning)]),
        ...columnsOf(fact, planning).flatMap((column) => lateNotNullAbove(column, planning)),
      ],
      claims: partless(fact.id, planning).map(goneFirst),
    },
  ];
}

/** Columns whose NOT NULL comes to the partition from there alone, when that is there before, or from still higher up. */
function unvalidated(parent: TableFact, planning: Planning): readonly string[] {
  const { to } = planning;
  const own = to
    .childrenOf("column", parent.id)
    .filter(({ payload }) => payload.notNull?.notValid === true)
    .map(({ id }) => id);
  const above = parentsOf(to, parent).flatMap((table) => unvalidated(table, planning));
  return [...own, ...above];
}

/** Whether its columns, all of them its own, stand in an order that INHERITS would not give them. */
function isBoundLater(fact: FactOf<"table">, planning: Planning): boolean {
  if (fact.payload.inherits === undefined) return false;
  const columns = columnsOf(fact, planning);
  const isOwn = columns.every(
    ({ payload }) => payload.inherited !== true && payload.notNull?.inherited !== true,
  );
  const checks = planning.to.childrenOf("constraint", fact.id);
  if (!isOwn || checks.some(({ payload }) => payload.inherited === true)) return false;
  const above = parentsOf(planning.to, fact).flatMap((parent) => columnsOf(parent, planning));
  const merged = new Set([...above, ...columns].map(({ name }) => name.name));
  return [...merged].some((name, position) => name !== columns[position]?.name.name);
}

function inherit(fact: FactOf<"table">, planning: Planning): ActionDraft {
  const parents = parentsOf(planning.to, fact);
  return {
    verb: "alter",
    key: `attach ${fact.id}`,
    statements: parents.map((parent) => `ALTER TABLE ${ownName(fact)} INHERIT ${ownName(parent)}`),
    makes: [attachmentOf(fact.id)],
    needs: [fact.id, ...attachNeeds(fact, planning), ...parents.map(({ id }) => id)],
  };
}

/** A table must have its columns, checks and keys before it is attached: the server takes those that match. */
function attachNeeds(fact: FactOf<"table">, planning: Planning): readonly string[] {
  const own = planning.to
    .children(fact.id)
    .filter(comesBeforeAttachment)
    .filter((part) => isCreated(planning, part.id))
    .filter((part) => comesAfterAttachment(part, planning).length === 0);
  return own.map(({ id }) => id);
}
