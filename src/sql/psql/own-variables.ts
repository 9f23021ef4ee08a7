/** The variables that psql sets by itself and that say where it is connected. */
import type { PsqlConnection } from "./actions.ts";

export const ownVariableNames = ["DBNAME", "USER", "HOST", "PORT", "SERVER_VERSION_NUM"] as const;

/** Without those whose values nobody knows here. */
export function ownVariables(connection: PsqlConnection): Readonly<Record<string, string>> {
  const { database, user, host, port, serverVersion } = connection;
  const values: Readonly<Record<(typeof ownVariableNames)[number], string | undefined>> = {
    DBNAME: database,
    USER: user,
    HOST: host,
    PORT: port,
    SERVER_VERSION_NUM: serverVersion,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
