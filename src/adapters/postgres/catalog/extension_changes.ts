/**
 * The queries for what somebody did by hand to what belongs to an extension, and for what was taken out of one. They
 * go by the transactions that wrote the rows; extension_members.ts says why.
 */

/** Row versions by whom: `made` are the transactions of an extension's scripts, `hung` what hangs on its relations. */
export const common = `
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
  ), hung as (
    select classid, objid, extension from known
    union
    select d.classid, d.objid, k.extension
    from known k join pg_depend d on d.refclassid = k.classid and d.refobjid = k.objid
    where k.classid in ('pg_class'::regclass, 'pg_type'::regclass) and d.deptype in ('a', 'i')
      and d.classid in ('pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_rewrite'::regclass,
        'pg_policy'::regclass, 'pg_statistic_ext'::regclass)
    union
    select k.classid, i.indexrelid, k.extension
    from known k join pg_index i on k.classid = 'pg_class'::regclass and i.indrelid = k.objid
  )`;

const isOthers = (written: string): string =>
  `not exists (select from made where made.extension = k.extension and made.written = ${written}::text)`;

/** Rights are facts of their own, and whoever changed them has written the row anew. */
const hasFirstRights = (catalog: string, acl: string): string =>
  `${acl} is not distinct from (select i.initprivs from pg_init_privs i
    where i.classoid = '${catalog}'::regclass and i.objoid = k.objid and i.objsubid = 0)`;

/**
 * Catalogs in which only a command writes a member's row anew, with the columns of their rights. A collation's row is
 * written when its version is noted, and a relation's for many reasons.
 */
const ofMembers: readonly (readonly [catalog: string, acl?: string, condition?: string])[] = [
  ["pg_proc", "proacl"],
  ["pg_type", "typacl", "c.typrelid = 0 and c.typelem = 0"],
  ["pg_operator"],
  ["pg_opclass"],
  ["pg_opfamily"],
  ["pg_conversion"],
  ["pg_ts_parser"],
  ["pg_ts_template"],
  ["pg_ts_dict"],
  ["pg_ts_config"],
  ["pg_language", "lanacl"],
  ["pg_namespace", "nspacl"],
  ["pg_foreign_data_wrapper", "fdwacl"],
  ["pg_foreign_server", "srvacl"],
  ["pg_event_trigger"],
];

const writtenAnew = ofMembers
  .map(
    ([catalog, acl, condition = "true"]) => `
  select k.* from known k join ${catalog} c on c.oid = k.objid
  where k.classid = '${catalog}'::regclass and ${condition} and ${isOthers("c.xmin")}
    and ${acl === undefined ? "true" : hasFirstRights(catalog, `c.${acl}`)}`,
  )
  .join(" union all");

const changedParts = `
  select k.* from known k join pg_enum v on v.enumtypid = k.objid
  where k.classid = 'pg_type'::regclass and ${isOthers("v.xmin")}
  union all
  select k.* from known k join pg_ts_config_map m on m.mapcfg = k.objid
  where k.classid = 'pg_ts_config'::regclass and ${isOthers("m.xmin")}
  union all
  select k.* from known k join pg_rewrite c on c.ev_class = k.objid and c.rulename = '_RETURN'
  where k.classid = 'pg_class'::regclass and ${isOthers("c.xmin")}
  union all
  select k.* from known k join pg_sequence s on s.seqrelid = k.objid
  where k.classid = 'pg_class'::regclass and ${isOthers("s.xmin")}
  union all
  select k.* from known k join pg_attribute a on a.attrelid = k.objid and a.attisdropped
  where k.classid = 'pg_class'::regclass and ${isOthers("a.xmin")}
  union all
  select k.* from hung k join pg_trigger t on t.oid = k.objid and t.tgenabled <> 'O' and not t.tgisinternal
  where k.classid = 'pg_trigger'::regclass and ${isOthers("t.xmin")}
  union all
  select k.* from hung k join pg_rewrite r on r.oid = k.objid and r.ev_enabled <> 'O'
  where k.classid = 'pg_rewrite'::regclass and ${isOthers("r.xmin")}`;

/** A relation's row is written for many reasons: told is what it has that an extension's script hardly gives it. */
const changedRelations = `
  select k.* from known k join pg_class c on c.oid = k.objid join extension e on e.oid = k.extension
  where k.classid = 'pg_class'::regclass and c.relowner not in (e.extowner, 10)
  union all
  select k.* from hung k join pg_class c on c.oid = k.objid
  where k.classid = 'pg_class'::regclass and ${isOthers("c.xmin")}
    and (c.relrowsecurity or c.relforcerowsecurity or c.reloptions is not null or c.reltablespace <> 0
      or c.relpersistence = 'u' and c.relkind <> 'i' or c.relreplident in ('f', 'i'))
  union all
  select k.* from hung k join pg_index i on i.indexrelid = k.objid
  where k.classid = 'pg_class'::regclass and (i.indisclustered or i.indisreplident) and ${isOthers("i.xmin")}`;

export const changedMembers: string = [writtenAnew, changedParts, changedRelations].join(
  "\n  union all",
);

export const changedComments: string = `
  select k.*, c.objsubid from hung k join pg_description c on c.classoid = k.classid and c.objoid = k.objid
  where ${isOthers("c.xmin")}`;

/**
 * Indexes, constraints, triggers, rules, policies, defaults, statistics and places in publications, by what they hang
 * on; constraints of domains; operators and functions of operator families.
 */
export const addedObjects: string = `
  select d.classid, d.objid, k.extension
  from known k join pg_depend d on d.refclassid = k.classid and d.refobjid = k.objid
  where d.deptype in ('a', 'i') and ${isOthers("d.xmin")}
    and (k.classid = 'pg_class'::regclass
        and d.classid in ('pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_rewrite'::regclass,
          'pg_policy'::regclass, 'pg_attrdef'::regclass, 'pg_publication_rel'::regclass,
          'pg_statistic_ext'::regclass)
      or k.classid = 'pg_class'::regclass and d.classid = 'pg_class'::regclass
        and exists (select from pg_class i where i.oid = d.objid and i.relkind in ('i', 'I'))
      or k.classid = 'pg_type'::regclass and d.classid = 'pg_constraint'::regclass
      or k.classid in ('pg_opfamily'::regclass, 'pg_opclass'::regclass)
        and d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass))
    and not exists (select from pg_rewrite r where d.classid = 'pg_rewrite'::regclass
      and r.oid = d.objid and r.rulename = '_RETURN')
    and not exists (select from pg_trigger t where d.classid = 'pg_trigger'::regclass
      and t.oid = d.objid and t.tgisinternal)
    and not exists (select from member m where m.classid = d.classid and m.objid = d.objid)`;

export const changedColumns: string = `
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
export const takenOut: string = `
  select 'pg_proc'::regclass::oid as classid, p.oid as objid, e.oid as extension
  from extension e join pg_proc p on p.probin = '$libdir/' || e.extname
  where p.oid >= 16384 and exists (select from member m where m.extension = e.oid)
    and not exists (
      select from member m join pg_proc o on o.oid = m.objid
      where m.classid = 'pg_proc'::regclass and (m.objid = p.oid or o.probin = p.probin and o.prosrc = p.prosrc))`;

/** Catalogs of what a script makes and has no parts. */
const made: readonly string[] = [
  "pg_proc",
  "pg_operator",
  "pg_opclass",
  "pg_opfamily",
  "pg_cast",
  "pg_collation",
  "pg_conversion",
  "pg_ts_config",
  "pg_ts_dict",
  "pg_ts_parser",
  "pg_ts_template",
  "pg_am",
  "pg_language",
  "pg_transform",
  "pg_foreign_data_wrapper",
  "pg_event_trigger",
];

const byScript = (row: string): string => `${row}.xmin::text = script.written`;

/** Rows that were not written since the script was run; the server's own triggers come with others' keys. */
const partsAreWhole = (relation: string, type: string): string =>
  [
    ["pg_attribute", `p.attrelid = ${relation} and p.attnum > 0`],
    ["pg_attrdef", `p.adrelid = ${relation}`],
    [
      "pg_constraint",
      `(p.conrelid = ${relation} and p.conrelid <> 0 or p.contypid = ${type} and p.contypid <> 0)`,
    ],
    ["pg_index", `p.indrelid = ${relation}`],
    ["pg_trigger", `p.tgrelid = ${relation} and not p.tgisinternal`],
    ["pg_rewrite", `p.ev_class = ${relation}`],
    ["pg_policy", `p.polrelid = ${relation}`],
    ["pg_statistic_ext", `p.stxrelid = ${relation}`],
    ["pg_sequence", `p.seqrelid = ${relation}`],
  ]
    .map(
      ([catalog, of]) =>
        `not exists (select from ${catalog} p where ${of} and not ${byScript("p")})`,
    )
    .join(" and ");

/** A type's own row is written by ALTER, that of its array type is not. */
const madeTypes = `
    select 'pg_type'::regclass::oid, c.oid, script.extension,
      ${byScript("c")} and ${partsAreWhole("c.typrelid", "c.oid")}
    from pg_type c
    where c.oid between script.extension and script.last and c.typtype <> 'm' and c.typcategory <> 'A'
      and (c.typrelid = 0 or exists (select from pg_class r where r.oid = c.typrelid and r.relkind = 'c'))
      and (${byScript("c")} or exists (select from pg_type a where a.oid = c.typarray and ${byScript("a")}))`;

/** A relation's own row is written for many reasons, that of a system column or of a view's first column for hardly any. */
const madeRelations = `
    select 'pg_class'::regclass::oid, c.oid, script.extension,
      ${byScript("c")} and ${partsAreWhole("c.oid", "c.reltype")}
    from pg_class c
    where c.oid between script.extension and script.last and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and (${byScript("c")} or exists (select from pg_attribute a
        where a.attrelid = c.oid and a.attnum in (-1, 1) and ${byScript("a")}))`;

/**
 * What an extension's script made and what does not belong to it: written by the transaction that wrote most of its
 * members, before the last of them. What somebody made behind CREATE EXTENSION, in one transaction with it, comes after
 * all.
 */
export const takenOutOfScript: string = `
  select made.classid, made.objid, made.extension, made.whole
  from (
    select distinct on (extension) extension, written, max(objid) as last
    from member join telling using (extension)
    group by extension, written order by extension, count(*) desc
  ) script
  cross join lateral (
    ${made
      .map(
        (catalog) => `
    select '${catalog}'::regclass::oid as classid, c.oid as objid, script.extension, true as whole from ${catalog} c
    where c.oid between script.extension and script.last and ${byScript("c")}`,
      )
      .join(" union all")} union all ${madeTypes} union all ${madeRelations}
  ) made
  where not exists (select from pg_depend d
    where d.classid = made.classid and d.objid = made.objid and d.deptype in ('e', 'i'))`;
