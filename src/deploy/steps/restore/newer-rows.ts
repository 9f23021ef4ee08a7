/**
 * Rows that were written since a backup by others than the deploys that the ledger knows: what a restore would lose.
 * The server's transaction numbers tell; those of a deploy are those of the ledger's own rows, since both commit
 * together. What was deleted since is not newer data.
 */
import type { Manifest } from "../../../backup/manifest.ts";
import { numberOf, optionalTextOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { originQuery } from "../backup/snapshot.ts";
import { readLiveTables } from "../safeguard/live-tables.ts";

export type NewerRows =
  | { readonly kind: "known"; readonly tables: readonly NewerTable[] }
  /** The backup is of another database, or of an older version: its transaction numbers mean nothing here. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface NewerTable {
  readonly table: string;
  readonly rows: number;
}

export async function readNewerRows(session: Session, manifest: Manifest): Promise<NewerRows> {
  const { xmax, origin } = manifest.snapshot;
  if (xmax === undefined || origin === undefined) {
    return { kind: "unknown", reason: "the backup does not say which transactions it holds" };
  }
  const [row = {}] = await session.query(originQuery);
  if (optionalTextOf(row, "origin") !== origin) {
    return { kind: "unknown", reason: "the backup was not taken from this very database" };
  }
  const own = await ownTransactions(session);
  // Transaction numbers go round; a row holds the last 32 bits.
  const first = String(BigInt(xmax) % 4_294_967_296n);
  const tables: NewerTable[] = [];
  for (const { schema, name, hasRows } of await readLiveTables(session)) {
    if (!hasRows) continue;
    const table = quoteQualifiedName(schema, name);
    const [found = {}] = await session.query(
      `select pg_catalog.count(*) as rows from only ${table}
      where pg_catalog.age(xmin) <= pg_catalog.age(${quoteLiteral(first)}::xid)
        and xmin::text <> all (array[${own.map(quoteLiteral).join(", ")}]::text[])`,
    );
    const rows = numberOf(found, "rows");
    if (rows > 0) tables.push({ table, rows });
  }
  return { kind: "known", tables };
}

async function ownTransactions(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `select xmin::text as id from lockstep.migrations union select xmin::text from lockstep.events
    union select xmin::text from lockstep.statements`,
  );
  return rows.flatMap((row) => optionalTextOf(row, "id") ?? []);
}
