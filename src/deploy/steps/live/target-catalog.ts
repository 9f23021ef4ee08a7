/** A target's catalog and its server's date, read on a session of their own: the deploying one keeps its settings. */
import type { Catalog } from "../../../catalog/fact.ts";
import { textOf } from "../../../ledger/row.ts";
import type { Database } from "../../../ports/database.ts";
import { withoutAdoptedHistories } from "./adopted-histories.ts";
import type { SourcePorts } from "../source/ports.ts";

export interface TargetCatalog {
  readonly catalog: Catalog;
  /** YYYY-MM-DD. */
  readonly today: string;
}

export async function readTargetCatalog(
  database: Database,
  { readCatalog }: Pick<SourcePorts, "readCatalog">,
): Promise<TargetCatalog> {
  const session = await database.connect({ applicationName: "lockstep catalog" });
  try {
    const catalog = await withoutAdoptedHistories(session, await readCatalog(session, {}));
    const [row] = await session.query(
      "select pg_catalog.to_char(pg_catalog.clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD') as today",
    );
    return { catalog, today: row === undefined ? "" : textOf(row, "today") };
  } finally {
    await session.close();
  }
}
