/** Extended statistics: pg_statistic_ext. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { factId } from "../../../catalog/id.ts";
import { defined, nonEmpty } from "./attributes.ts";
import { aboutSystem, isOfSystem } from "./system.ts";
import { family, inSchemas, since, type Family } from "./family.ts";

interface StatisticsRow {
  readonly oid: number;
  readonly stxname: string;
  readonly stxnamespace: number;
  readonly stxowner: number;
  readonly stxrelid: number;
  readonly stxkeys: readonly number[];
  readonly stxkind: readonly string[];
  readonly target: number | null;
  readonly expressions: readonly string[] | null;
}

const kindNames = [
  ["d", "ndistinct"],
  ["f", "dependencies"],
  ["m", "mcv"],
] as const;

export const statistics: Family = family<StatisticsRow>({
  name: "pg_statistic_ext",
  query: (server) => `
    select s.oid, s.stxname, s.stxnamespace, s.stxowner, s.stxrelid, s.stxkeys, s.stxkind,
      ${since(server, 17, "s.stxstattarget", "nullif(s.stxstattarget, -1)")} as target,
      pg_get_statisticsobjdef_expressions(s.oid) as expressions
    from pg_statistic_ext s
    where ${inSchemas("s.stxnamespace", server)}`,
  add: (row, build) => {
    const relation = build.relations.get(row.stxrelid);
    if (build.isMember("pg_statistic_ext", row.oid)) return;
    const schema = build.schema(row.stxnamespace);
    if (relation === undefined) {
      const name = { schema: schema.name, name: row.stxname };
      if (isOfSystem(row.stxrelid)) build.findings.push(aboutSystem(factId("statistics", name)));
      return;
    }
    const kinds = kindNames.filter(([letter]) => row.stxkind.includes(letter));
    const columns = row.stxkeys
      .map((attribute) => relation.columns[attribute]?.name)
      .filter((name) => name !== undefined);
    const id = build.add({
      kind: "statistics",
      name: { schema: schema.name, name: row.stxname },
      parent: relation.id,
      address: ["pg_statistic_ext", row.oid],
      payload: defined<PayloadOf["statistics"]>({
        owner: build.owner(row.stxowner),
        table: relation.name,
        kinds: kinds.length === kindNames.length ? undefined : kinds.map(([, name]) => name),
        columns: nonEmpty(columns),
        expressions: nonEmpty(row.expressions),
        statisticsTarget: row.target,
      }),
    });
    build.refer(id, schema.parent);
  },
});
