/**
 * Whether everything was read. The rows of each catalog are listed by conditions of their own, apart from the queries
 * that read them, and compared with what those queries returned; what nobody accounts for becomes a finding.
 */
import { catalogCoverage } from "../../../catalog/coverage.ts";
import type { Finding } from "../../../core/findings.ts";
import type { CatalogBuild, ServerView } from "./build.ts";
import { factId } from "../../../catalog/id.ts";
import { isUsers } from "./publications.ts";
import { inSystem, systemSchemas } from "./system.ts";
import { family, inSchemas, largeFamily, type Family } from "./family.ts";

interface Expected {
  readonly catalog: string;
  /** The column that says in which schema a row lies; absent where none does. */
  readonly schema?: string;
  /** Which of its rows are the user's, besides that their OID is. */
  readonly where?: string;
  readonly from?: string;
  /** The first major that has the catalog. */
  readonly since?: number;
  /** Of a row in a schema of the system, whether something else is said to lie there as well. */
  readonly saidWith?: string;
}

const ofRelation = (column: string): Pick<Expected, "from" | "schema"> => ({
  from: `join pg_class r on r.oid = c.${column}`,
  schema: "r.relnamespace",
});
/** The server made it for a range type. */
const notInternal = (catalog: string): string => `not exists (
  select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = c.oid and d.deptype = 'i')`;

const expected: readonly Expected[] = [
  { catalog: "pg_am" },
  {
    catalog: "pg_amop",
    from: "join pg_opfamily f on f.oid = c.amopfamily",
    schema: "f.opfnamespace",
  },
  {
    catalog: "pg_amproc",
    from: "join pg_opfamily f on f.oid = c.amprocfamily",
    schema: "f.opfnamespace",
  },
  { catalog: "pg_attrdef", ...ofRelation("adrelid") },
  { catalog: "pg_cast", where: notInternal("pg_cast") },
  {
    // Of an extension's composite type the type is a member, the relation behind it is not.
    catalog: "pg_class",
    schema: "c.relnamespace",
    where: `not (c.relkind = 'c' and exists (select from pg_depend m
        where m.classid = 'pg_type'::regclass and m.objid = c.reltype and m.deptype = 'e'))`,
  },
  { catalog: "pg_collation", schema: "c.collnamespace" },
  {
    // Clones that a foreign key has for each partition that it refers to say nothing of their own.
    catalog: "pg_constraint",
    from: "left join pg_constraint p on p.oid = c.conparentid and c.contype = 'f'",
    schema: "c.connamespace",
    where: "p.conrelid is distinct from c.conrelid",
  },
  { catalog: "pg_conversion", schema: "c.connamespace" },
  { catalog: "pg_default_acl" },
  { catalog: "pg_event_trigger" },
  { catalog: "pg_extension" },
  { catalog: "pg_foreign_data_wrapper" },
  { catalog: "pg_foreign_server" },
  { catalog: "pg_language" },
  { catalog: "pg_opclass", schema: "c.opcnamespace" },
  { catalog: "pg_operator", schema: "c.oprnamespace" },
  { catalog: "pg_opfamily", schema: "c.opfnamespace" },
  { catalog: "pg_policy", ...ofRelation("polrelid") },
  { catalog: "pg_proc", schema: "c.pronamespace" },
  { catalog: "pg_publication", where: isUsers("c.oid") },
  { catalog: "pg_publication_namespace", since: 15 },
  { catalog: "pg_publication_rel", where: isUsers("c.prpubid") },
  { catalog: "pg_rewrite", ...ofRelation("ev_class") },
  { catalog: "pg_statistic_ext", schema: "c.stxnamespace" },
  {
    catalog: "pg_subscription",
    where: "c.subdbid = (select oid from pg_database where datname = current_database())",
  },
  { catalog: "pg_transform" },
  {
    catalog: "pg_trigger",
    ...ofRelation("tgrelid"),
    where: "not c.tgisinternal",
  },
  { catalog: "pg_ts_config", schema: "c.cfgnamespace" },
  { catalog: "pg_ts_dict", schema: "c.dictnamespace" },
  { catalog: "pg_ts_parser", schema: "c.prsnamespace" },
  { catalog: "pg_ts_template", schema: "c.tmplnamespace" },
  {
    // An array type comes and goes with its element, a row type with its table.
    catalog: "pg_type",
    from: "left join pg_type e on e.typarray = c.oid",
    schema: "c.typnamespace",
    saidWith: "c.typrelid <> 0",
    where: `e.oid is null
      and not exists (select from pg_depend m
        where m.classid = 'pg_class'::regclass and m.objid = c.typrelid and m.deptype = 'e')`,
  },
];

export const completeness: Family = largeFamily({
  name: "all catalogs",
  query: (server) => {
    const system = systemSchemas(server);
    const schemas = new Map([...server.schemas, ...system]);
    return expected
      .filter(({ since = 0 }) => server.major >= since)
      .map((one) => {
        const { catalog, from = "", where = "true", schema } = one;
        const inside = schema === undefined ? "true" : inSchemas(schema, { schemas });
        return `
    select '${catalog}' as catalog, array_agg(c.oid) as oids, ${namedInSystem(one, system)} as named
    from ${catalog} c ${from} where c.oid >= 16384 and ${inside} and ${where}`;
      })
      .join("\n    union all");
  },
  add: (values, build) => {
    const catalog = values.text() ?? "";
    const oids = values.numbers();
    const named = (values.texts() ?? []).map((text) => text.split(" "));
    const names = new Map(named.map(([oid = "", ...words]) => [Number(oid), words.join(" ")]));
    const lacking = oids.filter((oid) => !build.isAccountedFor(catalog, oid));
    for (const oid of lacking) {
      const name = names.get(oid);
      if (name === "") continue;
      build.findings.push(name === undefined ? notModelled(catalog, oid) : inSystem(name));
    }
  },
});

/**
 * The OID and what the server calls it, or the OID alone where that need not be said: of collations, which come by the
 * hundred when the operating system's are taken over, the number is said.
 */
function namedInSystem(
  { catalog, schema, saidWith }: Expected,
  system: ServerView["schemas"],
): string {
  if (schema === undefined || system.size === 0) return "null::text[]";
  const said = catalog === "pg_collation" ? "true" : (saidWith ?? "false");
  return `array_agg((
      select case when ${said} then c.oid || ' ' else concat_ws(' ', c.oid, o.type, o.identity) end
      from pg_identify_object('${catalog}'::regclass, c.oid, 0) o
    )) filter (where ${inSchemas(schema, { schemas: system })})`;
}

function notModelled(catalog: string, oid: number): Finding {
  return {
    code: "CATALOG.NOT_MODELLED",
    severity: "warning",
    object: `${catalog} ${oid}`,
    message: "the database holds something that is not part of the comparison",
    hint: `select * from pg_identify_object('${catalog}'::regclass, ${oid}, 0) names it.`,
  };
}

interface OutsideRow {
  readonly what: string;
  readonly count: string;
}

/** What belongs to the data or to the cluster, and is said to be there. Settings are read where roles are. */
export const outside: Family = family<OutsideRow>({
  name: "pg_largeobject_metadata, pg_parameter_acl, pg_database",
  query: ({ major, options }) => {
    const ofOwn = `from pg_database d join CATALOG o on o.classoid = 'pg_database'::regclass and o.objoid = d.oid
      where d.datname = current_database()`;
    return [
      "select 'large objects' as what, count(*) as count from pg_largeobject_metadata",
      ...(major < 15 ? [] : ["select 'grants on parameters', count(*) from pg_parameter_acl"]),
      `select 'collations in pg_catalog', count(*) from pg_collation
        where collnamespace = 'pg_catalog'::regnamespace and oid >= 16384
          and not exists (select from pg_depend where classid = 'pg_collation'::regclass and objid = oid and deptype = 'e')`,
      `select 'grants on the database', count(*) from pg_database d, aclexplode(d.datacl)
        where d.datname = current_database()`,
      `select 'comments on the database', count(*) ${ofOwn.replace("CATALOG", "pg_shdescription")}`,
      `select 'labels of the database', count(*) ${ofOwn.replace("CATALOG", "pg_shseclabel")}`,
      ...(options.roles !== undefined
        ? []
        : [
            `select 'settings of the database', count(*) from pg_database d
             join pg_db_role_setting s on s.setdatabase = d.oid, unnest(s.setconfig) where d.datname = current_database()`,
          ]),
    ]
      .map((query) => `${query} having count(*) > 0`)
      .join("\n    union all ");
  },
  add: ({ what, count }, build) => {
    build.findings.push({
      code: "CATALOG.NOT_MODELLED",
      severity: "info",
      object: what,
      message: `there are ${count}, which are not part of the comparison`,
      ...(what === "settings of the database" ? { hint: settingsHint } : {}),
    });
  },
});

const settingsHint = "The config's roles, or --roles, makes them a part.";

interface UnenforcedRow {
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
}

/** DISABLE TRIGGER ALL also stops the server's own triggers, which are what enforces a foreign key or a deferred key. */
export const unenforced: Family = family<UnenforcedRow>({
  name: "pg_trigger",
  query: (server) => `
    select distinct n.nspname as schema, c.relname as relation, k.conname as name
    from pg_trigger t
    join pg_constraint k on k.oid = t.tgconstraint
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    where t.tgenabled <> 'O' and t.tgisinternal and ${inSchemas("c.relnamespace", server)}
    order by 1, 2, 3`,
  add: ({ schema, relation, name }, build) => {
    build.findings.push({
      code: "CATALOG.NOT_MODELLED",
      severity: "warning",
      object: factId("constraint", { schema, relation, name }),
      message:
        "the server's own triggers of this constraint are disabled, so rows may break it: no comparison shows that",
      hint: "ALTER TABLE ... ENABLE TRIGGER ALL brings them back.",
    });
  },
});

interface ServerCatalogRow {
  readonly oid: number;
  readonly relname: string;
}

/**
 * The server's own catalogs, by which rows of others name them. A server that is newer than this code may have some
 * that it has never heard of.
 */
export const serverCatalogs: Family = family<ServerCatalogRow>({
  name: "pg_class",
  query: () => `
    select oid, relname from pg_class
    where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r' and oid < 16384`,
  rowOf: () => undefined,
  add: ({ oid, relname }, build: CatalogBuild) => {
    build.catalogs.set(oid, relname);
    if (catalogCoverage[relname] !== undefined) return;
    build.findings.push({
      code: "CATALOG.NOT_MODELLED",
      severity: "warning",
      object: relname,
      message: "the server has a catalog that this version of lockstep does not know",
    });
  },
});
