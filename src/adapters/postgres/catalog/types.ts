/** Enums, domains, ranges, base and shell types: pg_type, pg_enum, pg_range. Composites come with the relations. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { factId } from "../../../catalog/id.ts";
import { defined, flag, storageName, unless } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import { collationName, family, inSchemas, procedureName, type Family } from "./family.ts";

interface TypeRow {
  readonly oid: number;
  readonly typname: string;
  readonly typnamespace: number;
  readonly typowner: number;
  readonly typtype: "e" | "d";
  readonly typarray: number;
  readonly typnotnull: boolean;
  readonly type: string | null;
  readonly expression: string | null;
  readonly collation: QualifiedName | null;
  readonly labels: readonly string[] | null;
}

export const enumsAndDomains: Family = family<TypeRow>({
  name: "pg_type",
  query: (server) => `
    select t.oid, t.typname, t.typnamespace, t.typowner, t.typtype, t.typarray, t.typnotnull,
      case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end as type,
      coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) as expression,
      case when t.typcollation <> b.typcollation then ${collationName("t.typcollation")} end as collation,
      case when t.typtype = 'e' then (
        select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid
      ) end as labels
    from pg_type t
    left join pg_type b on b.oid = t.typbasetype and t.typtype = 'd'
    where t.typtype in ('e', 'd') and ${inSchemas("t.typnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_type", row.oid)) return;
    const schema = build.schema(row.typnamespace);
    const place = {
      name: { schema: schema.name, name: row.typname },
      parent: schema.parent,
      address: ["pg_type", row.oid] as const,
    };
    const owner = build.owner(row.typowner);
    const id =
      row.typtype === "e"
        ? build.add({
            kind: "enum",
            payload: defined<PayloadOf["enum"]>({ owner, labels: row.labels ?? [] }),
            ...place,
          })
        : build.add({ kind: "domain", payload: domainPayload(row, owner), ...place });
    build.address("pg_type", row.typarray, id);
  },
});

function domainPayload(row: TypeRow, owner: string | undefined): PayloadOf["domain"] {
  return defined<PayloadOf["domain"]>({
    owner,
    type: row.type ?? "",
    collation: row.collation,
    default: row.expression,
    notNull: row.typnotnull ? {} : undefined,
  });
}

interface RangeRow {
  readonly oid: number;
  readonly typname: string;
  readonly typnamespace: number;
  readonly typowner: number;
  readonly typarray: number;
  readonly multirange_oid: number;
  readonly multirange_array: number;
  readonly subtype: string;
  readonly collation: QualifiedName | null;
  readonly canonical: QualifiedName | null;
  readonly difference: QualifiedName | null;
  readonly operator_class: QualifiedName | null;
  readonly multirange: QualifiedName;
}

export const ranges: Family = family<RangeRow>({
  name: "pg_range",
  query: (server) => `
    select t.oid, t.typname, t.typnamespace, t.typowner, t.typarray, m.oid as multirange_oid,
      m.typarray as multirange_array, format_type(r.rngsubtype, null) as subtype,
      case when r.rngcollation <> s.typcollation then ${collationName("r.rngcollation")} end as collation,
      ${procedureName("r.rngcanonical")} as canonical, ${procedureName("r.rngsubdiff")} as difference,
      case when not o.opcdefault then json_build_object('schema', n.nspname, 'name', o.opcname) end
        as operator_class,
      json_build_object('schema', mn.nspname, 'name', m.typname) as multirange
    from pg_range r
    join pg_type t on t.oid = r.rngtypid
    join pg_type s on s.oid = r.rngsubtype
    join pg_type m on m.oid = r.rngmultitypid
    join pg_namespace mn on mn.oid = m.typnamespace
    join pg_opclass o on o.oid = r.rngsubopc
    join pg_namespace n on n.oid = o.opcnamespace
    where ${inSchemas("t.typnamespace", server)}`,
  rowOf: (row) => ["pg_type", row.oid],
  add: (row, build) => {
    if (build.isMember("pg_type", row.oid)) return;
    const schema = build.schema(row.typnamespace);
    const id = build.add({
      kind: "range",
      name: { schema: schema.name, name: row.typname },
      parent: schema.parent,
      address: ["pg_type", row.oid],
      payload: defined<PayloadOf["range"]>({
        owner: build.owner(row.typowner),
        subtype: row.subtype,
        operatorClass: row.operator_class,
        collation: row.collation,
        canonical: row.canonical,
        subtypeDiff: row.difference,
        multirange: row.multirange,
      }),
    });
    const multirange = { kind: "range", id: factId("range", row.multirange) } as const;
    build.address("pg_type", row.multirange_oid, id, multirange);
    for (const oid of [row.typarray, row.multirange_array]) build.address("pg_type", oid, id);
  },
});

interface BaseTypeRow {
  readonly oid: number;
  readonly typname: string;
  readonly typnamespace: number;
  readonly typowner: number;
  readonly typarray: number;
  readonly shell: boolean;
  readonly input: QualifiedName | null;
  readonly output: QualifiedName | null;
  readonly receive: QualifiedName | null;
  readonly send: QualifiedName | null;
  readonly modifier_input: QualifiedName | null;
  readonly modifier_output: QualifiedName | null;
  readonly analyze: QualifiedName | null;
  readonly subscript: QualifiedName | null;
  readonly typlen: number;
  readonly typbyval: boolean;
  readonly typalign: string;
  readonly typstorage: string;
  readonly typcategory: string;
  readonly typispreferred: boolean;
  readonly typdefault: string | null;
  readonly element: string | null;
  readonly typdelim: string;
  readonly collatable: boolean;
}

export const baseTypes: Family = family<BaseTypeRow>({
  name: "pg_type",
  query: (server) => `
    select t.oid, t.typname, t.typnamespace, t.typowner, t.typarray, not t.typisdefined as shell,
      ${procedureName("t.typinput")} as input, ${procedureName("t.typoutput")} as output,
      ${procedureName("t.typreceive")} as receive, ${procedureName("t.typsend")} as send,
      ${procedureName("t.typmodin")} as modifier_input, ${procedureName("t.typmodout")} as modifier_output,
      ${procedureName("t.typanalyze")} as analyze, ${procedureName("t.typsubscript")} as subscript,
      t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typdefault,
      case when t.typelem <> 0 then format_type(t.typelem, null) end as element, t.typdelim,
      t.typcollation <> 0 as collatable
    from pg_type t
    where t.typtype in ('b', 'p') and ${inSchemas("t.typnamespace", server)}
      and (t.typtype = 'b' or not t.typisdefined)
      and not exists (select from pg_type e where e.typarray = t.oid)`,
  add: (row, build) => {
    if (build.isMember("pg_type", row.oid)) return;
    const schema = build.schema(row.typnamespace);
    const id = build.add({
      kind: "base_type",
      name: { schema: schema.name, name: row.typname },
      parent: schema.parent,
      address: ["pg_type", row.oid],
      payload: baseTypePayload(row, build),
    });
    if (row.typarray !== 0) build.address("pg_type", row.typarray, id);
  },
});

const alignments: Readonly<Record<string, "char" | "int2" | "double">> = {
  c: "char",
  s: "int2",
  d: "double",
};

function baseTypePayload(row: BaseTypeRow, build: CatalogBuild): PayloadOf["base_type"] {
  const owner = build.owner(row.typowner);
  if (row.shell) return defined<PayloadOf["base_type"]>({ owner, shell: true });
  return defined<PayloadOf["base_type"]>({
    owner,
    input: row.input,
    output: row.output,
    receive: row.receive,
    send: row.send,
    modifierInput: row.modifier_input,
    modifierOutput: row.modifier_output,
    analyze: row.analyze,
    subscript: row.subscript,
    length: row.typlen === -1 ? undefined : row.typlen,
    passedByValue: flag(row.typbyval),
    alignment: alignments[row.typalign],
    storage: row.typstorage === "p" ? undefined : storageName(row.typstorage),
    category: unless(row.typcategory, "U"),
    preferred: flag(row.typispreferred),
    default: row.typdefault,
    element: row.element,
    delimiter: unless(row.typdelim, ","),
    collatable: flag(row.collatable),
  });
}
