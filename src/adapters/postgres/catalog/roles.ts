/** Roles, memberships and settings, read only as far as the filter names them: they belong to the cluster. Never a password. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { attachedFactId, factId, printPart, type FactId } from "../../../catalog/id.ts";
import { roleStandsIn } from "../../../catalog/filter.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { defined, flag, unless } from "./attributes.ts";
import type { ServerView } from "./build.ts";
import { family, since, type Family } from "./family.ts";

/** Undefined: no role is read. `role` is the alias of a row of pg_roles. */
function isDeclared({ options, defaultOwners }: ServerView, role: string): string | undefined {
  const exact = (options.roles ?? []).filter((name) => !name.includes("*"));
  const patterns = (options.roles ?? []).filter((name) => name.includes("*"));
  const choices = [
    ...(exact.length === 0
      ? []
      : [`${role}.rolname in (${exact.map((name) => quoteLiteral(name)).join(", ")})`]),
    ...(patterns.length === 0
      ? []
      : [
          `${role}.rolname like any(array[${patterns.map(likePattern).join(", ")}])
        and ${role}.oid <> all('{${[...defaultOwners].join(",")}}'::oid[])`,
        ]),
  ];
  if (choices.length === 0) return undefined;
  return `${role}.oid >= 16384 and (${choices.join(" or ")})
      and shobj_description(${role}.oid, 'pg_authid') is distinct from ${quoteLiteral(roleStandsIn)}`;
}

function likePattern(name: string): string {
  return quoteLiteral(name.replaceAll(/[\\%_]/g, "\\$&").replaceAll("*", "%"));
}

interface RoleRow {
  readonly oid: number;
  readonly rolname: string;
  readonly rolsuper: boolean;
  readonly rolinherit: boolean;
  readonly rolcreaterole: boolean;
  readonly rolcreatedb: boolean;
  readonly rolcanlogin: boolean;
  readonly rolreplication: boolean;
  readonly rolbypassrls: boolean;
  readonly rolconnlimit: number;
  readonly valid_until: string | null;
}

export const roles: Family = family<RoleRow>({
  name: "pg_roles",
  query: (server) => {
    const declared = isDeclared(server, "r");
    if (declared === undefined) return undefined;
    return `
    select r.oid, r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication,
      r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil::text as valid_until
    from pg_roles r where ${declared}`;
  },
  add: (row, build) => {
    build.add({
      kind: "role",
      name: { name: row.rolname },
      address: ["pg_authid", row.oid],
      payload: defined<PayloadOf["role"]>({
        login: flag(row.rolcanlogin),
        superuser: flag(row.rolsuper),
        createDatabase: flag(row.rolcreatedb),
        createRole: flag(row.rolcreaterole),
        noInherit: flag(!row.rolinherit),
        replication: flag(row.rolreplication),
        bypassRowSecurity: flag(row.rolbypassrls),
        connectionLimit: unless(row.rolconnlimit, -1),
        validUntil: row.valid_until,
      }),
    });
  },
});

interface RoleCommentRow {
  readonly oid: number;
  readonly description: string;
}

export const roleComments: Family = family<RoleCommentRow>({
  name: "pg_shdescription",
  query: (server) => {
    const declared = isDeclared(server, "r");
    if (declared === undefined) return undefined;
    return `
    select r.oid, d.description
    from pg_shdescription d join pg_roles r on r.oid = d.objoid
    where d.classoid = 'pg_authid'::regclass and ${declared}`;
  },
  rowOf: () => undefined,
  add: ({ oid, description: text }, build) => {
    const subject = build.subject("pg_authid", oid);
    if (subject === undefined) return;
    const { on, parent } = subject;
    const id = attachedFactId("comment", on.id);
    build.add({ kind: "comment", id, name: { name: on.id }, parent, payload: { on, text } });
  },
});

interface MembershipRow {
  readonly role: string;
  readonly member: string;
  readonly grantor: string | null;
  /** Who gave the grantor the right to grant it: what the server asks for from PostgreSQL 16 on. */
  readonly grantors_grantors: readonly (string | null)[];
  readonly admin_option: boolean;
  readonly inherit: boolean | null;
  readonly may_set: boolean;
}

export const memberships: Family = family<MembershipRow>({
  name: "pg_auth_members",
  query: (server) => {
    const declared = isDeclared(server, "m");
    if (declared === undefined) return undefined;
    const named = (role: string): string =>
      `${role}.oid <> 10 and ${role}.oid <> all('{${[...server.defaultOwners].join(",")}}'::oid[])`;
    const grantorsGrantors = `
      array(select g2.rolname from pg_auth_members a2
        left join pg_roles g2 on g2.oid = a2.grantor and ${named("g2")}
        where a2.roleid = a.roleid and a2.member = g.oid and a2.admin_option)`;
    return `
    select r.rolname as role, m.rolname as member, g.rolname as grantor, a.admin_option,
      ${since(server, 16, grantorsGrantors, "'{}'::name[]")}::text[] as grantors_grantors,
      ${since(server, 16, "nullif(a.inherit_option, m.rolinherit)", "null::bool")} as inherit,
      ${since(server, 16, "a.set_option", "true")} as may_set
    from pg_auth_members a
    join pg_roles r on r.oid = a.roleid
    join pg_roles m on m.oid = a.member
    left join pg_roles g on g.oid = a.grantor and ${named("g")}
    where ${declared}`;
  },
  add: (row, build) => {
    const member = factId("role", { name: row.member });
    const id = membershipId(row.role, row.member, row.grantor);
    build.add({
      kind: "membership",
      id,
      name: { name: id },
      parent: member,
      payload: defined<PayloadOf["membership"]>({
        role: row.role,
        member: row.member,
        grantor: row.grantor,
        admin: flag(row.admin_option),
        inherit: row.inherit,
        set: row.may_set ? undefined : false,
      }),
    });
    build.refer(id, factId("role", { name: row.role }));
    if (row.grantor === null) return;
    build.refer(id, factId("role", { name: row.grantor }));
    for (const by of row.grantors_grantors) {
      build.refer(id, membershipId(row.role, row.grantor, by));
    }
  },
});

function membershipId(role: string, member: string, grantor: string | null): FactId {
  const by = grantor === null ? "" : `<-${printPart(grantor)}`;
  return attachedFactId("membership", printPart(role), `${printPart(member)}${by}`);
}

interface SettingRow {
  readonly role: string | null;
  readonly of_database: boolean;
  readonly entry: string;
}

export const roleSettings: Family = family<SettingRow>({
  name: "pg_db_role_setting",
  query: (server) => {
    if (server.options.roles === undefined) return undefined;
    // ALTER ROLE ALL SET is said of every role, and so belongs to who declares them all.
    const isOfAll = server.options.roles.includes("*") ? "true" : "s.setdatabase <> 0";
    return `
    select r.rolname as role, s.setdatabase <> 0 as of_database, e.entry
    from pg_db_role_setting s
    cross join unnest(s.setconfig) e (entry)
    left join pg_roles r on r.oid = s.setrole
    where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and (s.setrole = 0 and ${isOfAll} or ${isDeclared(server, "r") ?? "false"})`;
  },
  add: (row, build) => {
    const at = row.entry.indexOf("=");
    const setting = row.entry.slice(0, at);
    const role = row.role === null ? "" : printPart(row.role);
    const id = `setting:${role}${row.of_database ? "@database" : ""}.${printPart(setting)}`;
    const roleFact = row.role === null ? undefined : factId("role", { name: row.role });
    build.add({
      kind: "setting",
      id,
      name: { name: setting },
      parent: roleFact !== undefined && build.get(roleFact) !== undefined ? roleFact : undefined,
      payload: defined<PayloadOf["setting"]>({
        role: row.role,
        database: flag(row.of_database),
        name: setting,
        value: row.entry.slice(at + 1),
      }),
    });
  },
});
