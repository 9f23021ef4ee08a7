/** Grants on everything that can be granted on: the acl column of each catalog. */
import { attachedFactId, type FactId } from "../../../catalog/id.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { Kind } from "../../../catalog/kinds.ts";
import type { Subject } from "../../../catalog/payloads/access.ts";
import {
  differencesFromDefault,
  initialDefaults,
  parseAclItem,
  usualDefaults,
  type AclDefaults,
  type AclItem,
  type GrantDifference,
} from "./acl.ts";
import { defined } from "./attributes.ts";
import type { CatalogBuild, ServerView } from "./build.ts";
import { family, type Family } from "./family.ts";

export interface AclRow {
  readonly catalog: string;
  readonly oid: number;
  readonly column: number;
  readonly acl_class: string;
  readonly owner: number;
  readonly acl: readonly string[];
}

/** Catalogs with an acl column: name, prefix of its columns, and acldefault()'s class. */
const grantable = [
  ["pg_class", "rel", "case when relkind = 'S' then 's' else 'r' end"],
  ["pg_proc", "pro", "'f'"],
  ["pg_type", "typ", "'T'"],
  ["pg_namespace", "nsp", "'n'"],
  ["pg_language", "lan", "'l'"],
  ["pg_foreign_data_wrapper", "fdw", "'F'"],
  ["pg_foreign_server", "srv", "'S'"],
] as const;

/**
 * initdb makes information_schema after it has recorded the initial rights: everybody may use it, and read all of it
 * but what its views stand on.
 */
function initialRights(catalog: string, server: ServerView): string {
  const schema = informationSchema(server);
  if (catalog === "pg_namespace") {
    return `coalesce(i.initprivs, case when c.oid = ${schema}
      then acldefault('n', c.nspowner) || makeaclitem(0, c.nspowner, 'USAGE', false) end)`;
  }
  if (catalog !== "pg_class") return "i.initprivs";
  return `coalesce(i.initprivs, case when c.relnamespace = ${schema} and c.relkind in ('r', 'v')
      and c.relname not in ('sql_parts', 'transforms') and not starts_with(c.relname, '_pg_')
      then acldefault('r', c.relowner) || makeaclitem(0, c.relowner, 'SELECT', false) end)`;
}

export const grants: Family = family<AclRow>({
  name: "acl",
  query: () =>
    grantable
      .map(
        ([catalog, prefix, aclClass]) => `
    select '${catalog}' as catalog, oid, 0 as column, ${aclClass} as acl_class,
      ${prefix}owner as owner, ${prefix}acl as acl
    from ${catalog} where ${prefix}acl is not null and oid >= 16384`,
      )
      .join("\n    union all"),
  add: (row, build) => {
    if (!build.isMember(row.catalog, row.oid)) addGrants(row, build);
  },
});

export function addGrants(row: AclRow, build: CatalogBuild): void {
  const subject = build.subject(row.catalog, row.oid, row.column);
  if (subject === undefined) return;
  const owner = build.server.roles.get(row.owner) ?? `${row.owner}`;
  const defaults = usualDefaults(owner, row.acl_class, build.server.major);
  const items = row.acl.map((item) => parsedItem(item, build));
  addDifferences(subject, differencesFromDefault(items, defaults), build);
}

function addDifferences(
  subject: { readonly on: Subject; readonly parent?: FactId },
  differences: readonly GrantDifference[],
  build: CatalogBuild,
  initial?: AclDefaults["usual"],
): void {
  for (const { grantee, grantor, privileges, key } of differences) {
    const id = attachedFactId("grant", subject.on.id, key);
    build.add({
      kind: "grant",
      id,
      initially: initial === undefined ? undefined : (initial.get(key)?.privileges ?? {}),
      name: { name: id },
      parent: subject.parent,
      payload: defined<PayloadOf["grant"]>({ on: subject.on, ...grantee, grantor, privileges }),
    });
  }
}

interface InitialAclRow extends AclRow {
  readonly initial: readonly string[] | null;
  readonly type: string;
  readonly identity: string;
}

/**
 * Rights on built-in objects and on extensions' members that somebody changed since initdb or CREATE EXTENSION:
 * revoking CREATE on the schema public is the everyday case.
 */
export const changedInitialGrants: Family = family<InitialAclRow>({
  name: "pg_init_privs",
  query: (server) =>
    [
      ...grantable.map(
        ([catalog, prefix, aclClass]) => `
    select '${catalog}' as catalog, c.oid, 0 as column, ${aclClass} as acl_class,
      c.${prefix}owner as owner, coalesce(c.${prefix}acl, '{}') as acl, ${initialRights(catalog, server)} as initial, o.type,
      ${catalog === "pg_type" ? "concat_ws('.', o.schema, o.name)" : "o.identity"} as identity
    from ${catalog} c
    left join pg_init_privs i on i.classoid = '${catalog}'::regclass and i.objoid = c.oid and i.objsubid = 0
    cross join lateral pg_identify_object('${catalog}'::regclass, c.oid, 0) o
    where c.${prefix}acl is distinct from ${initialRights(catalog, server)}
      and ${isGiven("c.oid", catalog, server)}`,
      ),
      changedOnColumns(server),
    ].join("\n    union all"),
  add: (row, build) => {
    const owner = build.server.roles.get(row.owner) ?? `${row.owner}`;
    const defaults =
      row.initial === null
        ? usualDefaults(owner, row.acl_class, build.server.major)
        : initialDefaults(owner, row.initial.map(parseAclItem));
    const items = row.acl.map((item) => parsedItem(item, build));
    const kind = row.column === 0 ? kindOfType[row.type] : "column";
    const known = row.column === 0 ? build.subject(row.catalog, row.oid) : undefined;
    const subject =
      known ?? (kind === undefined ? undefined : { on: { kind, id: `${kind}:${row.identity}` } });
    if (subject === undefined) return;
    addDifferences(subject, differencesFromDefault(items, defaults), build, defaults.usual);
  },
});

/** By initdb or by an extension. */
function isGiven(oid: string, catalog: string, { extensionMembers }: ServerView): string {
  const members = [...(extensionMembers.get(catalog)?.keys() ?? [])];
  const isBuiltIn = `${oid} < 16384`;
  return members.length === 0
    ? isBuiltIn
    : `(${isBuiltIn} or ${oid} = any('{${members.join(",")}}'::oid[]))`;
}

/** Where it was dropped, 1, which is no schema's. */
function informationSchema({ allSchemas }: ServerView): number {
  return [...allSchemas].find(([, name]) => name === "information_schema")?.[0] ?? 1;
}

function changedOnColumns(server: ServerView): string {
  return `
    select 'pg_class', a.attrelid, a.attnum, 'c', c.relowner, coalesce(a.attacl, '{}'), a.initprivs, o.type, o.identity
    from (
      select a.attrelid, a.attnum, a.attacl, i.initprivs
      from pg_attribute a
      left join pg_init_privs i
        on i.classoid = 'pg_class'::regclass and i.objoid = a.attrelid and i.objsubid = a.attnum
      where ${isGiven("a.attrelid", "pg_class", server)}
        and a.attacl is distinct from i.initprivs
    ) a
    join pg_class c on c.oid = a.attrelid and ${isGiven("c.oid", "pg_class", server)}
    cross join lateral pg_identify_object('pg_class'::regclass, a.attrelid, a.attnum) o`;
}

/** pg_identify_object()'s words for what can be granted on. */
const kindOfType: Readonly<Record<string, Kind>> = {
  table: "table",
  "foreign table": "foreign_table",
  view: "view",
  "materialized view": "materialized_view",
  sequence: "sequence",
  function: "function",
  procedure: "procedure",
  aggregate: "aggregate",
  type: "base_type",
  schema: "schema",
  language: "language",
  "foreign-data wrapper": "foreign_data_wrapper",
  server: "server",
};

/** The same few items stand on thousands of objects. */
function parsedItem(text: string, build: CatalogBuild): AclItem {
  const known = build.aclItems.get(text);
  if (known !== undefined) return known;
  const item = parseAclItem(text);
  build.aclItems.set(text, item);
  return item;
}
