/**
 * Every connection parameter that lockstep knows, libpq's own and those that other tools put into DATABASE_URL, and
 * what is done with each. A parameter that changes who can read the connection is understood or refused, never
 * ignored. Adding one is a row here and a row in docs/reference/connections.md.
 */

export type ParameterUse =
  /** Settings of the target. */
  | { readonly kind: "understood" }
  /** Has no effect here and none is missed; said in one line. */
  | { readonly kind: "ignored"; readonly why: string }
  /** Taken when the value is one of these, which ask for nothing special; else refused. */
  | { readonly kind: "only"; readonly values: readonly string[]; readonly why: string };

const understood: ParameterUse = { kind: "understood" };
const ignored = (why: string): ParameterUse => ({ kind: "ignored", why });
const only = (values: readonly string[], why: string): ParameterUse => ({
  kind: "only",
  values,
  why,
});

const pool = "lockstep keeps no connection pool";

export const parameters: ReadonlyMap<string, ParameterUse> = new Map<string, ParameterUse>([
  ["host", understood],
  ["hostaddr", understood],
  ["port", understood],
  ["user", understood],
  ["password", understood],
  ["passfile", understood],
  ["dbname", understood],
  ["connect_timeout", understood],
  ["options", understood],
  ["application_name", understood],
  ["fallback_application_name", understood],
  ["sslmode", understood],
  ["sslrootcert", understood],
  ["sslcert", understood],
  ["sslkey", understood],
  ["sslpassword", understood],
  ["ssl_min_protocol_version", understood],
  ["channel_binding", understood],
  ["ssl", understood],
  ["sslaccept", understood],
  ["schema", understood],
  ["service", understood],
  ["servicefile", understood],
  ["pgbouncer", ignored("a pooler is recognised by itself")],
  ["connection_limit", ignored(pool)],
  ["pool_timeout", ignored(pool)],
  ["pool_size", ignored(pool)],
  ["max_idle_connection_lifetime", ignored(pool)],
  ["max_connection_lifetime", ignored(pool)],
  ["single_use_connections", ignored(pool)],
  ["socket_timeout", ignored("statements are bounded by statement_timeout")],
  ["statement_cache_size", ignored("lockstep keeps no prepared statements")],
  ["prepared_statement_cache_size", ignored("lockstep keeps no prepared statements")],
  ["prepare", ignored("lockstep keeps no prepared statements")],
  ["uselibpqcompat", ignored("sslmode always means what libpq means by it")],
  ["supa", ignored("it is a mark of the provider")],
  ["endpoint", ignored("the server name in TLS says it")],
  ["client_encoding", ignored("lockstep always speaks UTF-8")],
  ["keepalives", ignored("keep-alive is always on")],
  ["keepalives_idle", ignored("keep-alive is always on")],
  ["keepalives_interval", ignored("keep-alive is always on")],
  ["keepalives_count", ignored("keep-alive is always on")],
  ["tcp_user_timeout", ignored("keep-alive is always on")],
  ["load_balance_hosts", ignored("there is one host")],
  ["sslcompression", ignored("TLS compression is never used")],
  ["sslsni", ignored("the server's name is always sent, as libpq does by default")],
  ["krbsrvname", ignored("GSSAPI is not used")],
  ["gsslib", ignored("GSSAPI is not used")],
  ["gssdelegation", ignored("GSSAPI is not used")],
  ["gssencmode", only(["disable", "prefer"], "GSSAPI encryption is not supported")],
  ["sslnegotiation", only(["postgres"], "direct TLS is not supported; sslnegotiation=postgres is")],
  ["sslcertmode", only(["allow"], "demands on the client's certificate are not supported")],
  ["target_session_attrs", only(["any", "read-write", "primary"], "a deploy needs the primary")],
  ["replication", only(["false", "off", "no", "0"], "a deploy is no replication connection")],
  ["min_protocol_version", only(["3.0"], "lockstep speaks protocol 3.0")],
  ["max_protocol_version", ignored("lockstep speaks protocol 3.0")],
  ["ssl_max_protocol_version", only(["TLSv1.3"], "an upper limit for TLS is not supported")],
  ["require_auth", only([], "naming the way of authentication is not supported")],
  ["sslcrl", only([], "certificate revocation lists are not supported")],
  ["sslcrldir", only([], "certificate revocation lists are not supported")],
  ["requirepeer", only([], "checking the server's system user is not supported")],
]);

/** libpq's variables, and the parameter that each gives a default for. */
export const environmentParameters: readonly (readonly [variable: string, parameter: string])[] = [
  ["PGHOST", "host"],
  ["PGHOSTADDR", "hostaddr"],
  ["PGPORT", "port"],
  ["PGDATABASE", "dbname"],
  ["PGUSER", "user"],
  ["PGPASSWORD", "password"],
  ["PGPASSFILE", "passfile"],
  ["PGOPTIONS", "options"],
  ["PGAPPNAME", "application_name"],
  ["PGCONNECT_TIMEOUT", "connect_timeout"],
  ["PGSSLMODE", "sslmode"],
  ["PGSSLROOTCERT", "sslrootcert"],
  ["PGSSLCERT", "sslcert"],
  ["PGSSLKEY", "sslkey"],
  ["PGSSLCRL", "sslcrl"],
  ["PGSSLCRLDIR", "sslcrldir"],
  ["PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"],
  ["PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"],
  ["PGSSLNEGOTIATION", "sslnegotiation"],
  ["PGSSLCERTMODE", "sslcertmode"],
  ["PGCHANNELBINDING", "channel_binding"],
  ["PGREQUIREAUTH", "require_auth"],
  ["PGREQUIREPEER", "requirepeer"],
  ["PGGSSENCMODE", "gssencmode"],
  ["PGTARGETSESSIONATTRS", "target_session_attrs"],
  ["PGSERVICE", "service"],
  ["PGSERVICEFILE", "servicefile"],
];
