/** Row security policies: pg_policy. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined, flag, nonEmpty } from "./attributes.ts";
import { family, inSchemas, type Family } from "./family.ts";

interface PolicyRow {
  readonly oid: number;
  readonly polname: string;
  readonly polrelid: number;
  readonly polcmd: string;
  readonly polpermissive: boolean;
  readonly polroles: readonly number[];
  readonly using: string | null;
  readonly with_check: string | null;
}

const commands: Readonly<Record<string, "select" | "insert" | "update" | "delete">> = {
  r: "select",
  a: "insert",
  w: "update",
  d: "delete",
};

export const policies: Family = family<PolicyRow>({
  name: "pg_policy",
  query: (server) => `
    select p.oid, p.polname, p.polrelid, p.polcmd, p.polpermissive, p.polroles,
      pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as with_check
    from pg_policy p
    join pg_class c on c.oid = p.polrelid
    where ${inSchemas("c.relnamespace", server)}`,
  add: (row, build) => {
    const relation = build.relations.get(row.polrelid);
    if (relation === undefined) return;
    // PUBLIC is role 0 and makes every other role of the list superfluous.
    const named = row.polroles.includes(0) ? [] : row.polroles;
    const written = named.map((oid) => build.server.roles.get(oid) ?? `${oid}`);
    const roles = written.toSorted();
    const isSorted = roles.every((role, at) => role === written[at]);
    build.add({
      kind: "policy",
      name: { schema: relation.name.schema, relation: relation.name.name, name: row.polname },
      parent: relation.id,
      address: ["pg_policy", row.oid],
      payload: defined<PayloadOf["policy"]>({
        command: commands[row.polcmd],
        restrictive: flag(!row.polpermissive),
        roles: nonEmpty(roles),
        roleOrder: isSorted ? undefined : written,
        using: row.using,
        withCheck: row.with_check,
      }),
    });
  },
});
