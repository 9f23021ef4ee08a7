/** A database as its server's catalog has it, and who is connected to it. Read from another database. */
import { booleanOf, numberOf, optionalTextOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { listSettings } from "../../../sql/list-settings.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";

export interface DatabaseShape {
  readonly owner: string;
  readonly encoding: string;
  readonly isTemplate: boolean;
  /** DROP DATABASE was cut off: nothing but another one can be done with it. */
  readonly isInvalid: boolean;
  /** Rights on the database itself that were granted or revoked. */
  readonly hasGrants: boolean;
  /** For CREATE DATABASE, to make one like it. */
  readonly clauses: readonly string[];
  /** ALTER DATABASE statements that give it its settings. */
  readonly settings: readonly string[];
}

/** Undefined when there is none of that name. The settings are for one that is called `calledAs`. */
export async function lookAtDatabase(
  session: Session,
  name: string,
  calledAs: string = name,
): Promise<DatabaseShape | undefined> {
  const [row] = await session.query(
    `select pg_catalog.pg_get_userbyid(d.datdba)::text as owner,
      pg_catalog.pg_encoding_to_char(d.encoding)::text as encoding, d.datistemplate, d.datconnlimit,
      d.datacl is not null as has_grants, pg_catalog.to_jsonb(d) as shape,
      case when t.spcname <> 'pg_default' then t.spcname::text end as tablespace
    from pg_catalog.pg_database d join pg_catalog.pg_tablespace t on t.oid = d.dattablespace
    where d.datname::text = $1`,
    [name],
  );
  if (row === undefined) return undefined;
  const owner = textOf(row, "owner");
  const encoding = textOf(row, "encoding");
  const tablespace = optionalTextOf(row, "tablespace");
  return {
    owner,
    encoding,
    isTemplate: booleanOf(row, "datistemplate"),
    isInvalid: numberOf(row, "datconnlimit") === invalidLimit,
    hasGrants: booleanOf(row, "has_grants"),
    clauses: [
      `owner = ${quoteIdentifier(owner)}`,
      "template = template0",
      `encoding = ${quoteLiteral(encoding)}`,
      ...localeClauses(row["shape"]),
      ...(tablespace === undefined ? [] : [`tablespace = ${quoteIdentifier(tablespace)}`]),
      ...(numberOf(row, "datconnlimit") > 0
        ? [`connection limit = ${numberOf(row, "datconnlimit")}`]
        : []),
    ],
    settings: await settingsOf(session, name, calledAs),
  };
}

/** pg_database.datconnlimit of a database whose DROP DATABASE did not end. */
const invalidLimit = -2;

/** The columns differ between majors: daticulocale of 15 and 16 is datlocale from 17 on. */
function localeClauses(shape: unknown): readonly string[] {
  const column = (name: string): string | undefined => {
    if (typeof shape !== "object" || shape === null) return undefined;
    const value: unknown = Object.entries(shape).find(([key]) => key === name)?.[1];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const clause = (word: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${word} = ${quoteLiteral(value)}`];
  const libc = [
    ...clause("lc_collate", column("datcollate")),
    ...clause("lc_ctype", column("datctype")),
  ];
  const rules = clause("icu_rules", column("daticurules"));
  switch (column("datlocprovider")) {
    case "i": {
      const locale = clause("icu_locale", column("datlocale") ?? column("daticulocale"));
      return ["locale_provider = icu", ...locale, ...rules, ...libc];
    }
    case "b":
      return [
        "locale_provider = builtin",
        ...clause("builtin_locale", column("datlocale")),
        ...libc,
      ];
    default:
      return libc;
  }
}

async function settingsOf(
  session: Session,
  name: string,
  calledAs: string,
): Promise<readonly string[]> {
  const rows = await session.query(
    `select r.rolname::text as role, c.setting
    from pg_catalog.pg_db_role_setting s
    join pg_catalog.pg_database d on d.oid = s.setdatabase
    left join pg_catalog.pg_roles r on r.oid = s.setrole
    cross join lateral pg_catalog.unnest(s.setconfig) as c (setting)
    where d.datname::text = $1 order by r.rolname, c.setting`,
    [name],
  );
  return rows.map((row) => {
    const [setting, value] = halvesOf(textOf(row, "setting"));
    const role = optionalTextOf(row, "role");
    const whom =
      role === undefined
        ? `alter database ${quoteIdentifier(calledAs)}`
        : `alter role ${quoteIdentifier(role)} in database ${quoteIdentifier(calledAs)}`;
    const written = listSettings.has(setting) ? value : quoteLiteral(value);
    const named = setting.split(".").map((part) => quoteIdentifier(part));
    return `${whom} set ${named.join(".")} to ${written === "" ? "''" : written}`;
  });
}

function halvesOf(setting: string): readonly [string, string] {
  const at = setting.indexOf("=");
  return [setting.slice(0, at), setting.slice(at + 1)];
}

export interface Visitor {
  readonly pid: number;
  readonly user: string | undefined;
  readonly host: string | undefined;
  readonly applicationName: string | undefined;
}

/** Everybody who is connected; the server's own workers end by themselves. */
export async function visitorsOf(session: Session, name: string): Promise<readonly Visitor[]> {
  const rows = await session.query(
    `select a.pid, a.usename::text as user_name, nullif(a.application_name, '') as application_name,
      pg_catalog.host(a.client_addr) as host
    from pg_catalog.pg_stat_activity a
    where a.datname::text = $1 and a.pid <> pg_catalog.pg_backend_pid()
      and coalesce(a.backend_type, 'client backend') in ('client backend', 'walsender')
    order by a.backend_start`,
    [name],
  );
  return rows.map((row) => ({
    pid: numberOf(row, "pid"),
    user: optionalTextOf(row, "user_name"),
    host: optionalTextOf(row, "host"),
    applicationName: optionalTextOf(row, "application_name"),
  }));
}

export function describeVisitor({ pid, user, host, applicationName }: Visitor): string {
  const parts = [
    ...(user === undefined ? [] : [user]),
    ...(host === undefined ? [] : [`from ${host}`]),
    ...(applicationName === undefined ? [] : [`(${applicationName})`]),
  ];
  return `process ${pid}${parts.length === 0 ? "" : `: ${parts.join(" ")}`}`;
}
