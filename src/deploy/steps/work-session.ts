/** How the session that the project's own SQL runs in is opened: with the project's preamble and no time limits but those asked for. */
import type { ConnectOptions } from "../../ports/database.ts";
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
