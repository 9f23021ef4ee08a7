/**
 * The sessions that read and load rows: every setting that changes what a value looks like, or that may cut the work
 * short, has a value of our own, so that the two ends always speak alike.
 */
import type { ConnectOptions, Database, Session } from "../../../ports/database.ts";

const settings: Readonly<Record<string, string>> = {
  client_connection_check_interval: "1s",
  search_path: "pg_catalog",
  datestyle: "ISO, YMD",
  intervalstyle: "postgres",
  extra_float_digits: "3",
  bytea_output: "hex",
  xmloption: "content",
  timezone: "UTC",
  lc_monetary: "C",
  row_security: "off",
  synchronize_seqscans: "off",
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "off",
  default_tablespace: "",
  check_function_bodies: "off",
  statement_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
};

export function copySession(
  purpose: "backup" | "restore" | "export" | "import" | "rebuild",
  encoding: "UTF8" | "SQL_ASCII" = "UTF8",
): ConnectOptions {
  // Whoever changes a table's structure is not waited for longer; a restore has its database to itself.
  const lockTimeout = purpose === "backup" || purpose === "export" ? "5s" : "0";
  return {
    applicationName: `lockstep ${purpose}`,
    settings: { ...settings, lock_timeout: lockTimeout, client_encoding: encoding },
  };
}

/** In an SQL_ASCII database text has no encoding, and only a client without one gets its bytes as they are. */
export function clientEncoding(serverEncoding: string): "UTF8" | "SQL_ASCII" {
  return serverEncoding === "SQL_ASCII" ? "SQL_ASCII" : "UTF8";
}

/** A connection begins with UTF8, whatever is asked for; a session that wants text as it is says so afterwards. */
async function open(database: Database, options: ConnectOptions): Promise<Session> {
  const session = await database.connect(options);
  if (options.settings?.["client_encoding"] !== "SQL_ASCII") return session;
  try {
    await session.script("set client_encoding to 'SQL_ASCII'");
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Runs the work on so many sessions, and closes them whatever happens. */
export async function withSessions<Result>(
  database: Database,
  { count, options }: { readonly count: number; readonly options: ConnectOptions },
  work: (sessions: readonly Session[]) => Promise<Result>,
): Promise<Result> {
  const opened = await Promise.allSettled(
    Array.from({ length: count }, () => open(database, options)),
  );
  const sessions = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  try {
    for (const each of opened) if (each.status === "rejected") throw each.reason;
    return await work(sessions);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

export async function withSession<Result>(
  database: Database,
  options: ConnectOptions,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await open(database, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
