/**
 * What somebody did by hand to what belongs to an extension, as findings: a member is the extension's and is no part of
 * the comparison, but a change of it must not go unsaid. The server does not record such changes; it does record which
 * transaction wrote a row, and an extension's own scripts write in the transactions that write the extension's row and
 * its members' rows. After pg_upgrade each member was written by another one, and nothing can be told: that is said.
 */
import { family, type Family } from "./family.ts";

interface ChangedRow {
  readonly what: Change;
  readonly type: string;
  readonly identity: string;
  readonly extension: string;
  readonly catalog: string;
  readonly oid: number;
}

type Change = "changed" | "added" | "taken out" | "untold";

/** Row versions by whom: `made` are the transactions of an extension's scripts. */
const common = `
  with extension as (
    select oid, extname, extowner, xmin::text as written from pg_extension where oid >= 16384
  ), member as (
    select d.classid, d.objid, d.refobjid as extension, d.xmin::text as written
    from pg_depend d join extension e on e.oid = d.refobjid
    where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
  ), made as (
    select oid as extension, written from extension union select extension, written from member
  ), telling as (
    select extension from member group by extension
    having count(distinct written) = 1 or count(distinct written) * 4 < count(*)
  ), known as (
    select m.classid, m.objid, m.extension from member m join telling using (extension)
  )`;

const isOthers = (written: string): string =>
  `not exists (select from made where made.extension = k.extension and made.written = ${written}::text)`;

/** Rights are facts of their own, and whoever changed them has written the row anew. */
const hasFirstRights = (catalog: string, acl: string): string =>
  `${acl} is not distinct from (select i.initprivs from pg_init_privs i
    where i.classoid = '${catalog}'::regclass and i.objoid = k.objid and i.objsubid = 0)`;

const changedMembers = `
  select k.* from known k join pg_proc c on c.oid = k.objid
  where k.classid = 'pg_proc'::regclass and ${isOthers("c.xmin")} and ${hasFirstRights("pg_proc", "c.proacl")}
  union all
  select k.* from known k join pg_type c on c.oid = k.objid
  where k.classid = 'pg_type'::regclass and c.typrelid = 0 and c.typelem = 0
    and (${isOthers("c.xmin")} and ${hasFirstRights("pg_type", "c.typacl")}
      or exists (select from pg_enum v where v.enumtypid = c.oid and ${isOthers("v.xmin")}))
  union all
  select k.* from known k join pg_operator c on c.oid = k.objid
  where k.classid = 'pg_operator'::regclass and ${isOthers("c.xmin")}
  union all
  select k.* from known k join pg_rewrite c on c.ev_class = k.objid and c.rulename = '_RETURN'
  where k.classid = 'pg_class'::regclass and ${isOthers("c.xmin")}
  union all
  select k.* from known k join pg_class c on c.oid = k.objid join extension e on e.oid = k.extension
  where k.classid = 'pg_class'::regclass and c.relowner not in (e.extowner, 10)`;

const changedComments = `
  select k.* from known k
  join pg_description c on c.classoid = k.classid and c.objoid = k.objid and c.objsubid = 0
  where ${isOthers("c.xmin")}`;

/** Indexes, constraints, triggers, rules, policies, defaults and places in publications, by what they hang on. */
const addedObjects = `
  select d.classid, d.objid, k.extension
  from known k join pg_depend d on d.refclassid = k.classid and d.refobjid = k.objid
  where k.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and ${isOthers("d.xmin")}
    and (d.classid in ('pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_rewrite'::regclass,
        'pg_policy'::regclass, 'pg_attrdef'::regclass, 'pg_publication_rel'::regclass)
      or d.classid = 'pg_class'::regclass
        and exists (select from pg_class i where i.oid = d.objid and i.relkind in ('i', 'I')))
    and not exists (select from pg_rewrite r where d.classid = 'pg_rewrite'::regclass
      and r.oid = d.objid and r.rulename = '_RETURN')
    and not exists (select from member m where m.classid = d.classid and m.objid = d.objid)`;

const changedColumns = `
  select k.classid, k.objid, a.attnum::int as attnum, k.extension
  from known k join pg_class c on c.oid = k.objid and c.relkind in ('r', 'p', 'f')
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where k.classid = 'pg_class'::regclass and ${isOthers("a.xmin")}
    and a.attacl is not distinct from (select i.initprivs from pg_init_privs i
      where i.classoid = k.classid and i.objoid = k.objid and i.objsubid = a.attnum)`;

/**
 * What lies in an extension's own library and does not belong to it: nothing else shows what was taken out. One that a
 * member lies in the same place as is somebody's own name for that, such as an immutable unaccent().
 */
const takenOut = `
  select 'pg_proc'::regclass::oid as classid, p.oid as objid, e.oid as extension
  from extension e join pg_proc p on p.probin = '$libdir/' || e.extname
  where p.oid >= 16384 and exists (select from member m where m.extension = e.oid)
    and not exists (
      select from member m join pg_proc o on o.oid = m.objid
      where m.classid = 'pg_proc'::regclass and (m.objid = p.oid or o.probin = p.probin and o.prosrc = p.prosrc))`;

/**
 * What an extension's script made and what does not belong to it: written by the transaction that wrote most of its
 * members, between two of them. What somebody made behind CREATE EXTENSION, in one transaction with it, comes after all.
 */
const takenOutOfScript = `
  select made.classid, made.objid, made.extension
  from (
    select distinct on (extension) extension, written, min(objid) as first, max(objid) as last
    from member join telling using (extension)
    group by extension, written order by extension, count(*) desc
  ) script
  cross join lateral (
    ${[
      ["pg_proc", "true"],
      ["pg_operator", "true"],
      ["pg_opclass", "true"],
      ["pg_opfamily", "true"],
      ["pg_cast", "true"],
      ["pg_collation", "true"],
      ["pg_conversion", "true"],
      ["pg_ts_config", "true"],
      ["pg_ts_dict", "true"],
      ["pg_type", "c.typrelid = 0 and c.typtype <> 'm' and c.typcategory <> 'A'"],
      ["pg_class", "c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')"],
    ]
      .map(
        ([catalog, condition]) => `
    select '${catalog}'::regclass::oid as classid, c.oid as objid, script.extension from ${catalog} c
    where c.oid between script.first and script.last and c.xmin::text = script.written and ${condition}`,
      )
      .join(" union all")}
  ) made
  where not exists (select from pg_depend d
    where d.classid = made.classid and d.objid = made.objid and d.deptype in ('e', 'i'))`;

const untold = `
  select distinct 'pg_extension'::regclass::oid as classid, extension as objid, extension from member
  where extension not in (select extension from telling)`;

export const changedMembersOfExtensions: Family = family<ChangedRow>({
  name: "pg_depend",
  query: ({ extensionMembers }) => {
    const isAny = [...extensionMembers.values()].some((members) =>
      [...members.keys()].some((oid) => oid >= 16384),
    );
    if (!isAny) return undefined;
    return `${common}, found as (
      select 'changed' as what, classid, objid, 0 as attnum, extension from (${changedMembers}) c
      union select 'changed', classid, objid, 0, extension from (${changedComments}) c
      union select 'added', classid, objid, 0, extension from (${addedObjects}) a
      union select 'added', classid, objid, attnum, extension from (${changedColumns}) a
      union select 'taken out', classid, objid, 0, extension from (${takenOut}) t
      union select 'taken out', classid, objid, 0, extension from (${takenOutOfScript}) t
      union select 'untold', classid, objid, 0, extension from (${untold}) u
    )
    select f.what, o.type, o.identity, e.extname as extension, f.classid::regclass::text as catalog, f.objid as oid
    from found f join extension e on e.oid = f.extension
    cross join lateral pg_identify_object(f.classid, f.objid, f.attnum) o
    order by e.extname, o.type, o.identity`;
  },
  rowOf: () => undefined,
  add: ({ what, type, identity, extension, catalog, oid }, build) => {
    const fact = what === "taken out" ? build.find(catalog, oid) : undefined;
    if (fact !== undefined)
      build.takeOut(fact, { extension, object: `${type.toUpperCase()} ${identity}` });
    build.findings.push({
      code: "CATALOG.EXTENSION_CHANGED",
      severity: what === "untold" ? "info" : "warning",
      object: `${type} ${identity}`,
      message: messages[what](extension),
      hint: hints[what],
    });
  },
});

const messages: Readonly<Record<Change, (extension: string) => string>> = {
  changed: (extension) =>
    `it belongs to the extension ${extension} and was changed apart from it: no comparison and no dump shows that`,
  added: (extension) =>
    `it was added to, or changed in, a relation of the extension ${extension}: no comparison and no dump shows that`,
  "taken out": (extension) =>
    `the extension ${extension} makes it, and it was taken out: a dump takes it out again, but makes a table, a view, a sequence or a domain a second time, which fails; where the extension is there already, no plan takes anything out`,
  untold: () =>
    "its members were written one by one, as pg_upgrade does: whether somebody changed them by hand can't be told",
};

const ownMigration = "Keep it in a migration of your own, which deploys run; or take it back.";

const hints: Readonly<Record<Change, string>> = {
  changed: ownMigration,
  added: ownMigration,
  "taken out": "ALTER EXTENSION ... ADD ... gives it back.",
  untold:
    "DROP EXTENSION and CREATE EXTENSION, where nothing depends on it, make it telling again.",
};
