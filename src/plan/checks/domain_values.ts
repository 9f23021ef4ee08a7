/**
 * A new column of a domain: ADD COLUMN gives each row that is there the default or null, and the domain's checks may
 * refuse it. Those that are not valid speak of it as well, since it is a new value.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { Planning } from "../planning.ts";
import { stable } from "../text/expressions.ts";
import { ownName, relationName } from "../text/names.ts";
import type { RowCheck } from "./check.ts";
import { withValue } from "./conditions.ts";
import { comesFromAbove } from "./nulls.ts";
import {
  domainsOf,
  givenValue,
  keyColumn,
  keyOf,
  lastingTable,
  lateKeyOf,
  rowsWithin,
} from "./source.ts";
import { isSteady } from "./steady.ts";

export function refusedValues(id: FactId, planning: Planning): readonly RowCheck[] {
  const given = valueGiven(id, planning);
  if (given === undefined) return [];
  const { table } = given;
  const rows = `SELECT ${keyOf(table, planning)} AS ${keyColumn} FROM ${rowsWithin(table, planning)}`;
  return checksOn(given, planning)
    .filter((check) => isAskable(check, given, planning))
    .map((check) => refusal(check, given, rows));
}

/** What calls a routine, or is of a type, that the plan makes: asked right before the column comes. */
export function lateRefusedValues(id: FactId, planning: Planning): readonly RowCheck[] {
  const given = valueGiven(id, planning);
  if (given === undefined) return [];
  const { table, column } = given;
  const rows = `SELECT ${lateKeyOf(table, planning)} AS ${keyColumn} FROM ${relationName(column)}`;
  return checksOn(given, planning)
    .filter((check) => !isAskable(check, given, planning))
    .map((check) => refusal(check, given, rows));
}

interface Given {
  readonly column: FactOf<"column">;
  readonly table: FactOf<"table">;
  readonly domains: readonly FactOf<"domain">[];
  readonly value: string;
}

function valueGiven(id: FactId, planning: Planning): Given | undefined {
  const column = planning.to.find("column", id);
  const table = lastingTable(column?.parent, planning);
  if (column === undefined || table === undefined || !planning.fates.creates.has(id)) {
    return undefined;
  }
  const domains = domainsOf(column, planning);
  const value = givenValue(column, planning);
  const isOwn = domains.length > 0 && !comesFromAbove(column, planning);
  return isOwn && value !== undefined ? { column, table, domains, value } : undefined;
}

type Check = FactOf<"constraint">;

function checksOn({ domains }: Given, { to }: Planning): readonly Check[] {
  return domains
    .flatMap(({ id }) => to.childrenOf("constraint", id))
    .filter(({ payload }) => payload.type === "check");
}

/** Whether all that it speaks of, and the type of the value, is there before the plan. */
function isAskable({ references }: Check, { domains }: Given, planning: Planning): boolean {
  const made = new Set(domains.map(({ id }) => id));
  return [...references, ...domains.flatMap((domain) => domain.references)].every(
    (id) => made.has(id) || isSteady(id, planning),
  );
}

function refusal({ name, parent, payload }: Check, given: Given, rows: string): RowCheck {
  const expression = payload.type === "check" ? payload.expression : "";
  const { column, table, domains, value } = given;
  const domain = domains.find(({ id }) => id === parent);
  const named = domain === undefined ? "its domain" : ownName(domain);
  return {
    problem: "condition",
    table: table.id,
    object: column.id,
    reason: `new column ${column.name.name} would not hold ${name.name} of domain ${named}, CHECK (${expression})`,
    query: `${rows} WHERE NOT (${withValue(stable(expression), `(${value})`)})`,
  };
}
