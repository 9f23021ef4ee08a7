/** Sets sequences to what they were; doing it twice is doing it once. */
import type { SequenceEntry } from "../../../backup/manifest.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { restoreFailure } from "./failure.ts";

const batch = 200;

export async function restoreSequences(
  session: Session,
  sequences: readonly SequenceEntry[],
): Promise<void> {
  for (let at = 0; at < sequences.length; at += batch) {
    const calls = sequences.slice(at, at + batch).map(setCall);
    try {
      await session.query(`select ${calls.join(",\n")}`);
    } catch (error) {
      throw restoreFailure(error, "the sequences' values");
    }
  }
}

export function setCall({ schema, name, last, called }: SequenceEntry): string {
  const sequence = quoteLiteral(quoteQualifiedName(schema, name));
  return `pg_catalog.setval(${sequence}::regclass, ${last}, ${String(called)})`;
}
