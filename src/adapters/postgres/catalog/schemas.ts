/** Schemas and extensions: pg_namespace, pg_extension. First of all, since most facts have a schema as parent. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined } from "./attributes.ts";
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
    if (!build.server.schemas.has(row.oid) || build.isMember("pg_namespace", row.oid)) return;
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
}

export const extensions: Family = family<ExtensionRow>({
  name: "pg_extension",
  query: () => `select oid, extname, extversion, extnamespace from pg_extension`,
  add: (row, build) => {
    const schema = build.schema(row.extnamespace);
    const id = build.add({
      kind: "extension",
      name: { name: row.extname },
      address: ["pg_extension", row.oid],
      payload: { schema: schema.name, version: row.extversion },
    });
    build.refer(id, schema.parent);
  },
});
