/** Rows that have no value where one is needed from now on: NOT NULL of columns, of new columns, of domains. */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { Planning } from "../planning.ts";
import { standInFor } from "../rules/stand_in.ts";
import { counterparts, staysBound } from "../rules/parents.ts";
import { ownName, quoted } from "../text/names.ts";
import type { RowCheck } from "./check.ts";
import { stable } from "../text/expressions.ts";
import {
  domainsOf,
  isItself,
  keyColumn,
  keyOf,
  lastingTable,
  offending,
  rowsWithin,
} from "./source.ts";
import { isSteady } from "./steady.ts";

/** A column that is there already, or comes without a value. */
export function columnNulls(id: FactId, planning: Planning): readonly RowCheck[] {
  const after = planning.to.find("column", id);
  if (after === undefined) return [];
  const table = lastingTable(after.parent, planning);
  if (table === undefined) return [];
  if (planning.fates.creates.has(id)) {
    return after.payload.generated === undefined
      ? missingValues(after, table, planning)
      : emptyResults(after, table, planning);
  }
  const before = planning.from.find("column", id);
  const wasNeeded = isNeeded(before);
  if (before === undefined || wasNeeded || !isNeeded(after)) return [];
  if (isTightenedAbove(after, planning)) return [];
  const isAlone = after.payload.notNull?.noInherit === true;
  const rows = isAlone ? `ONLY ${ownName(table)}` : rowsWithin(table, planning);
  return [
    {
      problem: "null",
      table: table.id,
      object: id,
      reason: `column ${after.name.name} is null, and is to be NOT NULL`,
      query: nullRows(table, rows, { column: before, planning }),
    },
  ];
}

interface NullColumn {
  readonly column: FactOf<"column">;
  readonly planning: Planning;
}

function nullRows(table: FactOf<"table">, from: string, { column, planning }: NullColumn): string {
  const key = `${keyOf(table, planning)} AS ${keyColumn}`;
  return `SELECT ${key} FROM ${from} WHERE ${quoted(column.name.name)} IS NULL`;
}

function isNeeded(column: FactOf<"column"> | undefined): boolean {
  const notNull = column?.payload.notNull;
  return notNull !== undefined && notNull.notValid !== true;
}

/** The rows of this table are looked at with those of a table above. */
function isTightenedAbove(column: FactOf<"column">, planning: Planning): boolean {
  return counterparts(planning.to, column).some(
    (above) =>
      above.kind === "column" &&
      isNeeded(above) &&
      above.payload.notNull?.noInherit !== true &&
      !isNeeded(planning.from.find("column", above.id)) &&
      planning.from.get(above.id) !== undefined,
  );
}

/** ADD COLUMN ... NOT NULL without a default has no value for the rows that are there. */
function missingValues(
  column: FactOf<"column">,
  table: FactOf<"table">,
  planning: Planning,
): readonly RowCheck[] {
  const { payload, id } = column;
  const domains = domainsOf(column, planning);
  const mayBeNull = !isNeeded(column) && domains.every((one) => one.payload.notNull === undefined);
  if (mayBeNull || payload.generated !== undefined || payload.identity !== undefined) return [];
  if (planning.to.childrenOf("default", id).length > 0) return [];
  if (domains[0]?.payload.default !== undefined) return [];
  if (comesFromAbove(column, planning)) return [];
  return [
    {
      problem: "no value",
      table: table.id,
      object: id,
      reason: `new column ${column.name.name} is NOT NULL and has no default`,
      query: `SELECT ${keyOf(table, planning)} AS ${keyColumn} FROM ${rowsWithin(table, planning)}`,
    },
  ];
}

/** The rows of a table below come to the column with those of the table above, unless it is only now, or anew, below. */
export function comesFromAbove(column: FactOf<"column">, planning: Planning): boolean {
  const { inherited } = column.payload;
  if (inherited !== true || standInFor(column, planning) !== undefined) return false;
  return column.parent !== undefined && staysBound(column.parent, planning);
}

/** A generated column that is NOT NULL and whose expression gives no value for some rows. */
function emptyResults(
  column: FactOf<"column">,
  table: FactOf<"table">,
  planning: Planning,
): readonly RowCheck[] {
  const { generated } = column.payload;
  if (!isNeeded(column) || generated === undefined || comesFromAbove(column, planning)) return [];
  const columns: string[] = [];
  for (const id of column.references) {
    const other = planning.to.find("column", id);
    if (other !== undefined && other.parent === column.parent) columns.push(other.name.name);
    else if (!isSteady(id, planning)) return [];
  }
  const condition = `(${stable(generated.expression)}) IS NULL`;
  const query = offending({ table, columns }, condition, planning);
  if (query === undefined) return [];
  const reason = `new column ${column.name.name} is NOT NULL, and its expression gives null`;
  return [{ problem: "null", table: table.id, object: column.id, reason, query }];
}

/** A domain that takes no nulls any more: every column of it. */
export function domainNulls(id: FactId, planning: Planning): readonly RowCheck[] {
  const [before, after] = [planning.from.find("domain", id), planning.to.find("domain", id)];
  if (before === undefined || after?.payload.notNull === undefined) return [];
  if (before.payload.notNull !== undefined) return [];
  return columnsOfDomain(before, planning).map(({ column, table }) => ({
    problem: "null",
    table: table.id,
    object: id,
    reason: `column ${column.name.name} is null, and its domain ${ownName(before)} is to be NOT NULL`,
    query: nullRows(table, rowsWithin(table, planning), { column, planning }),
  }));
}

export interface DomainColumn {
  readonly column: FactOf<"column">;
  readonly table: FactOf<"table">;
}

/** Columns that are of the domain before and after, or of one over it. */
export function columnsOfDomain(
  domain: FactOf<"domain">,
  planning: Planning,
): readonly DomainColumn[] {
  return planning.from.referrers(domain.id).flatMap((fact) => {
    if (fact.kind === "domain") {
      const over = planning.to.find("domain", fact.id);
      const isOver = isItself(fact, domain) && over !== undefined && isItself(over, domain);
      return isOver && !planning.fates.drops.has(fact.id) ? columnsOfDomain(fact, planning) : [];
    }
    if (fact.kind !== "column" || !isItself(fact, domain)) return [];
    const table = lastingTable(fact.parent, planning);
    const after = planning.to.find("column", fact.id);
    const stays = after !== undefined && isItself(after, domain);
    if (table === undefined || !stays || planning.fates.drops.has(fact.id)) return [];
    return [{ column: fact, table }];
  });
}
