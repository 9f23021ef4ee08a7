/**
 * A scratch database that asks no publisher: subscriptions are made in its catalog alone. On a server of our own
 * nothing works on them either (max_logical_replication_workers); on somebody else's they would be worked on, so there
 * they are refused.
 */
import { LockstepError } from "../../core/errors.ts";
import type { Database, Session } from "../../ports/database.ts";
import { loadParser } from "../../sql/parse.ts";
import { mayReachPublisher, subscribes, withoutPublisher } from "../../sql/publisher.ts";

export function offline(database: Database, place: "embedded" | "server"): Database {
  return {
    ...database,
    connect: async (options) => offlineSession(await database.connect(options), place),
  };
}

function offlineSession(session: Session, place: "embedded" | "server"): Session {
  const quiet = async (text: string): Promise<string> => {
    const parser = await loadParser();
    if (place === "server" && subscribes(text, parser)) throw refused();
    return withoutPublisher(text, parser);
  };
  return {
    ...session,
    get transaction() {
      return session.transaction;
    },
    query: async (text, values) => {
      if (!mayReachPublisher(text)) return await session.query(text, values);
      const told = await quiet(text);
      if (told === text) return await session.query(text, values);
      // It may be several statements now.
      return (await session.script(told)).at(-1)?.rows ?? [];
    },
    script: async (text, how) =>
      await session.script(mayReachPublisher(text) ? await quiet(text) : text, how),
  };
}

function refused(): LockstepError {
  return new LockstepError(
    "SCRATCH.SHARED_SERVER",
    "the SQL makes a subscription, which a server that is not lockstep's own would begin to work on",
  );
}
