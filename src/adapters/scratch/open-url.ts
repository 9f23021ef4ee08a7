/** A connection URL as a database, for servers of ours and of others. */
import type { Database } from "../../ports/database.ts";
import { postgresDatabase } from "../postgres/connect.ts";
import { resolveTarget } from "../postgres/settings.ts";
import type { Environment } from "./cache-folder.ts";

/** Without an environment nothing of the user's PG* variables is used: the URL says it all. */
export function openUrl(url: string, environment: Environment = {}): Database {
  return postgresDatabase(resolveTarget({ url, environment }));
}
