/** How the session that the project's own SQL runs in is opened: with the project's preamble and no time limits but those asked for. */
import { LockstepError } from "../../core/errors.ts";
import { ServerError, type ConnectOptions, type Session } from "../../ports/database.ts";
import { workSession } from "./sessions.ts";

export function workOptions(
  deploymentId: string,
  preamble: Readonly<Record<string, string>>,
  statementTimeoutMs: number,
): ConnectOptions {
  const base = workSession(deploymentId);
  return {
    ...base,
    settings: {
      ...base.settings,
      lock_timeout: "0",
      statement_timeout: String(statementTimeoutMs),
      idle_in_transaction_session_timeout: "0",
      ...preamble,
      // The lexer has read the project's SQL so; a database or a role may have it off.
      standard_conforming_strings: "on",
    },
  };
}

/**
 * A setting of the project's that the server did not take when the session began. What a pooler refuses, which is all
 * of them, each transaction says by SET LOCAL.
 */
export async function refuseLostSettings(
  { server, query }: Pick<Session, "server" | "query">,
  preamble: Readonly<Record<string, string>>,
): Promise<void> {
  const { refusedSettings } = server;
  if (refusedSettings.length === 0 || refusedSettings.includes("standard_conforming_strings"))
    return;
  const lost = Object.entries(preamble).find(([name]) => refusedSettings.includes(name));
  if (lost === undefined) return;
  const [name, value] = lost;
  const cause = await query("select pg_catalog.set_config($1, $2, false)", [name, value]).then(
    () => undefined,
    (error: unknown) => error,
  );
  const why = cause instanceof ServerError ? `: ${cause.message}` : "";
  const message = `the server does not take ${name} = ${JSON.stringify(value)} of settings${why}`;
  throw new LockstepError("CONFIG.VALUE", message, {
    ...(cause instanceof ServerError ? { sqlState: cause.sqlState } : {}),
    next: "Correct it under settings in the config, or leave it out.",
    cause,
  });
}
