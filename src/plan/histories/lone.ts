/**
 * Where one schema holds the table in which another tool keeps its history, and the other does not: dbmate and Rails
 * dump theirs into the complete schema, which no migration makes. It is nobody's schema, so that it is left aside.
 */
import { factsOf, type Catalog } from "../../catalog/fact.ts";
import { factId, printName } from "../../catalog/id.ts";
import { leaveTables, type LeftAside } from "../../catalog/leave_tables.ts";
import { historyTools } from "./tools.ts";
import type { HistoryTool } from "./tool.ts";

export interface LoneHistory {
  /** For people: `dbmate's public.schema_migrations`. */
  readonly what: string;
  readonly aside: readonly LeftAside[];
}

/** Those that `one` has and `other` has not. */
export function loneHistories(one: Catalog, other: Catalog): readonly LoneHistory[] {
  const found = factsOf(one, "table").flatMap(({ id, name }) => {
    const { schema = "" } = name;
    if (!historyNames.has(name.name) || other.facts.has(id)) return [];
    const tool = toolOf(
      { schema, table: name.name },
      { columns: columnsOf(one, id), catalog: one },
    );
    return tool === undefined ? [] : [{ tool, schema, name }];
  });
  return found.map(({ tool, schema, name }) => ({
    what: `${tool.title}'s ${printName(name)}`,
    aside: tool.tables.some((table) => table.schema === schema)
      ? [{ schema }]
      : [name.name, ...besidesOf(tool)].map((table) => ({ schema, table })),
  }));
}

export interface Ours {
  readonly from: boolean;
  readonly to: boolean;
}

/** `to`, but with such tables of a side of ours only as `from` has them. */
export function historiesAsBefore(from: Catalog, to: Catalog, ours: Ours): Catalog {
  const lone = [
    ...(ours.from ? loneHistories(from, to) : []),
    ...(ours.to ? loneHistories(to, from) : []),
  ];
  const aside = lone.flatMap((history) => history.aside);
  if (aside.length === 0) return to;
  const others = leaveTables(from, aside).facts;
  const kept = [...from.facts].filter(([id]) => !others.has(id));
  return { ...to, facts: new Map([...leaveTables(to, aside).facts, ...kept]) };
}

const historyNames: ReadonlySet<string> = new Set(
  historyTools.flatMap(({ tables }) => tables.map(({ table }) => table)),
);

function besidesOf({ beside, lock, companions = [] }: HistoryTool): readonly string[] {
  return [beside, lock?.table, ...companions].flatMap((name) => name ?? []);
}

function columnsOf(catalog: Catalog, table: string): ReadonlySet<string> {
  const own = factsOf(catalog, "column").filter(({ parent }) => parent === table);
  return new Set(own.map(({ name }) => name.name));
}

/** The one with the most of the columns, where several share a table's name. */
function toolOf(
  { schema, table }: Required<LeftAside>,
  { columns, catalog }: { readonly columns: ReadonlySet<string>; readonly catalog: Catalog },
): HistoryTool | undefined {
  const fits = historyTools.filter(
    ({ columns: own, tables, beside }) =>
      own.every((column) => columns.has(column)) &&
      (beside === undefined || catalog.facts.has(factId("table", { schema, name: beside }))) &&
      tables.some((one) => one.table === table && (one.schema ?? schema) === schema),
  );
  return fits.toSorted((one, two) => two.columns.length - one.columns.length)[0];
}
