/**
 * A work session as lockstep's own queries use it. The session's search_path is the role's, since the project's SQL
 * runs in it; so each query of ours goes in a transaction of its own that pins the path, in the same round trip. A
 * function or an operator that is called like one of the server's never runs with our rights, behind a pooler either.
 */
import type { Row, Session, SqlValue } from "../../ports/database.ts";

export function ownQueries(session: Session): Session {
  return {
    server: session.server,
    get transaction() {
      return session.transaction;
    },
    query: (text, values) => pinned(session, text, values),
    script: (text) => session.script(text),
    copyIn: (statement, data) => session.copyIn(statement, data),
    copyOut: (statement) => session.copyOut(statement),
    onNotice: (listener) => session.onNotice(listener),
    isPooled: () => session.isPooled(),
    cancel: () => session.cancel(),
    ended: session.ended,
    close: () => session.close(),
  };
}

/** Sent together and answered in order; the server takes COMMIT for ROLLBACK when the query failed. */
async function pinned(
  session: Session,
  text: string,
  values: readonly SqlValue[] | undefined,
): Promise<readonly Row[]> {
  const [, , answer, end] = await Promise.allSettled([
    session.query("begin"),
    session.query("set local search_path = pg_catalog, pg_temp"),
    session.query(text, values),
    session.query("commit"),
  ]);
  if (answer.status === "rejected") throw answer.reason;
  if (end.status === "rejected") throw end.reason;
  return answer.value;
}
