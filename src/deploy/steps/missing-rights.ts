/**
 * Which of the rights that a plan needs its role lacks, as the statements that would give them. One query, sent only
 * where the plan touches what was there before; nothing is changed.
 */
import { booleanOf, textOf, wordOf } from "../../ledger/row.ts";
import {
  type NeededRight,
  type NeededRights,
  type RightKind,
  rightKinds,
} from "../../plan/rights.ts";
import type { Session } from "../../ports/database.ts";
import { quoteIdentifier } from "../../sql/quote.ts";

export interface MissingRight {
  readonly right: RightKind;
  readonly schema: string;
  readonly name: string;
  /** As GRANT and ALTER call it: `table`, `view`, `type`, ... */
  readonly kind: string;
  readonly owner: string;
  /** A superuser: nobody should be made a member of it for a deploy. */
  readonly isOwnerSuperuser: boolean;
  /** The role may not even look into the schema. */
  readonly isSchemaClosed: boolean;
}

export interface RoleLimits {
  readonly objects: readonly MissingRight[];
  readonly notMemberOf: readonly string[];
  readonly lacksCreateRole: boolean;
  readonly lacksCreateDatabase: boolean;
}

export const noLimits: RoleLimits = {
  ...{ objects: [], notMemberOf: [], lacksCreateRole: false, lacksCreateDatabase: false },
};

/** An index belongs to its table's owner, so its table is shown. search_path is the session's own, since it finds what is named without a schema: operators say whose they are. */
const objectsQuery = `select w.needed as right, n.nspname::text as schema, o.shown::text as name, o.kind,
    r.rolname::text as owner, r.rolsuper as is_superuser,
    not pg_catalog.has_schema_privilege(n.oid, 'USAGE') as is_closed
  from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[]),
    pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::text[])) w(class, schema, name, needed)
  join (
    select 'relation' as class, c.oid, c.relname as name, coalesce(t.relname, c.relname) as shown,
      c.relnamespace as nsp, c.relowner as owner,
      case when c.relkind operator(pg_catalog.=) 'v' then 'view'
        when c.relkind operator(pg_catalog.=) 'm' then 'materialized view'
        when c.relkind operator(pg_catalog.=) 'S' then 'sequence'
        when c.relkind operator(pg_catalog.=) 'f' then 'foreign table'
        when c.relkind operator(pg_catalog.=) 'c' then 'type' else 'table' end as kind,
      pg_catalog.pg_table_is_visible(c.oid) as is_visible
    from pg_catalog.pg_class c
    left join pg_catalog.pg_index i on i.indexrelid operator(pg_catalog.=) c.oid
    left join pg_catalog.pg_class t on t.oid operator(pg_catalog.=) i.indrelid
    where c.relname operator(pg_catalog.=) any ($3::name[])
    union all
    select 'type', oid, typname, typname, typnamespace, typowner, case when typtype operator(pg_catalog.=) 'd' then 'domain' else 'type' end,
      pg_catalog.pg_type_is_visible(oid)
    from pg_catalog.pg_type where typname operator(pg_catalog.=) any ($3::name[])
  ) o on o.class operator(pg_catalog.=) w.class and o.name operator(pg_catalog.=) w.name::name
  join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) o.nsp
  join pg_catalog.pg_roles r on r.oid operator(pg_catalog.=) o.owner
  where case when w.schema operator(pg_catalog.=) '' then o.is_visible else n.nspname operator(pg_catalog.=) w.schema::name end
    and (not pg_catalog.has_schema_privilege(n.oid, 'USAGE') or not case
      when w.needed operator(pg_catalog.=) 'own' then pg_catalog.pg_has_role(o.owner, 'USAGE')
      when w.needed operator(pg_catalog.=) 'drop'
        then pg_catalog.pg_has_role(o.owner, 'USAGE') or pg_catalog.pg_has_role(n.nspowner, 'USAGE')
      when o.kind operator(pg_catalog.=) 'sequence' then true
      when w.needed operator(pg_catalog.=) any (array['delete', 'truncate', 'trigger'])
        then pg_catalog.has_table_privilege(o.oid, w.needed)
      else pg_catalog.has_any_column_privilege(o.oid, w.needed) end)
  order by 2 using operator(pg_catalog.<), 3 using operator(pg_catalog.<), 1 using operator(pg_catalog.<)`;

/** SET is what counts since 16; before it, being a member is. */
const roleQuery = `select r.rolsuper or r.rolcreaterole as may_create_roles, r.rolsuper or r.rolcreatedb as may_create_databases,
    array(select m.rolname::text from pg_catalog.pg_roles m
      where m.rolname operator(pg_catalog.=) any ($1::name[])
        and not pg_catalog.pg_has_role(m.oid, case
          when pg_catalog.current_setting('server_version_num')::int4 operator(pg_catalog.>=) 160000 then 'SET' else 'MEMBER' end)
      order by 1 using operator(pg_catalog.<)) as not_member_of
  from pg_catalog.pg_roles r where r.rolname operator(pg_catalog.=) current_user`;

export async function readRoleLimits(session: Session, needed: NeededRights): Promise<RoleLimits> {
  const { objects, memberOf, createsRoles, createsDatabases } = needed;
  const asksRole = memberOf.length > 0 || createsRoles || createsDatabases;
  const [found, [role]] = await Promise.all([
    objects.length === 0 ? [] : session.query(objectsQuery, columnsOf(objects)),
    asksRole ? session.query(roleQuery, [memberOf]) : [],
  ]);
  const others = role?.["not_member_of"];
  return {
    objects: found.map((row) => ({
      right: wordOf(row, "right", rightKinds),
      schema: textOf(row, "schema"),
      name: textOf(row, "name"),
      kind: textOf(row, "kind"),
      owner: textOf(row, "owner"),
      isOwnerSuperuser: booleanOf(row, "is_superuser"),
      isSchemaClosed: booleanOf(row, "is_closed"),
    })),
    notMemberOf: Array.isArray(others) ? others.map(String) : [],
    lacksCreateRole: role !== undefined && createsRoles && !booleanOf(role, "may_create_roles"),
    lacksCreateDatabase:
      role !== undefined && createsDatabases && !booleanOf(role, "may_create_databases"),
  };
}

function columnsOf(objects: readonly NeededRight[]): readonly (readonly string[])[] {
  return [
    objects.map((object) => object.of),
    objects.map((object) => object.schema ?? ""),
    objects.map((object) => object.name),
    objects.map((object) => object.right),
  ];
}

/** What a superuser, or the owner, would run; each once. */
export function missingStatements(limits: RoleLimits, roleName: string): readonly string[] {
  const role = quoteIdentifier(roleName);
  return [
    ...new Set([
      ...limits.objects.flatMap((missing) => [
        ...(missing.isSchemaClosed
          ? [`grant usage on schema ${quoteIdentifier(missing.schema)} to ${role};`]
          : []),
        grantOf(missing, role),
      ]),
      ...limits.notMemberOf.map((other) => `grant ${quoteIdentifier(other)} to ${role};`),
      ...(limits.lacksCreateRole ? [`alter role ${role} createrole;`] : []),
      ...(limits.lacksCreateDatabase ? [`alter role ${role} createdb;`] : []),
    ]),
  ];
}

function grantOf(missing: MissingRight, role: string): string {
  const object = `${quoteIdentifier(missing.schema)}.${quoteIdentifier(missing.name)}`;
  if (missing.right !== "own" && missing.right !== "drop")
    return `grant ${missing.right} on ${object} to ${role};`;
  if (missing.isOwnerSuperuser) return `alter ${missing.kind} ${object} owner to ${role};`;
  return `grant ${quoteIdentifier(missing.owner)} to ${role}; -- the owner of ${object}`;
}
