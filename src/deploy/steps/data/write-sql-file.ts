/** An export as one SQL file: table after table in an order that loads, in one transaction, by psql alone. */
import { InternalError } from "../../../core/errors.ts";
import type { DataManifest, DataTable } from "../../../data/manifest.ts";
import { sqlClosing, sqlOpening, sqlTableEnd, sqlTableHead } from "../../../data/sql-file.ts";
import type { ExportJob } from "../../data-export.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import { dataFailure } from "./failure.ts";
import { paced } from "./paced.ts";
import { readTable } from "./read-table.ts";

export async function writeSqlFile(job: ExportJob): Promise<DataManifest> {
  const { chosen, opening, signal, ports } = job;
  const [session] = job.sessions;
  if (session === undefined) throw new InternalError("an SQL file is written by one session");
  const byOid = new Map(chosen.tables.map((table) => [table.oid, table]));
  const tables = chosen.units.flatMap((unit) => unit.tables.flatMap((oid) => byOid.get(oid) ?? []));
  const circular = chosen.units.flatMap((unit) => unit.circular);
  const file = await job.writer.open("");
  const tell = paced(ports, "data.rows");
  const say = (text: string): Promise<void> => file.write(new TextEncoder().encode(text));
  try {
    await say(sqlOpening({ ...opening, tables: tables.map(job.describe) }, circular));
    const written: DataTable[] = [];
    for (const table of tables) {
      signal?.throwIfAborted();
      const described = job.describe(table);
      await say(sqlTableHead(described));
      const read = await readTable(session, job.statementsOf(table), (bytes) =>
        file.write(bytes),
      ).catch((error: unknown) => {
        throw dataFailure(error, `the table ${quoteQualifiedName(table.schema, table.name)}`);
      });
      await say(sqlTableEnd);
      written.push({ ...described, ...read });
      tell(`reading rows: ${written.length} of ${tables.length} tables`);
    }
    const sums = written.map(({ rows, bytes, sha256 }) => ({ rows, bytes, sha256 }));
    await say(sqlClosing({ tables: sums }, opening.sequences, circular));
    return { ...opening, tables: written };
  } finally {
    await file.close();
  }
}
