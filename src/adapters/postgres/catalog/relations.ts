/** Tables, foreign tables, views, materialized views, and the relations behind composite types: pg_class. */
import type { RowValues } from "../../../ports/database.ts";
import type { Finding } from "../../../core/findings.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import { factId, memberIds, type FactId } from "../../../catalog/id.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, flag, optionsOf, unless } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import {
  family,
  flagBits,
  inSchemas,
  jsonOf,
  largeFamily,
  letterOf,
  type Family,
} from "./family.ts";

interface RelationRow {
  readonly oid: number;
  readonly relname: string;
  readonly relnamespace: number;
  readonly relkind: string;
  readonly relowner: number;
  readonly reltype: number;
  readonly flags: number;
  readonly relreplident: string;
  readonly relam: number;
  readonly tablespace: string | null;
  readonly reloptions: readonly string[] | null;
  readonly toast_options: readonly string[] | null;
  readonly of_type: QualifiedName | undefined;
  readonly bound: string | null;
  readonly query: string | null;
}

const isUnlogged = 1;
const hasRowSecurity = 2;
const forcesRowSecurity = 4;
const isPopulated = 8;
const flags = flagBits([
  "c.relpersistence = 'u'",
  "c.relrowsecurity",
  "c.relforcerowsecurity",
  "c.relispopulated",
]);

export const relations: Family = largeFamily({
  name: "pg_class",
  query: (server) => `
    select c.oid, c.relname, c.relnamespace, c.relkind, c.relowner, c.reltype, ${flags}, c.relreplident, c.relam,
      s.spcname, c.reloptions, t.reloptions,
      case when c.reloftype <> 0 then (
        select json_build_object('schema', tn.nspname, 'name', ty.typname)
        from pg_type ty join pg_namespace tn on tn.oid = ty.typnamespace where ty.oid = c.reloftype
      ) end,
      case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end,
      case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end
    from pg_class c
    left join pg_tablespace s on s.oid = c.reltablespace
    left join pg_class t on t.oid = c.reltoastrelid and t.reloptions is not null
    where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and ${inSchemas("c.relnamespace", server)}`,
  add: (values, build) => {
    const row = rowOf(values);
    const composite = row.relkind === "c";
    // Of a composite type it is the type that belongs to an extension, not the relation behind it.
    const isMember = composite
      ? build.isMember("pg_type", row.reltype)
      : build.isMember("pg_class", row.oid);
    if (isMember) return;
    const id = composite ? addComposite(row, build) : addRelation(row, build);
    const { name: schema } = build.schema(row.relnamespace);
    const name = { schema, name: row.relname };
    build.relations.set(row.oid, {
      oid: row.oid,
      id,
      name,
      owner: row.relowner,
      columns: [],
      columnIds: memberIds(composite ? "attribute" : "column", schema, row.relname),
      composite,
      partition: row.bound !== null,
    });
    // The type of a table's rows has rights and a comment of its own.
    const type = { kind: "composite", id: factId("composite", name) } as const;
    build.address("pg_type", row.reltype, id, composite ? undefined : type);
  },
});

function rowOf(values: RowValues): RelationRow {
  return {
    oid: values.oid(),
    relname: values.text() ?? "",
    relnamespace: values.oid(),
    relkind: letterOf(values),
    relowner: values.oid(),
    reltype: values.oid(),
    flags: values.int(),
    relreplident: letterOf(values),
    relam: values.oid(),
    tablespace: values.text(),
    reloptions: values.texts(),
    toast_options: values.texts(),
    of_type: jsonOf<QualifiedName>(values),
    bound: values.text(),
    query: values.text(),
  };
}

const otherKinds: Readonly<Record<string, "foreign_table" | "view" | "materialized_view">> = {
  f: "foreign_table",
  v: "view",
  m: "materialized_view",
};

function addRelation(row: RelationRow, build: CatalogBuild): FactId {
  const schema = build.schema(row.relnamespace);
  return build.add({
    kind: otherKinds[row.relkind] ?? "table",
    name: { schema: schema.name, name: row.relname },
    parent: schema.parent,
    payload: payloadOf(row, build),
    address: ["pg_class", row.oid],
  });
}

function addComposite(row: RelationRow, build: CatalogBuild): FactId {
  const schema = build.schema(row.relnamespace);
  return build.add({
    kind: "composite",
    name: { schema: schema.name, name: row.relname },
    parent: schema.parent,
    payload: defined<PayloadOf["composite"]>({ owner: build.owner(row.relowner) }),
    address: ["pg_class", row.oid],
  });
}

type RelationPayload = PayloadOf["table" | "foreign_table" | "view" | "materialized_view"];

function payloadOf(row: RelationRow, build: CatalogBuild): RelationPayload {
  const owner = build.owner(row.relowner);
  const options = optionsOf(row.reloptions);
  const toastOptions = optionsOf(row.toast_options);
  const tablespace = row.tablespace;
  const accessMethod = accessMethodOf(row, build);
  switch (row.relkind) {
    case "v":
      return defined<PayloadOf["view"]>({ owner, options, query: viewQuery(row) });
    case "m":
      return defined<PayloadOf["materialized_view"]>({
        owner,
        query: viewQuery(row),
        options,
        toastOptions,
        accessMethod,
        tablespace,
        replicaIdentity: replicaIdentity(row.relreplident),
        populated: is(row, isPopulated) ? undefined : false,
      });
    case "f":
      // Its server is known by the foreign table's own row.
      return defined<PayloadOf["foreign_table"]>({
        owner,
        server: "",
        rowSecurity: flag(is(row, hasRowSecurity)),
        forceRowSecurity: flag(is(row, forcesRowSecurity)),
      });
    default:
      return defined<PayloadOf["table"]>({
        owner,
        unlogged: flag(is(row, isUnlogged)),
        accessMethod,
        tablespace,
        options,
        toastOptions,
        ofType: row.of_type,
        rowSecurity: flag(is(row, hasRowSecurity)),
        forceRowSecurity: flag(is(row, forcesRowSecurity)),
        replicaIdentity: replicaIdentity(row.relreplident),
      });
  }
}

/** A partitioned table has none, or says which one its partitions get: heap too, whatever the server's setting. */
function accessMethodOf(row: RelationRow, build: CatalogBuild): string | undefined {
  const name = build.accessMethods.get(row.relam);
  return row.relkind === "p" ? name : unless(name, "heap");
}

function is(row: RelationRow, bit: number): boolean {
  return (row.flags & bit) !== 0;
}

/** An index as identity is known by the index's own row. */
function replicaIdentity(letter: string): "full" | "nothing" | undefined {
  if (letter === "f") return "full";
  return letter === "n" ? "nothing" : undefined;
}

function viewQuery(row: RelationRow): string {
  return (row.query ?? "").replace(/;$/, "").trimStart();
}

interface InheritanceRow {
  readonly child: number;
  readonly parent: number;
  readonly parent_schema: string;
  readonly parent_name: string;
  readonly bound: string | null;
  readonly detach_pending: boolean;
}

/** Parents of tables; those of indexes come with the indexes. */
export const inheritance: Family = family<InheritanceRow>({
  name: "pg_inherits",
  query: (server) => `
    select i.inhrelid as child, i.inhparent as parent, n.nspname as parent_schema,
      p.relname as parent_name, pg_get_expr(c.relpartbound, c.oid) as bound,
      i.inhdetachpending as detach_pending
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    join pg_class p on p.oid = i.inhparent
    join pg_namespace n on n.oid = p.relnamespace
    where c.relkind in ('r', 'p', 'f') and ${inSchemas("c.relnamespace", server)}
    order by i.inhrelid, i.inhseqno`,
  add: (row, build) => {
    const relation = build.relations.get(row.child);
    if (relation === undefined) return;
    const parent = { schema: row.parent_schema, name: row.parent_name };
    build.refer(relation.id, build.find("pg_class", row.parent));
    if (row.bound !== null) {
      const detach = row.detach_pending ? { detachPending: true } : {};
      if (row.detach_pending) build.findings.push(halfDetached(relation.id, parent));
      build.patch(relation.id, { partitionOf: { parent, bound: row.bound, ...detach } });
      return;
    }
    const payload = build.get(relation.id)?.payload;
    const before = payload !== undefined && "inherits" in payload ? payload.inherits : undefined;
    build.patch(relation.id, { inherits: [...(before ?? []), parent] });
  },
});

function halfDetached(object: FactId, parent: QualifiedName): Finding {
  return {
    code: "CATALOG.NOT_MODELLED",
    severity: "warning",
    object,
    message:
      "a DETACH PARTITION ... CONCURRENTLY of it was cut off: it is neither in its place nor out of it, which no dump and no plan makes",
    hint: `ALTER TABLE ${quoteQualifiedName(parent.schema, parent.name)} DETACH PARTITION ... FINALIZE completes it.`,
  };
}
