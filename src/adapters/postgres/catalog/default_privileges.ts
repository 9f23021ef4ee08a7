/** ALTER DEFAULT PRIVILEGES: pg_default_acl. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { printPart } from "../../../catalog/id.ts";
import { defined } from "./attributes.ts";
import { differencesFromDefault, noDefaults, parseAclItem, usualDefaults } from "./acl.ts";
import { family, type Family } from "./family.ts";

interface DefaultAclRow {
  readonly defaclrole: number;
  readonly schema: string | null;
  readonly defaclobjtype: string;
  readonly defaclacl: readonly string[];
}

const objectKinds: Readonly<
  Record<string, readonly [aclClass: string, objects: PayloadOf["default_privileges"]["objects"]]>
> = {
  r: ["r", "tables"],
  S: ["s", "sequences"],
  f: ["f", "functions"],
  T: ["T", "types"],
  n: ["n", "schemas"],
  L: ["L", "large objects"],
};

export const defaultPrivileges: Family = family<DefaultAclRow>({
  name: "pg_default_acl",
  query: () => `
    select d.oid, d.defaclrole, n.nspname as schema, d.defaclobjtype, d.defaclacl
    from pg_default_acl d
    left join pg_namespace n on n.oid = d.defaclnamespace`,
  add: (row, build) => {
    const known = objectKinds[row.defaclobjtype];
    if (known === undefined) return;
    const [aclClass, objects] = known;
    const creator = build.owner(row.defaclrole);
    const role = build.server.roles.get(row.defaclrole) ?? `${row.defaclrole}`;
    // Without a schema the list stands in place of the built-in default, within one it comes on top.
    const usual =
      row.schema === null ? usualDefaults(role, aclClass, build.server.major) : noDefaults(role);
    const schema = row.schema === null ? undefined : `schema:${printPart(row.schema)}`;
    for (const { grantee, privileges, key } of differencesFromDefault(
      row.defaclacl.map(parseAclItem),
      usual,
    )) {
      const by = creator === undefined ? "OWNER" : printPart(creator);
      const place = row.schema === null ? "" : `.${printPart(row.schema)}`;
      const id = `default_privileges:${by}${place}.${objects.replace(" ", "_")}->${key}`;
      const payload = defined<PayloadOf["default_privileges"]>({
        creator,
        schema: row.schema,
        objects,
        ...grantee,
        privileges,
      });
      const parent = schema !== undefined && build.get(schema) !== undefined ? schema : undefined;
      build.add({ kind: "default_privileges", id, name: { name: id }, parent, payload });
    }
  },
});
