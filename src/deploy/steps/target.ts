/**
 * Whether a database is empty: no user object outside extensions and lockstep's own schema. A schema that holds
 * nothing is no object to protect (people make them so that a role may work in them), nor is an extension. The
 * answer names a few of the objects, so that a refusal can show what is there.
 */
import { textOf } from "../../ledger/row.ts";
import type { Session } from "../../ports/database.ts";

/** Empty when the list is. At most `shown` objects, as a person would write them. */
export async function userObjects(session: Session, shown = 5): Promise<readonly string[]> {
  const rows = await session.query(`${query} limit ${shown}`);
  return rows.map((row) => textOf(row, "object"));
}

/** The first oid that initdb does not give; what it made is the server's own. */
const firstUserOid = 16384;

interface Source {
  readonly catalog: string;
  readonly word: string;
  readonly name: string;
  /** The column of the schema; none for objects that are in no schema. */
  readonly namespace?: string;
  readonly only?: string;
}

const sources: readonly Source[] = [
  {
    catalog: "pg_class",
    word: "case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'c' then 'type' else 'table' end",
    name: "relname",
    namespace: "relnamespace",
    only: "relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')",
  },
  {
    catalog: "pg_proc",
    word: "case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end",
    name: "proname",
    namespace: "pronamespace",
  },
  {
    catalog: "pg_type",
    word: "'type'",
    name: "typname",
    namespace: "typnamespace",
    only: "typtype in ('e', 'd', 'r', 'b') and typelem = 0",
  },
  { catalog: "pg_operator", word: "'operator'", name: "oprname", namespace: "oprnamespace" },
  { catalog: "pg_collation", word: "'collation'", name: "collname", namespace: "collnamespace" },
  { catalog: "pg_conversion", word: "'conversion'", name: "conname", namespace: "connamespace" },
  {
    catalog: "pg_ts_config",
    word: "'text search configuration'",
    name: "cfgname",
    namespace: "cfgnamespace",
  },
  {
    catalog: "pg_ts_dict",
    word: "'text search dictionary'",
    name: "dictname",
    namespace: "dictnamespace",
  },
  { catalog: "pg_language", word: "'language'", name: "lanname" },
  { catalog: "pg_foreign_data_wrapper", word: "'foreign data wrapper'", name: "fdwname" },
  { catalog: "pg_foreign_server", word: "'server'", name: "srvname" },
  { catalog: "pg_event_trigger", word: "'event trigger'", name: "evtname" },
  { catalog: "pg_publication", word: "'publication'", name: "pubname" },
];

const query = sources.map(selectFrom).join("\nunion all\n");

function selectFrom(source: Source): string {
  const { catalog, word, name, namespace, only } = source;
  const object =
    namespace === undefined
      ? `pg_catalog.quote_ident(o.${name})`
      : `pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.${name})`;
  const join =
    namespace === undefined ? "" : `join pg_catalog.pg_namespace n on n.oid = o.${namespace}`;
  const ours =
    namespace === undefined
      ? ""
      : `and n.nspname <> 'lockstep' and n.nspname !~ '^pg_(toast|temp_|toast_temp_)'`;
  return `select ${word} || ' ' || ${object} as object
from pg_catalog.${catalog} o ${join}
where o.oid >= ${firstUserOid} ${only === undefined ? "" : `and ${only}`} ${ours}
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass and d.objid = o.oid and d.deptype = 'e'
  )`;
}
