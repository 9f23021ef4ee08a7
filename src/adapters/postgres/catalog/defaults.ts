/**
 * Defaults and the expressions of generated columns: pg_attrdef. Thousands of columns share a few expressions, and
 * rendering one costs the server more than everything else about a column: those that name no column are rendered
 * once each.
 */
import type { ColumnPayload } from "../../../catalog/payloads/relations.ts";
import type { CatalogBuild } from "./build.ts";
import { family, inSchemas, type Family } from "./family.ts";
import { eachRecord, packedRecords } from "./packed.ts";

interface DefaultRow {
  readonly expression: string;
  /** OID, relation and column of all that have it. */
  readonly places: string;
}

export const defaults: Family = family<DefaultRow>({
  name: "pg_attrdef",
  // A stored expression refers to columns by number, and every such reference is written as a node VAR.
  query: (server) => `
    select pg_get_expr(f.adbin, f.adrelid) as expression, e.places
    from (
      select min(d.oid) as first, ${packedRecords(["d.oid", "d.adrelid", "d.adnum"])} as places
      from pg_attrdef d
      join pg_class c on c.oid = d.adrelid
      where ${inSchemas("c.relnamespace", server)}
      group by d.adbin::text, case when d.adbin::text like '%{VAR %' then d.adrelid end
    ) e
    join pg_attrdef f on f.oid = e.first`,
  add: ({ expression, places }, build) => {
    const payload = { expression };
    eachRecord(places, ([oid = 0, relation = 0, attribute = 0]) => {
      addDefault({ payload, oid, relation, attribute }, build);
      build.seen("pg_attrdef", oid);
    });
  },
});

interface Place {
  readonly payload: { readonly expression: string };
  readonly oid: number;
  readonly relation: number;
  readonly attribute: number;
}

function addDefault({ payload, oid, relation, attribute }: Place, build: CatalogBuild): void {
  const table = build.relations.get(relation);
  const column = table?.columns[attribute];
  if (table === undefined || column === undefined) return;
  if (column.generated !== undefined) {
    const generated: ColumnPayload["generated"] = { kind: column.generated, ...payload };
    build.patch(column.id, { generated });
    build.address("pg_attrdef", oid, column.id);
    return;
  }
  const name = { schema: table.name.schema, relation: table.name.name, name: column.name };
  build.add({
    kind: "default",
    name,
    parent: column.id,
    payload,
    address: ["pg_attrdef", oid],
  });
}
