/**
 * Changes are made as they were: no trigger fires again, and foreign keys were checked where the change was made.
 * Not every role may have it so, which is asked before anything is made.
 */
import { LockstepError } from "../../../../core/errors.ts";
import { ServerError, type Session } from "../../../../ports/database.ts";

export async function replayQuietly(session: Session): Promise<void> {
  await tried(
    session,
    "set session_replication_role = replica; set synchronous_commit = off; set plan_cache_mode = force_generic_plan",
  );
}

/** Any session of the role on that server, in no transaction. */
export async function assertMayReplay(session: Session): Promise<void> {
  await tried(session, "begin; set local session_replication_role = replica; rollback");
}

async function tried(session: Session, script: string): Promise<void> {
  try {
    await session.script(script);
  } catch (error) {
    if (!(error instanceof ServerError) || error.sqlState !== "42501") throw error;
    if (session.transaction !== "idle") await session.script("rollback");
    throw new LockstepError("REBUILD.DENIED", error.message, {
      ...{ sqlState: error.sqlState, cause: error },
      next: "GRANT SET ON PARAMETER session_replication_role (from PostgreSQL 15), or use a superuser.",
    });
  }
}
