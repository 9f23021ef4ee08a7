/**
 * Every catalog of PostgreSQL 14 to 18 with every column: read into a fact, derived from what is read, or ignored
 * for a written reason. A test compares this with pg_attribute of the servers, so that a new major's new column
 * cannot go unnoticed. docs/reference/catalog.md is made of it.
 */

export interface CatalogCoverage {
  /** Which facts its rows become, for people. Absent: the whole catalog is ignored. */
  readonly facts?: string;
  /** Columns that become identity, payload or references. */
  readonly read?: readonly string[];
  /** Columns, parted by spaces -> why they say nothing that is not said already. */
  readonly derived?: Readonly<Record<string, string>>;
  /** Columns, parted by spaces -> why they are no part of a schema. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** Why none of its columns is. */
  readonly whole?: string;
}

const columns = (text: string): readonly string[] => text.split(" ");

const oid = "identity within one database, never the same after a restore";
const ofColumn = "the column's type says it";
const state = "state that the server keeps while it runs";

export const catalogCoverage: Readonly<Record<string, CatalogCoverage>> = {
  pg_aggregate: {
    facts: "aggregates",
    read: columns(
      "aggkind aggnumdirectargs aggtransfn aggfinalfn aggcombinefn aggserialfn aggdeserialfn aggmtransfn " +
        "aggminvtransfn aggmfinalfn aggfinalextra aggmfinalextra aggfinalmodify aggmfinalmodify aggsortop " +
        "aggtranstype aggtransspace aggmtranstype aggmtransspace agginitval aggminitval aggfnoid",
    ),
  },
  pg_am: { facts: "access methods", read: columns("amname amhandler amtype oid") },
  pg_amop: {
    facts: "members of operator classes and families",
    read: columns("amopfamily amoplefttype amoprighttype amopstrategy amopopr amopsortfamily oid"),
    derived: { amoppurpose: "a sort family is there or not", amopmethod: "the family has it" },
  },
  pg_amproc: {
    facts: "members of operator classes and families",
    read: columns("amprocfamily amproclefttype amprocrighttype amprocnum amproc oid"),
  },
  pg_attrdef: { facts: "defaults, generated columns", read: columns("oid adrelid adnum adbin") },
  pg_attribute: {
    facts: "columns, attributes of composite types",
    read: columns(
      "attrelid attname atttypid attstattarget attnum atttypmod attstorage attcompression attnotnull " +
        "attidentity attgenerated attisdropped attislocal attcollation attacl attoptions attfdwoptions",
    ),
    derived: {
      "attlen attbyval attalign": ofColumn,
      atthasdef: "a row of pg_attrdef is there or not",
      attinhcount: "the parents have the column or not",
    },
    ignored: {
      attndims: "declared dimensions of an array mean nothing to the server and are lost in a dump",
      attcacheoff: state,
      "atthasmissing attmissingval": "how rows older than the column are stored",
    },
  },
  pg_auth_members: {
    facts: "memberships, when roles are read",
    read: columns("roleid member grantor admin_option inherit_option set_option"),
    ignored: { oid },
  },
  pg_authid: {
    facts: "roles, when they are read (by pg_roles)",
    read: columns(
      "oid rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolreplication rolbypassrls " +
        "rolconnlimit rolvaliduntil",
    ),
    ignored: { rolpassword: "a secret" },
  },
  pg_cast: {
    facts: "casts",
    read: columns("oid castsource casttarget castfunc castcontext castmethod"),
  },
  pg_class: {
    facts: "tables, foreign tables, views, materialized views, sequences, indexes, composite types",
    read: columns(
      "oid relname relnamespace reltype reloftype relowner relam reltablespace reltoastrelid relpersistence " +
        "relkind relrowsecurity relforcerowsecurity relispopulated relreplident relispartition relacl " +
        "reloptions relpartbound",
    ),
    derived: {
      "relnatts relchecks relhasindex relhasrules relhastriggers relhassubclass":
        "counts and marks of rows in other catalogs",
      relisshared: "true of built-in tables alone",
    },
    ignored: {
      relfilenode: "where the rows lie on disk",
      "relpages reltuples relallvisible relallfrozen": "statistics",
      "relrewrite relfrozenxid relminmxid": state,
    },
  },
  pg_collation: {
    facts: "collations",
    read: columns(
      "oid collname collnamespace collowner collprovider collisdeterministic collcollate collctype " +
        "colliculocale colllocale collicurules collencoding",
    ),
    ignored: { collversion: "the library's version when the collation was made" },
  },
  pg_constraint: {
    facts: "constraints, NOT NULL of columns and domains",
    read: columns(
      "oid conname connamespace contype condeferrable condeferred convalidated conrelid contypid conindid " +
        "conparentid confrelid confupdtype confdeltype confmatchtype conislocal connoinherit conkey confkey " +
        "conexclop conbin conenforced conperiod confdelsetcols",
    ),
    derived: {
      coninhcount: "the parents have the constraint or not",
      "conpfeqop conppeqop conffeqop": "the operator class of the key that is referred to",
    },
  },
  pg_conversion: {
    facts: "conversions",
    read: columns(
      "oid conname connamespace conowner conforencoding contoencoding conproc condefault",
    ),
  },
  pg_database: {
    whole:
      "the database itself is made by whoever runs the server; its owner stands for no owner, and that it has rights of its own is a finding",
  },
  pg_db_role_setting: {
    facts: "settings, when roles are read",
    read: columns("setdatabase setrole setconfig"),
  },
  pg_default_acl: {
    facts: "default privileges",
    read: columns("oid defaclrole defaclnamespace defaclobjtype defaclacl"),
  },
  pg_depend: {
    facts: "references between facts, membership in extensions, dependencies on extensions",
    read: columns("classid objid objsubid refclassid refobjid refobjsubid deptype"),
  },
  pg_description: { facts: "comments", read: columns("objoid classoid objsubid description") },
  pg_enum: {
    facts: "enum types",
    read: columns("enumtypid enumsortorder enumlabel"),
    ignored: { oid },
  },
  pg_event_trigger: {
    facts: "event triggers",
    read: columns("oid evtname evtevent evtowner evtfoid evtenabled evttags"),
  },
  pg_extension: {
    facts: "extensions",
    read: columns("oid extname extnamespace extversion"),
    ignored: {
      "extrelocatable extconfig extcondition":
        "the extension's own files decide; the first tells a plan whether it may move",
      extowner: "who installed it: no command changes it",
    },
  },
  pg_foreign_data_wrapper: {
    facts: "foreign-data wrappers",
    read: columns("oid fdwname fdwowner fdwhandler fdwvalidator fdwacl fdwoptions"),
  },
  pg_foreign_server: {
    facts: "servers",
    read: columns("oid srvname srvowner srvfdw srvtype srvversion srvacl srvoptions"),
  },
  pg_foreign_table: { facts: "foreign tables", read: columns("ftrelid ftserver ftoptions") },
  pg_index: {
    facts: "indexes, the indexes behind constraints",
    read: columns(
      "indexrelid indrelid indnkeyatts indisunique indisclustered indisvalid indisreplident indkey indcollation " +
        "indclass indoption indexprs indpred indnullsnotdistinct",
    ),
    derived: {
      indnatts: "the length of indkey",
      "indisprimary indisexclusion indimmediate": "the constraint says it",
    },
    ignored: { "indcheckxmin indisready indislive": "stages of a build; what failed is invalid" },
  },
  pg_inherits: {
    facts: "parents of tables and of indexes",
    read: columns("inhrelid inhparent inhseqno inhdetachpending"),
  },
  pg_init_privs: {
    facts: "grants on built-in objects and on extensions' members that were changed",
    read: columns("objoid classoid objsubid initprivs"),
    derived: { privtype: "the object is built in, or a member" },
  },
  pg_language: {
    facts: "languages",
    read: columns("oid lanname lanowner lanpltrusted lanplcallfoid laninline lanvalidator lanacl"),
    derived: { lanispl: "it has a handler" },
  },
  pg_largeobject: { whole: "data" },
  pg_largeobject_metadata: { whole: "data; that there are large objects is a finding" },
  pg_namespace: { facts: "schemas", read: columns("oid nspname nspowner nspacl") },
  pg_opclass: {
    facts: "operator classes",
    read: columns(
      "oid opcmethod opcname opcnamespace opcowner opcfamily opcintype opcdefault opckeytype",
    ),
  },
  pg_operator: {
    facts: "operators",
    read: columns(
      "oid oprname oprnamespace oprowner oprcanmerge oprcanhash oprleft oprright oprcom oprnegate oprcode " +
        "oprrest oprjoin",
    ),
    derived: { oprkind: "it has a left argument or not", oprresult: "the function says it" },
  },
  pg_opfamily: {
    facts: "operator families",
    read: columns("oid opfmethod opfname opfnamespace opfowner"),
  },
  pg_parameter_acl: { whole: "rights in the whole cluster; that there are any is a finding" },
  pg_partitioned_table: {
    facts: "partition keys",
    read: columns("partrelid partstrat partnatts partattrs partclass partcollation partexprs"),
    derived: { partdefid: "the partition has the bound DEFAULT" },
  },
  pg_policy: {
    facts: "policies",
    read: columns("oid polname polrelid polcmd polpermissive polroles polqual polwithcheck"),
  },
  pg_proc: {
    facts: "functions, procedures, aggregates",
    read: columns(
      "oid proname pronamespace proowner prolang procost prorows prosupport prokind prosecdef proleakproof " +
        "proisstrict proretset provolatile proparallel pronargdefaults prorettype proargtypes proallargtypes " +
        "proargmodes proargnames proargdefaults protrftypes prosrc probin prosqlbody proconfig proacl",
    ),
    derived: { provariadic: "the arguments' modes say it", pronargs: "the length of proargtypes" },
  },
  pg_publication: {
    facts: "publications",
    read: columns(
      "oid pubname pubowner puballtables pubinsert pubupdate pubdelete pubtruncate pubviaroot pubgencols",
    ),
  },
  pg_publication_namespace: {
    facts: "publications' schemas",
    read: columns("oid pnpubid pnnspid"),
  },
  pg_publication_rel: {
    facts: "publications' tables",
    read: columns("oid prpubid prrelid prqual prattrs"),
  },
  pg_range: {
    facts: "range types",
    read: columns(
      "rngtypid rngsubtype rngmultitypid rngcollation rngsubopc rngcanonical rngsubdiff",
    ),
  },
  pg_replication_origin: { whole: state },
  pg_rewrite: {
    facts: "rules, views",
    read: columns("oid rulename ev_class ev_enabled"),
    derived: {
      "ev_type is_instead ev_qual ev_action": "in the rule's definition or the view's query",
    },
  },
  pg_seclabel: {
    facts: "security labels",
    read: columns("objoid classoid objsubid provider label"),
  },
  pg_sequence: {
    facts: "sequences, identity columns",
    read: columns("seqrelid seqtypid seqstart seqincrement seqmax seqmin seqcache seqcycle"),
  },
  pg_shdepend: { whole: "owners and grantees are read where they stand" },
  pg_shdescription: {
    facts:
      "comments on roles, when they are read; that there is one on the database is a finding, those on tablespaces belong to the cluster",
    read: columns("objoid classoid description"),
  },
  pg_shseclabel: {
    whole:
      "labels of roles, databases and tablespaces belong to the cluster; that the database has one is a finding",
  },
  pg_statistic: { whole: "statistics" },
  pg_statistic_ext: {
    facts: "statistics objects",
    read: columns(
      "oid stxrelid stxname stxnamespace stxowner stxstattarget stxkeys stxkind stxexprs",
    ),
  },
  pg_statistic_ext_data: { whole: "statistics" },
  pg_subscription: {
    facts: "subscriptions",
    read: columns(
      "oid subdbid subname subowner subenabled subbinary substream subconninfo subslotname subsynccommit " +
        "subpublications subtwophasestate subdisableonerr subpasswordrequired subrunasowner subfailover suborigin",
    ),
    ignored: { subskiplsn: state },
  },
  pg_subscription_rel: { whole: state },
  pg_tablespace: { whole: "belongs to the cluster; tables and indexes name theirs" },
  pg_transform: { facts: "transforms", read: columns("oid trftype trflang trffromsql trftosql") },
  pg_trigger: {
    facts: "triggers",
    read: columns(
      "oid tgrelid tgparentid tgname tgfoid tgtype tgenabled tgisinternal tgconstrrelid tgconstraint " +
        "tgdeferrable tginitdeferred tgattr tgargs tgqual tgoldtable tgnewtable",
    ),
    derived: { tgconstrindid: "the foreign key's key", tgnargs: "the length of tgargs" },
  },
  pg_ts_config: {
    facts: "text search configurations",
    read: columns("oid cfgname cfgnamespace cfgowner cfgparser"),
  },
  pg_ts_config_map: {
    facts: "text search configurations",
    read: columns("mapcfg maptokentype mapseqno mapdict"),
  },
  pg_ts_dict: {
    facts: "text search dictionaries",
    read: columns("oid dictname dictnamespace dictowner dicttemplate dictinitoption"),
  },
  pg_ts_parser: {
    facts: "text search parsers",
    read: columns("oid prsname prsnamespace prsstart prstoken prsend prsheadline prslextype"),
  },
  pg_ts_template: {
    facts: "text search templates",
    read: columns("oid tmplname tmplnamespace tmplinit tmpllexize"),
  },
  pg_type: {
    facts: "enums, domains, ranges, base types, composite types",
    read: columns(
      "oid typname typnamespace typowner typlen typbyval typtype typcategory typispreferred typisdefined typdelim " +
        "typsubscript typelem typarray typinput typoutput typreceive typsend typmodin typmodout typanalyze " +
        "typalign typstorage typnotnull typbasetype typtypmod typcollation typdefaultbin typdefault typacl",
    ),
    derived: { typrelid: "the relation has the type" },
    ignored: { typndims: "declared dimensions of an array mean nothing to the server" },
  },
  pg_user_mapping: {
    facts: "user mappings (by pg_user_mappings)",
    read: columns("oid umuser umserver umoptions"),
  },
};
