/** Columns of relations, attributes of composite types, and defaults: pg_attribute, pg_attrdef. The largest family. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { ColumnPayload } from "../../../catalog/payloads/relations.ts";
import { factId } from "../../../catalog/id.ts";
import { optionsOf, storageName } from "./attributes.ts";
import type { CatalogBuild, Relation } from "./build.ts";
import { collationName, family, inSchemas, since, type Family } from "./family.ts";

interface ColumnRow {
  readonly attrelid: number;
  readonly attnum: number;
  readonly attname: string;
  readonly atttypid: number;
  readonly type: string;
  readonly attcollation: number;
  readonly collation: { readonly schema: string; readonly name: string } | null;
  readonly attnotnull: boolean;
  readonly attgenerated: string;
  readonly storage: string | null;
  readonly attcompression: string;
  readonly statistics_target: number | null;
  readonly attoptions: readonly string[] | null;
  readonly attfdwoptions: readonly string[] | null;
  readonly inherited: boolean;
  readonly default_oid: number | null;
  readonly expression: string | null;
}

export const columns: Family = family<ColumnRow>({
  name: "pg_attribute",
  query: (server) => `
    select a.attrelid, a.attnum, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod) as type,
      a.attcollation,
      case when a.attcollation <> t.typcollation then ${collationName("a.attcollation")} end as collation,
      a.attnotnull, a.attgenerated,
      case when a.attstorage <> t.typstorage then a.attstorage end as storage, a.attcompression,
      ${since(server, 17, "a.attstattarget", "nullif(a.attstattarget, -1)")} as statistics_target,
      a.attoptions, a.attfdwoptions, not a.attislocal or c.reloftype <> 0 as inherited,
      d.oid as default_oid, pg_get_expr(d.adbin, d.adrelid) as expression
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and ${inSchemas("c.relnamespace", server)}
      and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum`,
  rowOf: (row) => (row.default_oid === null ? undefined : ["pg_attrdef", row.default_oid]),
  add: (row, build) => {
    const relation = build.relations.get(row.attrelid);
    if (relation !== undefined) addColumn(row, relation, build);
  },
});

function addColumn(row: ColumnRow, relation: Relation, build: CatalogBuild): void {
  const composite = relation.id.startsWith("composite:");
  const kind = composite ? "attribute" : "column";
  const name = { schema: relation.name.schema, relation: relation.name.name, name: row.attname };
  const ordinal = relation.columns.reduce((count) => count + 1, 1);
  const id = build.add({
    kind,
    name,
    parent: relation.id,
    payload: composite ? attributePayload(row, ordinal) : columnPayload(row, ordinal),
  });
  relation.columns[row.attnum] = {
    name: row.attname,
    id,
    typeOid: row.atttypid,
    collationOid: row.attcollation,
  };
  if (row.default_oid === null || row.expression === null) return;
  if (row.attgenerated !== "") {
    build.address("pg_attrdef", row.default_oid, id);
    return;
  }
  build.add({
    kind: "default",
    id: factId("default", name),
    name,
    parent: id,
    payload: { expression: row.expression },
    address: ["pg_attrdef", row.default_oid],
  });
}

function attributePayload(row: ColumnRow, ordinal: number): PayloadOf["attribute"] {
  const collation = row.collation === null ? {} : { collation: row.collation };
  return { ordinal, type: row.type, ...collation };
}

type Open<T> = { -readonly [A in keyof T]: T[A] };

const plainNotNull = {};

/** Written out attribute by attribute: this runs once per column of the database. */
function columnPayload(row: ColumnRow, position: number): ColumnPayload {
  const payload: Open<ColumnPayload> = { position, type: row.type };
  if (row.attnotnull) payload.notNull = plainNotNull;
  if (row.inherited) payload.inherited = true;
  if (row.collation !== null) payload.collation = row.collation;
  if (row.attgenerated !== "" && row.expression !== null) {
    const kind = row.attgenerated === "v" ? "virtual" : "stored";
    payload.generated = { kind, expression: row.expression };
  }
  const storage = row.storage === null ? undefined : storageName(row.storage);
  if (storage !== undefined) payload.storage = storage;
  if (row.attcompression !== "") payload.compression = compressionName(row.attcompression);
  if (row.statistics_target !== null) payload.statisticsTarget = row.statistics_target;
  const options = optionsOf(row.attoptions);
  if (options !== undefined) payload.options = options;
  const foreignOptions = optionsOf(row.attfdwoptions);
  if (foreignOptions !== undefined) payload.foreignOptions = foreignOptions;
  return payload;
}

function compressionName(letter: string): "pglz" | "lz4" {
  return letter === "l" ? "lz4" : "pglz";
}
