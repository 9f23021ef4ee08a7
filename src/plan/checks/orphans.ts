/** Rows that refer to a partition that leaves its table: the foreign key, which stays, would find nothing any more. */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isDropped, type Planning } from "../planning.ts";
import { parentsOf, referringKeys } from "../rules/parents.ts";
import { ownName, quoted } from "../text/names.ts";
import type { RowCheck } from "./check.ts";
import { keyColumn, keyOf, lastingTable } from "./source.ts";

export function orphans(id: FactId, planning: Planning): readonly RowCheck[] {
  const partition = planning.from.find("table", id);
  const link = partition?.payload.partitionOf;
  if (partition === undefined || link === undefined) return [];
  const after = planning.to.find("table", id)?.payload.partitionOf;
  if (!isDropped(planning, id) && sameValue(after?.parent ?? null, link.parent)) return [];
  const [parent] = parentsOf(planning.from, partition);
  if (parent === undefined || isDropped(planning, parent.id)) return [];
  return referringKeys(parent, planning)
    .filter((key) => !isDropped(planning, key.id))
    .flatMap((key) => referring(key, partition, planning));
}

function referring(
  key: FactOf<"constraint">,
  partition: FactOf<"table">,
  planning: Planning,
): readonly RowCheck[] {
  const table = lastingTable(key.parent, planning);
  const { payload } = key;
  if (table === undefined || payload.type !== "foreign key") return [];
  if (payload.period === true || payload.notEnforced === true) return [];
  const pairs = payload.tableColumns.map(
    (name, at) => `other.${quoted(name)} = one.${quoted(payload.columns[at] ?? "")}`,
  );
  return [
    {
      problem: "no reference",
      table: table.id,
      object: partition.id,
      reason: `${payload.columns.join(", ")} refers by ${key.name.name} to partition ${ownName(partition)}, which leaves its table`,
      query:
        `SELECT ${keyOf(table, planning)} AS ${keyColumn} FROM ${ownName(table)} AS one ` +
        `WHERE EXISTS (SELECT FROM ${ownName(partition)} AS other WHERE ${pairs.join(" AND ")})`,
    },
  ];
}
