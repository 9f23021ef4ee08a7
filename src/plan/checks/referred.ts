/**
 * The rows that a foreign key may find, as they are before the plan: those of the tables that will be the partitions,
 * which the plan may attach, or leave in place while it makes the partitioned table again.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactId } from "../../catalog/id.ts";
import type { Planning } from "../planning.ts";
import { tablesBelow } from "../rules/parents.ts";
import { lastingTable, rowsOfKey } from "./source.ts";

/** A query, which is empty when there are no rows yet. Undefined: not known yet. */
export function referredRows(
  id: FactId,
  columns: readonly string[],
  planning: Planning,
): string | undefined {
  const { from, to, fates } = planning;
  const table = lastingTable(id, planning);
  const [before, after] = [tablesBelow(from, id).toSorted(), tablesBelow(to, id).toSorted()];
  const isPartitioned = to.find("table", id)?.payload.partitionKey !== undefined;
  if (table !== undefined && (!isPartitioned || sameValue(before, after))) {
    return rowsOfKey(table, columns, planning);
  }
  if (table === undefined && !fates.creates.has(id)) return undefined;
  const holders = isPartitioned ? after : [id];
  // The rows of these go over to new tables.
  if (holders.some((each) => fates.rebuilds.has(each))) return undefined;
  const queries = holders.map((each) => {
    const holder = lastingTable(each, planning);
    const isHolder = holder !== undefined && holder.payload.partitionKey === undefined;
    return isHolder ? rowsOfKey(holder, columns, planning) : "";
  });
  if (queries.includes(undefined)) return undefined;
  return queries.filter((query) => query !== "").join(" UNION ALL ");
}
