/** Indexes, and the shapes of those behind constraints: pg_index. */
import type { Options, IndexShape, KeyPart } from "../../../catalog/payloads/relations.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined, flag, nonEmpty, optionsOf, qualified, unless } from "./attributes.ts";
import type { CatalogBuild, Relation } from "./build.ts";
import { family, inSchemas, since, type Family } from "./family.ts";
import { includedColumns, keyParts } from "./keys.ts";

interface IndexRow {
  readonly indexrelid: number;
  readonly indrelid: number;
  readonly relname: string;
  readonly method: string;
  readonly indisunique: boolean;
  readonly indisclustered: boolean;
  readonly indisreplident: boolean;
  readonly valid: boolean;
  readonly nulls_not_distinct: boolean;
  readonly indnkeyatts: number;
  readonly indkey: readonly number[];
  readonly indclass: readonly number[];
  readonly indcollation: readonly number[];
  readonly indoption: readonly number[];
  readonly expressions: readonly string[] | null;
  readonly predicate: string | null;
  readonly reloptions: readonly string[] | null;
  readonly tablespace: string | null;
  readonly backs_constraint: boolean;
}

export const indexes: Family = family<IndexRow>({
  name: "pg_index",
  query: (server) => `
    select i.indexrelid, i.indrelid, c.relname, m.amname as method, i.indisunique, i.indisclustered,
      i.indisreplident, i.indisvalid as valid,
      ${since(server, 15, "i.indnullsnotdistinct", "false")} as nulls_not_distinct,
      i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption,
      case when i.indexprs is not null then (
        select array_agg(pg_get_indexdef(i.indexrelid, k, false) order by k)
        from generate_series(1, i.indnkeyatts) k where i.indkey[k - 1] = 0
      ) end as expressions,
      pg_get_expr(i.indpred, i.indrelid) as predicate,
      c.reloptions, s.spcname as tablespace, k.oid is not null as backs_constraint
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am m on m.oid = c.relam
    left join pg_tablespace s on s.oid = c.reltablespace
    left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
    where ${inSchemas("c.relnamespace", server)}`,
  rowOf: (row) => ["pg_class", row.indexrelid],
  add: (row, build) => {
    const relation = build.relations.get(row.indrelid);
    if (relation !== undefined && !build.isMember("pg_class", row.indexrelid)) {
      addIndex(row, relation, build);
    }
  },
});

function addIndex(row: IndexRow, relation: Relation, build: CatalogBuild): void {
  if (row.indisclustered) build.patch(relation.id, { clusterOn: row.relname });
  if (row.indisreplident) {
    build.patch(relation.id, { replicaIdentity: { index: row.relname } });
  }
  const shape = shapeOf(row, relation, build);
  if (row.backs_constraint) {
    build.constraintIndexes.set(row.indexrelid, shape);
    return;
  }
  build.add({
    kind: "index",
    name: qualified(relation.name.schema, row.relname),
    parent: relation.id,
    payload: defined<PayloadOf["index"]>({
      ...shape,
      table: relation.name.name,
      unique: flag(row.indisunique),
    }),
    address: ["pg_class", row.indexrelid],
  });
}

function shapeOf(row: IndexRow, relation: Relation, build: CatalogBuild): IndexShape {
  const keys = {
    attributes: row.indkey,
    keyCount: row.indnkeyatts,
    operatorClasses: row.indclass,
    collations: row.indcollation,
    directions: row.indoption,
    expressions: row.expressions ?? [],
  };
  return defined<IndexShape>({
    method: unless(row.method, "btree"),
    keys: keyParts(keys, relation, build),
    include: nonEmpty(includedColumns(keys, relation)),
    options: optionsOf(row.reloptions),
    tablespace: row.tablespace,
    predicate: row.predicate,
    nullsNotDistinct: flag(row.nulls_not_distinct),
    invalid: flag(!row.valid),
  });
}

interface IndexParentRow {
  readonly child: number;
  readonly parent: number;
  readonly parent_schema: string;
  readonly parent_name: string;
}

/** Which partitioned index an index is attached to; after indexes and constraints, since either may be the parent. */
export const indexParents: Family = family<IndexParentRow>({
  name: "pg_inherits",
  query: (server) => `
    select i.inhrelid as child, i.inhparent as parent, n.nspname as parent_schema, p.relname as parent_name
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    join pg_class p on p.oid = i.inhparent
    join pg_namespace n on n.oid = p.relnamespace
    where c.relkind in ('i', 'I') and ${inSchemas("c.relnamespace", server)}`,
  add: (row, build) => {
    const id = build.find("pg_class", row.child);
    if (id === undefined) return;
    build.patch(id, { attachedTo: qualified(row.parent_schema, row.parent_name) });
    build.refer(id, build.find("pg_class", row.parent));
  },
});

interface IndexColumnRow {
  readonly attrelid: number;
  readonly attnum: number;
  readonly attoptions: readonly string[] | null;
  readonly statistics_target: number | null;
}

/** Operator class options and statistics targets of index columns, where there are any. */
export const indexColumns: Family = family<IndexColumnRow>({
  name: "pg_attribute",
  query: (server) => `
    select a.attrelid, a.attnum, a.attoptions,
      ${since(server, 17, "a.attstattarget", "nullif(a.attstattarget, -1)")} as statistics_target
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    where c.relkind in ('i', 'I') and ${inSchemas("c.relnamespace", server)}
      and (a.attoptions is not null or ${since(server, 17, "a.attstattarget is not null", "a.attstattarget >= 0")})`,
  add: (row, build) => {
    const id = build.find("pg_class", row.attrelid);
    const fact = id === undefined ? undefined : build.get(id);
    if (fact === undefined) return;
    const change = defined<{ operatorClassOptions?: Options; statisticsTarget?: number }>({
      operatorClassOptions: optionsOf(row.attoptions),
      statisticsTarget: row.statistics_target,
    });
    const alter = (keys: readonly KeyPart[]): readonly KeyPart[] =>
      keys.map((key, at) => (at === row.attnum - 1 ? { ...key, ...change } : key));
    if (fact.kind === "index") build.patch(fact.id, { keys: alter(fact.payload.keys) });
    if (fact.kind === "constraint" && "index" in fact.payload) {
      const { index } = fact.payload;
      build.patch(fact.id, { index: { ...index, keys: alter(index.keys) } });
    }
  },
});
