/** A session that says some things in its own way, and leaves the rest to the one that it stands on. */
import type { Session } from "./database.ts";

export function sessionOver(
  session: Session,
  own: Partial<Pick<Session, "query" | "each" | "script">>,
): Session {
  return {
    server: session.server,
    get transaction() {
      return session.transaction;
    },
    query: (text, values) => session.query(text, values),
    each: (text, take) => session.each(text, take),
    read: (text, take) => session.read(text, take),
    script: (text, how) => session.script(text, how),
    copyIn: (statement, data) => session.copyIn(statement, data),
    copyOut: (statement) => session.copyOut(statement),
    follow: (statement, confirms) => session.follow(statement, confirms),
    onNotice: (listener) => session.onNotice(listener),
    isPooled: () => session.isPooled(),
    cancel: () => session.cancel(),
    ended: session.ended,
    close: () => session.close(),
    ...own,
  };
}
