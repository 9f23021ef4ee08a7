/** The tools of a migration where it is only loaded: everything in the one transaction that is open, and no place is kept. */
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import {
  tableOf,
  type BatchRequest,
  type MigrationDatabase,
  type MigrationTools,
} from "./tools.ts";

export function toolsInOneTransaction(database: MigrationDatabase): MigrationTools {
  return {
    batch: async (request, work) => {
      const { rows } = await database.query(selectAll(request));
      if (rows.length > 0) await work(rows, database);
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  };
}

function selectAll(request: BatchRequest): string {
  const { schema, name } = tableOf(request);
  const columns = request.columns?.map((column) => quoteIdentifier(column)).join(", ") ?? "*";
  const where = request.where === undefined ? "" : ` where (${request.where}\n)`;
  return `select ${columns} from ${quoteQualifiedName(schema, name)}${where}`;
}
