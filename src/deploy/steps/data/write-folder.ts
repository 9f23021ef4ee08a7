/** An export as a folder: a file of rows per table, over several sessions, and a manifest that is written last. */
import {
  dataFileName,
  dataManifestName,
  dataManifestText,
  type DataManifest,
  type DataTable,
} from "../../../data/manifest.ts";
import type { TableFacts } from "../../../data/tables.ts";
import type { ExportJob } from "../../data-export.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import { stopAll, together } from "../backup/rows.ts";
import { dataFailure } from "./failure.ts";
import { paced } from "./paced.ts";
import { readTable } from "./read-table.ts";

export async function writeFolder(job: ExportJob): Promise<DataManifest> {
  const { sessions, chosen, signal, ports } = job;
  const { tables } = chosen;
  const written = new Map<TableFacts, DataTable>();
  const queue = tables.toSorted((left, right) => right.bytes - left.bytes);
  const numbers = new Map(tables.map((table, at) => [table, at + 1]));
  const say = paced(ports, "data.rows");
  const work = async (session: Session): Promise<void> => {
    for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
      signal?.throwIfAborted();
      written.set(table, await writeOne(job, { session, table, number: numbers.get(table) ?? 0 }));
      say(`reading rows: ${written.size} of ${tables.length} tables`);
    }
  };
  await together(sessions.map((session) => work(session).catch(stopAll(queue))));
  const entries = tables.flatMap((table) => written.get(table) ?? []);
  const manifest: DataManifest = { ...job.opening, tables: entries };
  const file = await job.writer.open(dataManifestName);
  await file.write(new TextEncoder().encode(dataManifestText(manifest)));
  await file.close();
  return manifest;
}

interface One {
  readonly session: Session;
  readonly table: TableFacts;
  readonly number: number;
}

async function writeOne(job: ExportJob, { session, table, number }: One): Promise<DataTable> {
  const name = dataFileName(table, number);
  const file = await job.writer.open(name);
  try {
    const read = await readTable(session, job.statementsOf(table), (bytes) => file.write(bytes));
    return { ...job.describe(table), ...read, file: name };
  } catch (error) {
    throw dataFailure(error, `the table ${quoteQualifiedName(table.schema, table.name)}`);
  } finally {
    await file.close();
  }
}
