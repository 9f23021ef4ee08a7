/**
 * Drops a database with what would keep it from being dropped: whoever is connected, and subscriptions, which the
 * server drops for nobody. Theirs never had a slot on another server, since scratch reaches no other server.
 */
import { type Database, ServerError, type Session } from "../../ports/database.ts";

export interface Doomed {
  /** Made by us, so it needs no quoting beyond quotes. */
  readonly name: string;
  open(): Database;
}

export async function dropDatabase(session: Session, doomed: Doomed): Promise<void> {
  const drop = `drop database if exists "${doomed.name}" with (force)`;
  try {
    await session.query(drop);
  } catch (error) {
    if (!(error instanceof ServerError) || error.sqlState !== "55006") throw error;
    await dropSubscriptions(doomed.open());
    await session.query(drop);
  }
}

async function dropSubscriptions(database: Database): Promise<void> {
  const session = await database.connect({ applicationName: "lockstep scratch" });
  try {
    const subscriptions = await session.query(`
      select quote_ident(s.subname) as name
      from pg_subscription s join pg_database d on d.oid = s.subdbid
      where d.datname = current_database()`);
    for (const { name } of subscriptions) {
      await session.query(`alter subscription ${String(name)} disable`);
      await session.query(`alter subscription ${String(name)} set (slot_name = none)`);
      await session.query(`drop subscription ${String(name)}`);
    }
  } finally {
    await session.close();
  }
}
