/**
 * How a column that holds rows of another relation makes way for a change of that: its values become text, or JSON where
 * columns of the rows come, go or change places, and are read back into the type when the relation is as it is to be.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { Action, ActionDraft } from "../actions.ts";
import { retypedOf, rowTypeOf, unboundOf } from "../keys.ts";
import { isReplaced, type Planning } from "../planning.ts";
import type { Change } from "../rule.ts";
import type { Side } from "../side.ts";
import { qualified, quoted, relationName } from "../text/names.ts";
import { isWidening } from "../text/types.ts";
import { tablesBelow } from "./parents.ts";
import { changesRows, isHeldInRows, rowsWithin } from "./row_types.ts";
import { replacedTypes } from "./type_change.ts";

type Column = FactOf<"column">;

export function putAside(
  { from, to }: Pick<Change<"column">, "from" | "to">,
  planning: Planning,
  isDoneAbove: boolean,
): readonly ActionDraft[] {
  const within = [...rowsWithin(from, planning.from)].filter((id) => changesRows(id, planning));
  const name = quoted(to.name.name);
  const alter = `ALTER TABLE ${relationName(to)} ALTER COLUMN ${name} TYPE`;
  const own = rowTypes(to.parent, planning);
  const aside = `values of ${to.id}`;
  const loss = isNarrowed(from, planning) ? "narrows" : "rewrites";
  const statements = isReshaped(from, planning)
    ? asJson(to, { alter, name })
    : asText(to, { alter, name });
  return [
    {
      verb: "alter",
      key: `put aside ${to.id}`,
      statements: isDoneAbove ? [] : [statements.away],
      makes: [aside],
      needs: [unboundOf(to.parent)],
      frees: within.map((id) => (isReplaced(planning, id) ? id : rowTypeOf(id))),
      disturbs: [from.id, ...own],
      loss: "rewrites",
    },
    {
      verb: "alter",
      key: `alter ${to.id} type`,
      statements: isDoneAbove ? [] : statements.back,
      makes: [to.id, retypedOf(to.id), ...own],
      needs: [
        ...(to.parent === undefined ? [] : [to.parent]),
        ...to.references,
        ...[...rowsWithin(to, planning.to)].map(rowTypeOf),
        aside,
      ],
      frees: [],
      loss,
    },
  ];
}

interface Words {
  /** `ALTER TABLE public.t ALTER COLUMN c TYPE`. */
  readonly alter: string;
  readonly name: string;
}

interface Ways {
  readonly away: string;
  readonly back: readonly string[];
}

function asText({ payload }: Column, { alter, name }: Words): Ways {
  return {
    away: `${alter} text USING ${name}::text`,
    back: [`${alter} ${typeText(payload)} USING ${name}::${payload.type}`],
  };
}

/** By the names of the columns, whatever their places. */
function asJson({ payload }: Column, { alter, name }: Words): Ways {
  const value = `(pg_catalog.json_populate_record(NULL::pg_temp.lockstep_value, ${name})).value`;
  return {
    away: `${alter} json USING pg_catalog.json_build_object('value', ${name})`,
    back: [
      `CREATE TYPE pg_temp.lockstep_value AS (value ${payload.type})`,
      `${alter} ${typeText(payload)} USING ${value}`,
      "DROP TYPE pg_temp.lockstep_value",
    ],
  };
}

function typeText({ type, collation }: Column["payload"]): string {
  return collation === undefined ? type : `${type} COLLATE ${qualified(collation)}`;
}

/** Of the from-side: whether its values go over by the names of their parts. */
export function isReshaped(column: Column, { from, to }: Planning): boolean {
  return [...rowsWithin(column, from)].some((id) => shapeOf(id, from) !== shapeOf(id, to));
}

/** Of the from-side: whether a part of its values is to fit another type. */
export function isNarrowed(column: Column, planning: Planning): boolean {
  return [...rowsWithin(column, planning.from)]
    .flatMap((id) => planning.from.childrenOf("column", id))
    .some((part) => {
      const after = planning.to.find("column", part.id);
      if (after === undefined) return false;
      const isMade = replacedTypes(after, planning).length > 0;
      return isMade || !isWidening(part.payload.type, after.payload.type);
    });
}

function shapeOf(id: FactId, side: Side): string {
  const parts = [...side.childrenOf("column", id), ...side.childrenOf("attribute", id)];
  const place = ({ payload }: (typeof parts)[number]): number =>
    "position" in payload ? payload.position : payload.ordinal;
  return JSON.stringify(
    parts.toSorted((left, right) => place(left) - place(right)).map(({ name }) => name.name),
  );
}

/** What changes of a table and of those below it, where columns hold their rows: nobody may by then, or not yet. */
export function rowTypes(table: FactId | undefined, planning: Planning): readonly string[] {
  if (table === undefined) return [];
  return [table, ...tablesBelow(planning.to, table)]
    .filter((id) => isHeldInRows(id, planning))
    .map(rowTypeOf);
}

/** What holds rows and goes, goes before these change; what comes to hold them comes after. */
export function aroundRows(actions: readonly Action[], planning: Planning): readonly Action[] {
  const changing = new Set(actions.flatMap(({ disturbs }) => disturbs.filter(isRowType)));
  if (changing.size === 0) return actions;
  const aside = new Set(
    actions.map(({ key }) => key).filter((key) => key.startsWith("put aside ")),
  );
  return actions.map((action) => {
    const { subject, verb, key } = action;
    if (aside.has(`put aside ${subject}`)) return action;
    const isRetyped = key === `alter ${subject} type`;
    const held = (side: Side): readonly string[] =>
      columnsOf(side.get(subject), side)
        .flatMap((column) => [...rowsWithin(column, side)].map(rowTypeOf))
        .filter((thing) => changing.has(thing));
    const frees = isRetyped || verb === "drop" ? held(planning.from) : [];
    const needs = isRetyped || verb === "create" ? held(planning.to) : [];
    if (frees.length + needs.length === 0) return action;
    return {
      ...action,
      ...{ frees: [...action.frees, ...frees], needs: [...action.needs, ...needs] },
    };
  });
}

function isRowType(thing: string): boolean {
  return thing.startsWith(rowTypeOf(""));
}

function columnsOf(fact: Fact | undefined, side: Side): readonly Column[] {
  if (fact?.kind === "column") return [fact];
  return fact?.kind === "table" || fact?.kind === "materialized_view"
    ? side.childrenOf("column", fact.id)
    : [];
}
