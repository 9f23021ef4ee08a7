/** Schemas and extensions: pg_namespace, pg_extension. First of all, since most facts have a schema as parent. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { attachedFactId } from "../../../catalog/id.ts";
import { defined, unless } from "./attributes.ts";
import { family, type Family } from "./family.ts";

interface SchemaRow {
  readonly oid: number;
  readonly nspname: string;
  readonly nspowner: number;
  readonly usual_owner: boolean;
}

export const schemas: Family = family<SchemaRow>({
  name: "pg_namespace",
  // The schema public belongs to the role that made the cluster, or to pg_database_owner since 15.
  query: () => `
    select oid, nspname, nspowner, oid < 16384 and (nspowner = 10 or nspowner = 6171) as usual_owner
    from pg_namespace`,
  add: (row, build) => {
    const { schemas: read, toolHomes } = build.server;
    const isRead = read.has(row.oid) || toolHomes.has(row.oid);
    if (!isRead || build.isMember("pg_namespace", row.oid)) return;
    build.add({
      kind: "schema",
      name: { name: row.nspname },
      address: ["pg_namespace", row.oid],
      payload: defined<PayloadOf["schema"]>({
        owner: row.usual_owner ? undefined : build.owner(row.nspowner),
      }),
    });
  },
});

interface ExtensionRow {
  readonly oid: number;
  readonly extname: string;
  readonly extversion: string;
  readonly extnamespace: number;
  readonly comment: string | null;
  readonly default_version: string | null;
  readonly default_comment: string | null;
  readonly extrelocatable: boolean;
}

export const extensions: Family = family<ExtensionRow>({
  name: "pg_extension",
  // What its files say goes without saying: CREATE EXTENSION brings it along.
  query: () => `
    select e.oid, e.extname, e.extversion, e.extnamespace, e.extrelocatable, obj_description(e.oid, 'pg_extension') as comment,
      a.default_version, a.comment as default_comment
    from pg_extension e left join pg_available_extensions() a on a.name = e.extname`,
  add: (row, build) => {
    const schema = build.schema(row.extnamespace);
    const id = build.add({
      kind: "extension",
      name: { name: row.extname },
      address: ["pg_extension", row.oid],
      payload: defined<PayloadOf["extension"]>({
        schema: schema.name,
        version: unless(row.extversion, row.default_version ?? ""),
      }),
      immovable: !row.extrelocatable,
    });
    build.refer(id, schema.parent);
    if (row.comment === row.default_comment) return;
    const on = { kind: "extension", id } as const;
    build.add({
      kind: "comment",
      id: attachedFactId("comment", id),
      name: { name: id },
      parent: id,
      payload: { on, text: row.comment ?? "" },
    });
  },
});
