/** Sessions of the product's own adapter, for tests that need what only a Session can tell. */
import { onTestFinished } from "vitest";
import { postgresDatabase } from "../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../src/adapters/postgres/settings.ts";
import type { ConnectOptions, Database, Session } from "../../src/ports/database.ts";

/** Nothing of the surroundings' PG* variables is used. */
export function databaseOf(url: string): Database {
  return postgresDatabase(resolveTarget({ url, environment: {} }));
}

/** Closed when the test has finished. */
export async function sessionOf(url: string, options?: ConnectOptions): Promise<Session> {
  const session = await databaseOf(url).connect(options);
  onTestFinished(() => session.close());
  return session;
}
