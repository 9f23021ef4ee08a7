/** PARTITION BY: pg_partitioned_table. */
import type { PartitionKey } from "../../../catalog/payloads/relations.ts";
import { splitList } from "./deparsed.ts";
import { family, inSchemas, type Family } from "./family.ts";
import { keyParts } from "./keys.ts";

interface PartitionKeyRow {
  readonly partrelid: number;
  readonly partstrat: string;
  readonly partnatts: number;
  readonly partattrs: readonly number[];
  readonly partclass: readonly number[];
  readonly partcollation: readonly number[];
  readonly expressions: string | null;
}

const strategies: Readonly<Record<string, PartitionKey["strategy"]>> = {
  r: "range",
  l: "list",
  h: "hash",
};

export const partitionKeys: Family = family<PartitionKeyRow>({
  name: "pg_partitioned_table",
  query: (server) => `
    select p.partrelid, p.partstrat, p.partnatts, p.partattrs, p.partclass, p.partcollation,
      pg_get_expr(p.partexprs, p.partrelid) as expressions
    from pg_partitioned_table p
    join pg_class c on c.oid = p.partrelid
    where ${inSchemas("c.relnamespace", server)}`,
  add: (row, build) => {
    const relation = build.relations.get(row.partrelid);
    const strategy = strategies[row.partstrat];
    if (relation === undefined || strategy === undefined) return;
    const keys = keyParts(
      {
        attributes: row.partattrs,
        keyCount: row.partnatts,
        operatorClasses: row.partclass,
        collations: row.partcollation,
        expressions: row.expressions === null ? [] : splitList(row.expressions),
      },
      relation,
      build,
    );
    build.patch(relation.id, { partitionKey: { strategy, keys } });
  },
});
