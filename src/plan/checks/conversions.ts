/** Rows whose values do not fit the type that their column is to have. */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { counterparts } from "../rules/parents.ts";
import { isNarrowed, isReshaped } from "../rules/put_aside.ts";
import { reshape } from "../rules/reshape.ts";
import { isPutAside } from "../rules/row_types.ts";
import { changesType } from "../rules/type_change.ts";
import { ownName, quoted, relationName } from "../text/names.ts";
import { conversion, isWidening } from "../text/types.ts";
import type { RowCheck } from "./check.ts";
import { domainOf, keyColumn, keyOf, lastingTable, lateKeyOf, rowsWithin } from "./source.ts";
import { isSteady } from "./steady.ts";

type Column = FactOf<"column">;

export function misfits(id: FactId, planning: Planning): readonly RowCheck[] {
  const converted = conversionOf(id, planning);
  if (converted === undefined) return [];
  const { before, after } = converted;
  const labels = labelsOf(converted, planning);
  if (labels !== undefined) return foreignLabels({ ...converted, labels }, planning);
  if (isPutAside(after, planning) && isReshaped(before, planning)) {
    return lostInJson(converted, planning);
  }
  if (isWidening(before.payload.type, after.payload.type)) return [];
  return after.references.every((each) => isSteady(each, planning))
    ? attempts(converted, planning)
    : [];
}

/** JSON knows no array that begins elsewhere than at one, and a null within is no value any more. */
function lostInJson({ before, table }: Conversion, planning: Planning): readonly RowCheck[] {
  const name = quoted(before.name.name);
  const there = `pg_catalog.json_build_object('value', ${name})`;
  const back = `(SELECT back.value FROM pg_catalog.json_to_record(${there}) AS back(value ${before.payload.type}))`;
  return [
    {
      problem: "conversion",
      table: table.id,
      object: before.id,
      reason: `column ${before.name.name} holds rows that would not come back the same by way of JSON`,
      query: `SELECT ${keyOf(table, planning)} AS ${keyColumn} FROM ${rowsWithin(table, planning)} WHERE ${name}::text IS DISTINCT FROM ${back}::text`,
    },
  ];
}

/** Asked right before the column is converted: its type is made, or changed, in the same plan. */
export function lateMisfits(id: FactId, planning: Planning): readonly RowCheck[] {
  const converted = conversionOf(id, planning);
  if (converted === undefined || misfits(id, planning).length > 0) return [];
  const { after, table } = converted;
  if (labelsOf(converted, planning) !== undefined) return [];
  const tried = lateAttempt(converted, planning);
  if (tried === undefined) return [];
  const key = lateKeyOf(table, planning);
  const check = { table: table.id, object: id, reason: misfit(after), ...tried };
  const column = quoted(after.name.name);
  const query = `SELECT ${key} AS ${keyColumn}, ${column} AS value FROM ${relationName(after)}${present(after, planning)}`;
  return [{ problem: "conversion", ...check, query }];
}

/** A column that keeps its rows and gets another type. */
function conversionOf(id: FactId, planning: Planning): Conversion | undefined {
  const [before, after] = [planning.from.find("column", id), planning.to.find("column", id)];
  const table = lastingTable(after?.parent, planning);
  if (before === undefined || after === undefined || table === undefined) return undefined;
  if (planning.fates.creates.has(id) || after.payload.generated !== undefined) return undefined;
  const isMade = after.references.some((each) => isReplaced(planning, each));
  const isConverted = isMade || changesType({ from: before, to: after }, planning);
  if (!isConverted && !isPutAside(after, planning)) return undefined;
  return isConvertedAbove(after, planning) ? undefined : { before, after, table };
}

/** With the rows of the table above. */
function isConvertedAbove(column: Column, planning: Planning): boolean {
  return counterparts(planning.to, column).some(
    (above) =>
      above.kind === "column" &&
      above.payload.type === column.payload.type &&
      planning.fates.alters.has(above.id) &&
      lastingTable(above.parent, planning) !== undefined,
  );
}

interface Conversion {
  readonly before: Column;
  readonly after: Column;
  readonly table: FactOf<"table">;
}

interface EnumOfColumn {
  readonly type: FactOf<"enum">;
  readonly isArray: boolean;
}

/** Undefined, too, for an array of what was none: whether a text is an array's only a conversion can tell. */
function labelsOf({ before, after }: Conversion, planning: Planning): EnumOfColumn | undefined {
  const found = enumOf(after, planning);
  const isList = before.payload.type.endsWith("[]");
  return found?.isArray === true && !isList ? undefined : found;
}

/** The enum that the column's values are to be of. */
function enumOf(column: Column, planning: Planning): EnumOfColumn | undefined {
  for (const id of column.references) {
    const type = planning.to.find("enum", id);
    if (type === undefined) continue;
    const name = ownName(type);
    if (column.payload.type === name) return { type, isArray: false };
    if (column.payload.type === `${name}[]`) return { type, isArray: true };
  }
  return undefined;
}

function foreignLabels(
  { before, after, table, labels }: Conversion & { readonly labels: EnumOfColumn },
  planning: Planning,
): readonly RowCheck[] {
  const { type, isArray } = labels;
  const old = planning.from.find("enum", type.id);
  const gone = old?.payload.labels.filter((label) => !type.payload.labels.includes(label)) ?? [];
  const isSameType = before.payload.type === after.payload.type;
  if (isSameType && gone.length === 0) return [];
  const list = (isSameType ? gone : type.payload.labels).map((label) => quoteLiteral(label));
  const column = quoted(after.name.name);
  const words = isSameType ? "IN" : "NOT IN";
  const set = list.length === 0 ? "(NULL::text)" : `(${list.join(", ")})`;
  const condition = isArray
    ? `EXISTS (SELECT FROM unnest(${column}::text[]) AS label WHERE label ${words} ${set})`
    : `${column}::text ${words} ${set}`;
  const reason = isSameType
    ? `column ${after.name.name} holds ${gone.map((label) => quoteLiteral(label)).join(", ")}, which ${ownName(type)} loses`
    : `column ${after.name.name} holds what is no value of ${ownName(type)}`;
  return [
    {
      problem: isSameType ? "removed value" : "conversion",
      table: table.id,
      object: after.id,
      reason,
      query: `SELECT ${keyOf(table, planning)} AS ${keyColumn} FROM ${rowsWithin(table, planning)} WHERE ${condition}`,
    },
  ];
}

/** Only the server knows which text is a number: each value is tried. */
function attempts(converted: Conversion, planning: Planning): readonly RowCheck[] {
  const { after, table } = converted;
  const column = quoted(after.name.name);
  return [
    {
      problem: "conversion",
      table: table.id,
      object: after.id,
      reason: misfit(after),
      query: `SELECT ${keyOf(table, planning)} AS ${keyColumn}, ${column} AS value FROM ${rowsWithin(table, planning)}${present(after, planning)}`,
      ...attempt(converted),
    },
  ];
}

function misfit({ name, payload }: Column): string {
  return `column ${name.name} does not fit ${payload.type}`;
}

/** By way of the text, as the column goes over to a type that is made again; undefined: another way. */
function lateAttempt(
  converted: Conversion,
  planning: Planning,
): ReturnType<typeof attempt> | undefined {
  const { before, after } = converted;
  // Another collation leaves the values as they are.
  const replaced = after.references.filter(
    (each) => isReplaced(planning, each) && planning.to.get(each)?.kind !== "collation",
  );
  const { type } = after.payload;
  const byText = { attempt: { type, expression: `one.value::text::${type}` } };
  if (isPutAside(after, planning)) {
    return isReshaped(before, planning) || !isNarrowed(before, planning) ? undefined : byText;
  }
  if (replaced.length === 0) {
    return isWidening(before.payload.type, after.payload.type) ? undefined : attempt(converted);
  }
  return reshape(after, replaced, planning) === undefined ? byText : undefined;
}

/** A domain may refuse that there is no value. */
function present(column: Column, planning: Planning): string {
  if (domainOf(column, planning) !== undefined) return "";
  return ` WHERE ${quoted(column.name.name)} IS NOT NULL`;
}

function attempt({ before, after }: Conversion): Required<Pick<RowCheck, "attempt">> {
  const { type } = after.payload;
  const expression = conversion("one.value", before.payload.type, type) ?? "one.value";
  return { attempt: { type, expression } };
}
