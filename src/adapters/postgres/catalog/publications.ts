/** Publications with their tables and schemas: pg_publication, pg_publication_rel, pg_publication_namespace. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { ownPublicationMark } from "../../../catalog/own-publication.ts";
import { attachedFactId, factId } from "../../../catalog/id.ts";
import { defined, flag, nonEmpty } from "./attributes.ts";
import { aboutSystem, isOfSystem } from "./system.ts";
import { family, since, type Family } from "./family.ts";

/** As SQL. */
export function isUsers(oid: string): string {
  return `obj_description(${oid}, 'pg_publication') is distinct from '${ownPublicationMark}'`;
}

interface PublicationRow {
  readonly oid: number;
  readonly pubname: string;
  readonly pubowner: number;
  readonly puballtables: boolean;
  readonly pubinsert: boolean;
  readonly pubupdate: boolean;
  readonly pubdelete: boolean;
  readonly pubtruncate: boolean;
  readonly pubviaroot: boolean;
  readonly generated: string;
}

export const publications: Family = family<PublicationRow>({
  name: "pg_publication",
  query: (server) => `
    select oid, pubname, pubowner, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot,
      ${since(server, 18, "pubgencols", "'n'")} as generated
    from pg_publication where ${isUsers("oid")}`,
  add: (row, build) => {
    if (build.isMember("pg_publication", row.oid)) return;
    build.add({
      kind: "publication",
      name: { name: row.pubname },
      address: ["pg_publication", row.oid],
      payload: defined<PayloadOf["publication"]>({
        owner: build.owner(row.pubowner),
        allTables: flag(row.puballtables),
        publish: publishOf(row),
        viaPartitionRoot: flag(row.pubviaroot),
        generatedColumns: row.generated === "s" ? "stored" : undefined,
      }),
    });
  },
});

/** Undefined when everything is published. */
function publishOf(row: PublicationRow): PayloadOf["publication"]["publish"] {
  const published = [
    row.pubinsert && "insert",
    row.pubupdate && "update",
    row.pubdelete && "delete",
    row.pubtruncate && "truncate",
  ] as const;
  const kept = published.filter((operation) => operation !== false);
  return kept.length === published.length ? undefined : kept;
}

interface MemberTableRow {
  readonly publication: string;
  readonly relation: number;
  readonly columns: readonly number[] | null;
  readonly filter: string | null;
}

export const publicationTables: Family = family<MemberTableRow>({
  name: "pg_publication_rel",
  query: (server) => `
    select r.oid, p.pubname as publication, r.prrelid as relation,
      ${since(server, 15, "r.prattrs", "null::int2vector")} as columns,
      ${since(server, 15, "pg_get_expr(r.prqual, r.prrelid)", "null")} as filter
    from pg_publication_rel r
    join pg_publication p on p.oid = r.prpubid where ${isUsers("p.oid")}`,
  add: (row, build) => {
    const relation = build.relations.get(row.relation);
    const parent = factId("publication", { name: row.publication });
    if (relation === undefined && isOfSystem(row.relation))
      build.findings.push(aboutSystem(attachedFactId("publication_table", parent)));
    if (relation === undefined || build.get(parent) === undefined) return;
    // A set: where they stand in the table says nothing.
    const columns = [...(row.columns ?? [])]
      .map((attribute) => relation.columns[attribute])
      .filter((column) => column !== undefined)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    const id = build.add({
      kind: "publication_table",
      id: attachedFactId("publication_table", relation.id, row.publication),
      name: { name: row.publication },
      parent,
      payload: defined<PayloadOf["publication_table"]>({
        publication: row.publication,
        table: relation.name,
        columns: nonEmpty(columns.map(({ name }) => name)),
        filter: row.filter,
      }),
    });
    build.refer(id, relation.id);
    for (const column of columns) build.refer(id, column.id);
  },
});

interface MemberSchemaRow {
  readonly publication: string;
  readonly schema: string;
}

export const publicationSchemas: Family = family<MemberSchemaRow>({
  name: "pg_publication_namespace",
  query: (server) =>
    server.major < 15
      ? undefined
      : `
    select r.oid, p.pubname as publication, n.nspname as schema
    from pg_publication_namespace r
    join pg_publication p on p.oid = r.pnpubid
    join pg_namespace n on n.oid = r.pnnspid`,
  add: (row, build) => {
    const parent = factId("publication", { name: row.publication });
    if (build.get(parent) === undefined) return;
    const schema = factId("schema", { name: row.schema });
    const id = build.add({
      kind: "publication_schema",
      id: attachedFactId("publication_schema", schema, row.publication),
      name: { name: row.publication },
      parent,
      payload: { publication: row.publication, schema: row.schema },
    });
    build.refer(id, schema);
  },
});
