/**
 * What somebody did to what the server came with, as findings: a function in pg_catalog replaced, the mapping of a
 * text search configuration, a comment. It is no part of a schema, no dump has it, and after an upgrade it is gone, but it
 * must not go unsaid. initdb's rows are told by the transactions that wrote them. Rights are facts, and the schema public
 * is read: neither is looked at here. What lies beside it in the schemas of the system is for completeness.ts to say.
 */
import { family, type Family } from "./family.ts";

/** A user's objects begin here; what initdb makes lies below. */
const firstUserOid = 16384;
const publicSchema = 2200;
const bootstrapRole = 10;

/**
 * Ages in transactions, by which rows of initdb's are told even when its numbers come round again: it notes the first
 * rights when all but information_schema and PL/pgSQL is there, and writes the databases last.
 */
const reference = `
  select (select min(age(xmin)) from pg_init_privs where objoid < ${firstUserOid}) as privileges,
    (select max(age(xmin)) from pg_database where oid < ${firstUserOid}) as databases`;

interface BuiltIn {
  readonly catalog: string;
  readonly schema?: string;
  readonly acl?: string;
  readonly where?: string;
}

/** The views of information_schema get theirs after the first rights are noted. */
const ofViews =
  "nullif(relacl, acldefault('r', relowner) || makeaclitem(0, relowner, 'SELECT', false))";

/**
 * Rows that commands alone write anew. A collation's is written when its version is noted, and that of a table for many
 * reasons, but not that of a view.
 */
const builtIns: readonly BuiltIn[] = [
  { catalog: "pg_proc", schema: "pronamespace", acl: "proacl" },
  { catalog: "pg_type", schema: "typnamespace", acl: "typacl", where: "typcategory <> 'A'" },
  { catalog: "pg_operator" },
  { catalog: "pg_opclass" },
  { catalog: "pg_opfamily" },
  { catalog: "pg_conversion" },
  { catalog: "pg_ts_dict" },
  { catalog: "pg_ts_config" },
  { catalog: "pg_language", acl: "lanacl" },
  { catalog: "pg_class", schema: "relnamespace", acl: ofViews, where: "relkind = 'v'" },
];

/** Simple, since the server plans each of them in every read: what few rows need is asked of those few, below. */
const written = builtIns.map(
  ({ catalog, schema = "0::oid", acl = "null::aclitem[]", where = "true" }) => `
    select '${catalog}'::regclass::oid as classid, oid as objid, 0 as objsubid, 'changed' as what,
      age(xmin) as age, ${schema} as schema, ${acl} as acl
    from ${catalog} where oid < ${firstUserOid} and ${where} and age(xmin) < (select privileges from reference)`,
);

const comments = `
    select classoid, objoid, objsubid, 'comment', age(xmin), 0::oid, null::aclitem[]
    from pg_description
    where objoid < ${firstUserOid} and age(xmin) < (select privileges from reference)
      and classoid not in ('pg_extension'::regclass, 'pg_largeobject'::regclass)
      and not (classoid = 'pg_namespace'::regclass and objoid = ${publicSchema})`;

/** Whoever changed rights has written the row anew; PL/pgSQL is the one extension that is there from the start. */
const changed = `
  select w.classid, w.objid, w.objsubid, w.what
  from (${[...written, comments].join("\n    union all")}) w
  left join pg_init_privs i on i.classoid = w.classid and i.objoid = w.objid and i.objsubid = 0
  where (w.acl is not distinct from i.initprivs or w.what = 'comment')
    and (w.age < (select databases from reference)
      or w.schema <> 'information_schema'::regnamespace and not exists (
        select from pg_depend d where d.classid = w.classid and d.objid = w.objid and d.deptype = 'e'))`;

/** Each of the built-in configurations maps all kinds of words but four: one that is dropped leaves no row. */
const told = `
    select 'pg_class'::regclass::oid, oid, 0, 'changed' from pg_class
    where oid < ${firstUserOid} and (relowner <> ${bootstrapRole} or relrowsecurity)
    union all
    select 'pg_collation'::regclass::oid, oid, 0, 'changed' from pg_collation
    where oid < ${firstUserOid} and collowner <> ${bootstrapRole}
    union all
    select 'pg_namespace'::regclass::oid, oid, 0, 'changed' from pg_namespace
    where oid < ${firstUserOid} and nspowner <> ${bootstrapRole} and oid <> ${publicSchema}
    union all
    select 'pg_ts_config'::regclass::oid, mapcfg, 0, 'changed' from pg_ts_config_map
    where mapcfg < ${firstUserOid}
    group by mapcfg having count(*) <> 19 or bool_or(age(xmin) < (select privileges from reference))`;

interface ChangedRow {
  readonly what: "changed" | "comment";
  readonly type: string;
  readonly identity: string;
}

export const changedBuiltIns: Family = family<ChangedRow>({
  name: "what initdb made",
  query: () => `
    with reference as materialized (${reference})
    select min(f.what) as what, o.type, o.identity
    from (${changed} union all ${told}) f
    cross join lateral pg_identify_object(f.classid, f.objid, f.objsubid) o
    group by o.type, o.identity
    order by o.type, o.identity`,
  rowOf: () => undefined,
  add: ({ what, type, identity }, build) => {
    build.findings.push({
      code: "CATALOG.NOT_MODELLED",
      severity: "warning",
      object: `${type} ${identity}`,
      message: `the server came with it, and ${what === "comment" ? "its comment" : "it"} was changed: no comparison and no dump shows that`,
      hint: ownMigration,
    });
  },
});

const ownMigration = "Keep it in a migration of your own, which deploys run; or take it back.";
