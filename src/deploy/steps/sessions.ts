/**
 * How lockstep's sessions present themselves to the server: a name that carries the deployment's id, so that
 * anybody can see in pg_stat_activity who blocks whom, and settings that are in force from the first statement.
 */
import type { ConnectOptions } from "../../ports/database.ts";

export type SessionRole = "lock" | "work" | "look";

/** 51 characters at most with a UUID; the server cuts at 63. */
export function applicationNameOf(deploymentId: string, role: SessionRole): string {
  return role === "work" ? `lockstep ${deploymentId}` : `lockstep ${deploymentId} ${role}`;
}

/** The deployment's id in an application_name of ours; undefined for anybody else's. */
export function deploymentOf(applicationName: string): string | undefined {
  return /^lockstep ([0-9a-f-]{8,36})(?: (?:lock|look))?$/.exec(applicationName)?.[1];
}

/** In force on every session of ours. A server whose platform can't do one of them leaves it out. */
const always: Readonly<Record<string, string>> = {
  // The backend of a client that was killed ends within a second instead of when it next writes.
  client_connection_check_interval: "1s",
  tcp_keepalives_idle: "30",
  tcp_keepalives_interval: "10",
  tcp_keepalives_count: "3",
  // What lockstep asks the server about itself must not be bent by a role's or a database's settings.
  default_transaction_isolation: "read committed",
  default_transaction_deferrable: "off",
};

/** The session that holds the deploy lock sits idle for as long as the deploy takes. */
export function lockSession(deploymentId: string): ConnectOptions {
  return {
    applicationName: applicationNameOf(deploymentId, "lock"),
    settings: {
      ...always,
      search_path: "pg_catalog",
      idle_session_timeout: "0",
      statement_timeout: "30s",
      lock_timeout: "5s",
      jit: "off",
    },
  };
}

/** The session that the project's own SQL runs in: its search_path stays the role's, set per transaction. */
export function workSession(deploymentId: string): ConnectOptions {
  return {
    applicationName: applicationNameOf(deploymentId, "work"),
    settings: { ...always, idle_session_timeout: "0" },
  };
}

/** A session that only reads: the ledger, the catalog. */
export function lookSession(deploymentId: string): ConnectOptions {
  return {
    applicationName: applicationNameOf(deploymentId, "look"),
    settings: {
      ...always,
      search_path: "pg_catalog",
      statement_timeout: "0",
      lock_timeout: "0",
      idle_session_timeout: "0",
      jit: "off",
    },
  };
}
