/** Grants on everything that can be granted on: the acl column of each catalog. */
import { attachedFactId } from "../../../catalog/id.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import {
  differencesFromDefault,
  ownerLetters,
  parseAclItem,
  privilegesOf,
  publicLetters,
  type AclItem,
} from "./acl.ts";
import type { CatalogBuild } from "./build.ts";
import { family, type Family } from "./family.ts";

interface AclRow {
  readonly catalog: string;
  readonly oid: number;
  readonly column: number;
  readonly acl_class: string;
  readonly owner: number;
  readonly acl: readonly string[];
}

/** Catalogs with an acl column: name, OID column, owner column, acl column, acldefault()'s class. */
const grantable = [
  ["pg_class", "oid", "relowner", "relacl", "case when relkind = 'S' then 's' else 'r' end"],
  ["pg_proc", "oid", "proowner", "proacl", "'f'"],
  ["pg_type", "oid", "typowner", "typacl", "'T'"],
  ["pg_namespace", "oid", "nspowner", "nspacl", "'n'"],
  ["pg_language", "oid", "lanowner", "lanacl", "'l'"],
  ["pg_foreign_data_wrapper", "oid", "fdwowner", "fdwacl", "'F'"],
  ["pg_foreign_server", "oid", "srvowner", "srvacl", "'S'"],
] as const;

export const grants: Family = family<AclRow>({
  name: "acl",
  query: () =>
    [
      ...grantable.map(
        ([catalog, oid, owner, acl, aclClass]) => `
    select '${catalog}' as catalog, ${oid} as oid, 0 as column, ${aclClass} as acl_class,
      ${owner} as owner, ${acl} as acl
    from ${catalog} where ${acl} is not null and oid >= 16384`,
      ),
      `
    select 'pg_class', a.attrelid, a.attnum, 'c', c.relowner, a.attacl
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attacl is not null and a.attrelid >= 16384`,
    ].join("\n    union all"),
  add: (row, build) => {
    if (!build.isMember(row.catalog, row.oid)) addGrants(row, build);
  },
});

function addGrants(row: AclRow, build: CatalogBuild): void {
  const subject = build.subject(row.catalog, row.oid, row.column);
  if (subject === undefined) return;
  const owner = build.server.roles.get(row.owner) ?? `${row.owner}`;
  const defaults = {
    owner,
    ownerPrivileges: privilegesOf(ownerLetters(row.acl_class, build.server.major)),
    publicPrivileges: privilegesOf(publicLetters(row.acl_class)),
  };
  const items = row.acl.map((item) => parsedItem(item, build));
  for (const difference of differencesFromDefault(items, defaults)) {
    const payload: PayloadOf["grant"] = {
      on: subject.on,
      ...difference.grantee,
      ...(difference.grantor === undefined ? {} : { grantor: difference.grantor }),
      privileges: difference.privileges,
    };
    const id = attachedFactId("grant", subject.on.id, difference.key);
    build.add({ kind: "grant", id, name: { name: id }, parent: subject.parent, payload });
  }
}

/** The same few items stand on thousands of objects. */
function parsedItem(text: string, build: CatalogBuild): AclItem {
  const known = build.aclItems.get(text);
  if (known !== undefined) return known;
  const item = parseAclItem(text);
  build.aclItems.set(text, item);
  return item;
}
