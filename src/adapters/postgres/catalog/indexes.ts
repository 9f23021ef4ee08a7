/** Indexes, and the shapes of those behind constraints: pg_index. */
import type { IndexShape } from "../../../catalog/payloads/relations.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined, flag, nonEmpty, optionsOf, qualified } from "./attributes.ts";
import type { CatalogBuild, Relation, ServerView } from "./build.ts";
import { family, inSchemas, since, type Family } from "./family.ts";
import { afterParentheses, clauseInParentheses, splitList } from "./deparsed.ts";
import { includedColumns, keyParts } from "./keys.ts";
import { packedRecord } from "./packed.ts";

interface PackedRow {
  readonly relname: string;
  /** The five records that `unpack` takes apart. */
  readonly packed: string;
  /** Null: btree. */
  readonly method: string | null;
  readonly expressions: readonly string[] | null;
  readonly predicate: string | null;
  /** Where an expression may have a collation of its own, which its key may have been given back the default for. */
  readonly definition: string | null;
  readonly reloptions: readonly string[] | null;
  readonly tablespace: string | null;
}

interface IndexRow {
  readonly row: PackedRow;
  readonly indexrelid: number;
  readonly indrelid: number;
  readonly keyCount: number;
  readonly unique: boolean;
  readonly clustered: boolean;
  readonly identifiesReplicas: boolean;
  readonly valid: boolean;
  readonly nullsNotDistinct: boolean;
  readonly backsConstraint: boolean;
  readonly attributes: readonly number[];
  readonly operatorClasses: readonly number[];
  readonly collations: readonly number[];
  readonly directions: readonly number[];
}

function packedColumns(server: ServerView): string {
  const nulls = since(server, 15, "i.indnullsnotdistinct", "false");
  const flags = ["i.indisunique", "i.indisclustered", "i.indisreplident", "i.indisvalid", nulls]
    .map((flag, bit) => `${1 << bit} * ${flag}::int`)
    .concat("32 * (k.oid is not null)::int");
  const scalars = packedRecord([
    ...["i.indexrelid", "i.indrelid", "i.indnkeyatts"],
    flags.join(" + "),
  ]);
  const vectors = ["i.indkey", "i.indclass", "i.indcollation", "i.indoption"];
  return `concat(${[scalars, ...vectors.map((vector) => `${vector}::text`)].join(", '|', ")})`;
}

function unpack(row: PackedRow): IndexRow {
  const [scalars = "", ...vectors] = row.packed.split("|");
  const [indexrelid = 0, indrelid = 0, keyCount = 0, flags = 0] = scalars.split(",").map(Number);
  return {
    row,
    indexrelid,
    indrelid,
    keyCount,
    attributes: vectorOf(vectors[0]),
    operatorClasses: vectorOf(vectors[1]),
    collations: vectorOf(vectors[2]),
    directions: vectorOf(vectors[3]),
    unique: (flags & 1) !== 0,
    clustered: (flags & 2) !== 0,
    identifiesReplicas: (flags & 4) !== 0,
    valid: (flags & 8) !== 0,
    nullsNotDistinct: (flags & 16) !== 0,
    backsConstraint: (flags & 32) !== 0,
  };
}

function vectorOf(text: string | undefined): readonly number[] {
  return text === undefined || text === "" ? [] : text.split(" ").map(Number);
}

export const indexes: Family = family<PackedRow>({
  name: "pg_index",
  query: (server) => `
    select c.relname, nullif(m.amname, 'btree') as method, ${packedColumns(server)} as packed,
      case when i.indexprs is not null then (
        select array_agg(pg_get_indexdef(i.indexrelid, k, false) order by k)
        from generate_series(1, i.indnkeyatts) k where i.indkey[k - 1] = 0
      ) end as expressions,
      pg_get_expr(i.indpred, i.indrelid) as predicate,
      case when i.indexprs is not null and 100 = any(i.indcollation)
        and i.indexprs::text ~ 'coll(id|ation) (?!0 |100 )' then pg_get_indexdef(i.indexrelid) end as definition,
      c.reloptions, s.spcname as tablespace
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am m on m.oid = c.relam
    left join pg_tablespace s on s.oid = c.reltablespace
    left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
    where ${inSchemas("c.relnamespace", server)}`,
  add: (packed, build) => {
    const row = unpack(packed);
    build.seen(["pg_class", row.indexrelid]);
    const relation = build.relations.get(row.indrelid);
    if (relation !== undefined && !build.isMember("pg_class", row.indexrelid)) {
      addIndex(row, relation, build);
    }
  },
});

function addIndex(row: IndexRow, relation: Relation, build: CatalogBuild): void {
  if (row.clustered) build.patch(relation.id, { clusterOn: row.row.relname });
  if (row.identifiesReplicas) {
    build.patch(relation.id, { replicaIdentity: { index: row.row.relname } });
  }
  const shape = shapeOf(row, relation, build);
  if (row.backsConstraint) {
    build.constraintIndexes.set(row.indexrelid, shape);
    return;
  }
  build.add({
    kind: "index",
    name: qualified(relation.name.schema, row.row.relname),
    parent: relation.id,
    payload: defined<PayloadOf["index"]>({
      ...shape,
      table: relation.name.name,
      unique: flag(row.unique),
    }),
    address: ["pg_class", row.indexrelid],
  });
}

function shapeOf(row: IndexRow, relation: Relation, build: CatalogBuild): IndexShape {
  const keys = {
    attributes: row.attributes,
    keyCount: row.keyCount,
    operatorClasses: row.operatorClasses,
    collations: row.collations,
    directions: row.directions,
    expressions: row.row.expressions ?? [],
    toldDefault: toldDefaultCollation(row.row),
  };
  return defined<IndexShape>({
    method: row.row.method,
    keys: keyParts(keys, relation, build),
    include: nonEmpty(includedColumns(keys, relation)),
    options: optionsOf(row.row.reloptions),
    tablespace: row.row.tablespace,
    predicate: row.row.predicate,
    nullsNotDistinct: flag(row.nullsNotDistinct),
    invalid: flag(!row.valid),
  });
}

/** Which of the keys say COLLATE "default". */
function toldDefaultCollation({ definition, method }: PackedRow): readonly boolean[] {
  if (definition === null) return [];
  const keys = clauseInParentheses(definition, method ?? "btree") ?? "";
  return splitList(keys).map((key) => afterParentheses(key).startsWith(' COLLATE "default"'));
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
