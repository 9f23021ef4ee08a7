/**
 * The sessions that read and load rows: every setting that changes what a value looks like, or that may cut the work
 * short, has a value of our own, so that the two ends always speak alike.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { ConnectOptions, Database, Session } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";

/** What a value looks like, and what would cut the work short. */
const transactionSettings: Readonly<Record<string, string>> = {
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
  default_tablespace: "",
  check_function_bodies: "off",
  statement_timeout: "0",
  idle_in_transaction_session_timeout: "0",
};

const sessionSettings: Readonly<Record<string, string>> = {
  ...transactionSettings,
  client_connection_check_interval: "1s",
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "off",
  idle_session_timeout: "0",
};

type Purpose = "backup" | "restore" | "export" | "import" | "rebuild";

export interface CopyOptions extends ConnectOptions {
  /** Whether it does all of its work in transactions that `beginReading` began, so that a pooler may sit between. */
  readonly onlyReads: boolean;
}

/** Whoever changes a table's structure is not waited for longer; a restore has its database to itself. */
const readingLockTimeout = "5s";

export function copySession(
  purpose: Purpose,
  encoding: "UTF8" | "SQL_ASCII" = "UTF8",
): CopyOptions {
  const onlyReads = purpose === "backup" || purpose === "export";
  const lockTimeout = onlyReads ? readingLockTimeout : "0";
  return {
    applicationName: `lockstep ${purpose}`,
    settings: { ...sessionSettings, lock_timeout: lockTimeout, client_encoding: encoding },
    onlyReads,
  };
}

/** In an SQL_ASCII database text has no encoding, and only a client without one gets its bytes as they are. */
export function clientEncoding(serverEncoding: string): "UTF8" | "SQL_ASCII" {
  return serverEncoding === "SQL_ASCII" ? "SQL_ASCII" : "UTF8";
}

export interface ReadingOptions {
  readonly encoding?: "UTF8" | "SQL_ASCII";
  /** What another session exported. */
  readonly snapshot?: string;
}

/** A pooler takes no settings for a session, or gives them to somebody else, so there they are the transaction's. */
export async function beginReading(
  session: Session,
  { encoding = "UTF8", snapshot }: ReadingOptions = {},
): Promise<void> {
  const own = { ...transactionSettings, lock_timeout: readingLockTimeout };
  const settings: Readonly<Record<string, string>> = (await session.isPooled())
    ? { ...own, client_encoding: encoding }
    : {};
  const statements = [
    "begin isolation level repeatable read, read only",
    ...(snapshot === undefined ? [] : [`set transaction snapshot ${quoteLiteral(snapshot)}`]),
    ...Object.entries(settings).map(
      ([name, value]) => `set local ${name} = ${quoteLiteral(value)}`,
    ),
  ];
  await session.script(statements.join(";\n"));
}

async function open(database: Database, options: CopyOptions): Promise<Session> {
  const session = await database.connect(options);
  try {
    await prepare(session, options);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** A connection begins with UTF8, whatever is asked for; a session that wants text as it is says so afterwards. */
async function prepare(session: Session, { onlyReads, settings }: CopyOptions): Promise<void> {
  if (await session.isPooled()) {
    if (onlyReads) return;
    const message = "a pooler sits between, which keeps neither a session's settings nor its locks";
    throw new LockstepError("CONNECT.POOLED", message);
  }
  if (settings?.["client_encoding"] !== "SQL_ASCII") return;
  await session.script("set client_encoding to 'SQL_ASCII'");
}

/** Runs the work on so many sessions, and closes them whatever happens. */
export async function withSessions<Result>(
  database: Database,
  { count, options }: { readonly count: number; readonly options: CopyOptions },
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
  options: CopyOptions,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await open(database, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
