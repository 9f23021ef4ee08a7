/** Indexes, and the shapes of those behind constraints: pg_index. */
import type { IndexShape } from "../../../catalog/payloads/relations.ts";
import { nonEmpty, optionsOf, qualified, unless } from "./attributes.ts";
import type { CatalogBuild, Relation, ServerView } from "./build.ts";
import { family, flagBits, inSchemas, largeFamily, since, type Family } from "./family.ts";
import { afterParentheses, clauseInParentheses, splitList } from "./deparsed.ts";
import { includedColumns, keyParts } from "./keys.ts";

interface IndexRow {
  readonly oid: number;
  readonly table: number;
  readonly name: string;
  readonly method: number;
  readonly keyCount: number;
  readonly flags: number;
  readonly attributes: readonly number[];
  readonly operatorClasses: readonly number[];
  readonly collations: readonly number[];
  readonly directions: readonly number[];
  readonly expressions: readonly string[] | null;
  readonly predicate: string | null;
  /** Where an expression may have a collation of its own, which its key may have been given back the default for. */
  readonly definition: string | null;
  readonly options: readonly string[] | null;
  readonly tablespace: string | null;
}

const isUnique = 1;
const isClustered = 2;
const identifiesReplicas = 4;
const isValid = 8;
const nullsNotDistinct = 16;
const backsConstraint = 32;

function flagsOf(server: ServerView): string {
  return flagBits([
    ...["i.indisunique", "i.indisclustered", "i.indisreplident", "i.indisvalid"],
    since(server, 15, "i.indnullsnotdistinct", "false"),
    "k.oid is not null",
  ]);
}

export const indexes: Family = largeFamily({
  name: "pg_index",
  query: (server) => `
    select i.indexrelid, i.indrelid, c.relname, c.relam, i.indnkeyatts, ${flagsOf(server)},
      i.indkey, i.indclass, i.indcollation, i.indoption,
      case when i.indexprs is not null then (
        select array_agg(pg_get_indexdef(i.indexrelid, k, false) order by k)
        from generate_series(1, i.indnkeyatts) k where i.indkey[k - 1] = 0
      ) end,
      pg_get_expr(i.indpred, i.indrelid),
      case when i.indexprs is not null and 100 = any(i.indcollation)
        and i.indexprs::text ~ 'coll(id|ation) (?!0 |100 )' then pg_get_indexdef(i.indexrelid) end,
      c.reloptions, s.spcname
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    left join pg_tablespace s on s.oid = c.reltablespace
    left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
    where ${inSchemas("c.relnamespace", server)}`,
  add: (values, build) => {
    const row: IndexRow = {
      oid: values.oid(),
      table: values.oid(),
      name: values.text() ?? "",
      method: values.oid(),
      keyCount: values.int(),
      flags: values.int(),
      attributes: values.numbers(),
      operatorClasses: values.numbers(),
      collations: values.numbers(),
      directions: values.numbers(),
      expressions: values.texts(),
      predicate: values.text(),
      definition: values.text(),
      options: values.texts(),
      tablespace: values.text(),
    };
    const relation = build.relations.get(row.table);
    if (relation !== undefined && !build.isMember("pg_class", row.oid)) {
      addIndex(row, relation, build);
    }
    // Of one behind a constraint the constraint tells more, later.
    build.seen("pg_class", row.oid);
  },
});

function addIndex(row: IndexRow, relation: Relation, build: CatalogBuild): void {
  if ((row.flags & isClustered) !== 0) build.patch(relation.id, { clusterOn: row.name });
  if ((row.flags & identifiesReplicas) !== 0) {
    build.patch(relation.id, { replicaIdentity: { index: row.name } });
  }
  const shape = shapeOf(row, relation, build);
  if ((row.flags & backsConstraint) !== 0) {
    build.constraintIndexes.set(row.oid, shape);
    return;
  }
  build.add({
    kind: "index",
    name: qualified(relation.name.schema, row.name),
    parent: relation.id,
    payload:
      (row.flags & isUnique) === 0
        ? { ...shape, table: relation.name.name }
        : { ...shape, table: relation.name.name, unique: true },
    address: ["pg_class", row.oid],
  });
}

function shapeOf(row: IndexRow, relation: Relation, build: CatalogBuild): IndexShape {
  const method = unless(build.accessMethods.get(row.method), "btree");
  const keys = {
    attributes: row.attributes,
    keyCount: row.keyCount,
    operatorClasses: row.operatorClasses,
    collations: row.collations,
    directions: row.directions,
    expressions: row.expressions ?? [],
    toldDefault: toldDefaultCollation(row.definition, method ?? "btree"),
    extras: build.keyExtras.get(row.oid),
  };
  const shape: Open<IndexShape> = { keys: keyParts(keys, relation, build) };
  if (method !== undefined) shape.method = method;
  const include = nonEmpty(includedColumns(keys, relation));
  if (include !== undefined) shape.include = include;
  const options = optionsOf(row.options);
  if (options !== undefined) shape.options = options;
  if (row.tablespace !== null) shape.tablespace = row.tablespace;
  if (row.predicate !== null) shape.predicate = row.predicate;
  if ((row.flags & nullsNotDistinct) !== 0) shape.nullsNotDistinct = true;
  if ((row.flags & isValid) === 0) shape.invalid = true;
  return shape;
}

type Open<T> = { -readonly [A in keyof T]: T[A] };

/** Which of the keys say COLLATE "default". */
function toldDefaultCollation(definition: string | null, method: string): readonly boolean[] {
  if (definition === null) return noKeys;
  const keys = clauseInParentheses(definition, method) ?? "";
  return splitList(keys).map((key) => afterParentheses(key).startsWith(' COLLATE "default"'));
}

const noKeys: readonly boolean[] = [];

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
