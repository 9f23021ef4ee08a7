/**
 * The schema that the target's URL names (`?schema=`, as Prisma has it): unqualified names of the project's files mean
 * it, and it is made where it is lacking. Only compose.ts puts it into the config.
 */
import { booleanOf } from "../../ledger/row.ts";
import type { Session } from "../../ports/database.ts";
import type { Config } from "../../project/config.ts";
import { quoteIdentifier } from "../../sql/quote.ts";

/** Undefined when none is named, or when it is there. */
export async function lackingSchema(
  session: Session,
  { targetSchema }: Config,
): Promise<string | undefined> {
  if (targetSchema === undefined) return undefined;
  const [row] = await session.query(
    "select exists (select from pg_catalog.pg_namespace where nspname = $1::name) as present",
    [targetSchema],
  );
  return row === undefined || booleanOf(row, "present") ? undefined : targetSchema;
}

export async function makeSchema(session: Session, schema: string): Promise<void> {
  await session.script(`create schema if not exists ${quoteIdentifier(schema)}`);
}
