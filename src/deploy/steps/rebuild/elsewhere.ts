/** The last step on another server: the new database gets its name, and what the old one said of itself. */
import type { Finding } from "../../../core/findings.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import type { RebuildNames } from "./names.ts";

/** What names a role that the other server does not have is left out, and said. */
export async function nameElsewhere(
  session: Session,
  { next, final }: RebuildNames,
  more: readonly string[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    await session.script(
      `begin; alter database ${quoteIdentifier(next)} rename to ${quoteIdentifier(final)}`,
    );
    for (const statement of more) {
      await session.script("savepoint statement");
      try {
        await session.script(statement);
      } catch (error) {
        if (!(error instanceof ServerError) || error.sqlState !== "42704") throw error;
        await session.script("rollback to savepoint statement");
        findings.push({
          code: "REBUILD.ROLE_LACKING",
          severity: "warning",
          message: `${error.message}, so this was left out: ${statement}`,
          object: final,
        });
      }
    }
    await session.script("commit");
    return findings;
  } catch (error) {
    await session.script("rollback").catch(() => undefined);
    throw error;
  }
}
