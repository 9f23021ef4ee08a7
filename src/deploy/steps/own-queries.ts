/**
 * A work session as lockstep's own queries use it. The session's search_path is the role's, since the project's SQL
 * runs in it; so each query of ours goes in a message that pins the path first. A
 * function or an operator that is called like one of the server's never runs with our rights, behind a pooler either.
 */
import { InternalError } from "../../core/errors.ts";
import type { Row, Session, SqlValue } from "../../ports/database.ts";
import { sessionOver } from "../../ports/session-over.ts";
import { quoteLiteral } from "../../sql/quote.ts";

export function ownQueries(session: Session): Session {
  return inMessages(session, path);
}

/** For queries that look at the tables themselves, such as their sizes: nobody's exclusive lock is waited for longer. */
export function patientQueries(session: Session, lockTimeoutMs: number): Session {
  return inMessages(session, `${path};\nset local lock_timeout = ${lockTimeoutMs}`);
}

const path = "set local search_path = pg_catalog, pg_temp";

function inMessages(session: Session, settings: string): Session {
  const pinned = async (text: string, values?: readonly SqlValue[]): Promise<readonly Row[]> => {
    // The statements of one message are one transaction: SET LOCAL ends with it, and there is one round trip.
    const results = await session.script(`${settings};\n${withValues(text, values ?? [])}`);
    return results.at(-1)?.rows ?? [];
  };
  // Rows in binary can't come from a message of several statements: who reads them has pinned the path already.
  return sessionOver(session, {
    query: pinned,
    each: async (text, take) => (await pinned(text)).forEach(take),
  });
}

/** A message of several statements takes no parameters. The texts are ours, so `$1` is never anything else. */
function withValues(text: string, values: readonly SqlValue[]): string {
  return text.replaceAll(/\$(\d+)/g, (_whole, number: string) =>
    literalOf(values[Number(number) - 1]),
  );
}

function literalOf(value: SqlValue | undefined): string {
  if (value === null) return "null";
  if (typeof value === "string") return quoteLiteral(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" || typeof value === "bigint") return `(${value})`;
  if (isList(value)) return quoteLiteral(`{${value.map(elementOf).join(",")}}`);
  throw new InternalError("a query of ours has a parameter that is not written as a literal");
}

function isList(value: SqlValue | undefined): value is readonly SqlValue[] {
  return Array.isArray(value);
}

function elementOf(value: SqlValue): string {
  if (value === null) return "null";
  return `"${String(value).replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}
