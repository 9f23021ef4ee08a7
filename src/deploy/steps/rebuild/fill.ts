/**
 * Fills the new tables and makes what is long work on them: rows in parts, compared when a table is full, and keys and
 * indexes as soon as they can be made. Every session has something to do until nothing is left.
 */
import { factId } from "../../../catalog/id.ts";
import type { Session } from "../../../ports/database.ts";
import { readTypeFacts } from "../backup/inventory.ts";
import { paced } from "../data/paced.ts";
import { noJournal } from "../restore/journal.ts";
import { sideBySide, type NumberedStep } from "../restore/schema.ts";
import { workThrough, type Task } from "../work-through.ts";
import { planComparing } from "./compare-rows.ts";
import { planCopy, type CopyPair, type RowsMapping } from "./copy-rows.ts";
import type { RebuildPorts } from "./ports.ts";

export interface Filling {
  /** In the old database. */
  readonly leader: Session;
  /** Each reads in the snapshot. */
  readonly readers: readonly Session[];
  readonly writers: readonly Session[];
  readonly mappings: readonly RowsMapping[];
  /** Keys, indexes and foreign keys, each made when its tables are full. */
  readonly keys: readonly NumberedStep[];
  readonly checksums: boolean;
  readonly signal: AbortSignal | undefined;
}

export async function fillTables(
  ports: RebuildPorts,
  filling: Filling,
): Promise<ReadonlyMap<RowsMapping, number>> {
  const { leader, readers, writers, keys, signal } = filling;
  const tell = paced(ports, "rebuild.rows");
  const copying = await planCopy({
    ...{ readers, mappings: filling.mappings, signal },
    types: await readTypeFacts(leader),
    onPart: (done, of) => {
      tell(`copying rows: ${done} of ${of} parts`, done === of);
      if (done < of) return;
      const message = "comparing rows, making keys and indexes";
      ports.progress({ event: "rebuild.section", message });
    },
  });
  const comparing = planComparing(copying, filling.checksums);
  const mappings = byFact(filling.mappings);
  const bytesOf = ({ heavy }: NumberedStep): number =>
    Math.max(0, ...(heavy?.tables ?? []).map((table) => mappings.get(table)?.source.bytes ?? 0));
  const largestFirst = keys.toSorted((left, right) => bytesOf(right) - bytesOf(left));
  const making = sideBySide(largestFirst, noJournal).map(({ step, ...task }): Task<CopyPair> => {
    const { tables = [], shares = false } = step.heavy ?? {};
    // A key locks its table against readers, an index does not.
    const isDone = shares ? copying.isFull : comparing.isCompared;
    const filled = tables.flatMap((table) => mappings.get(table) ?? []);
    return {
      ...task,
      isReady: () => filled.every(isDone) && task.isReady(),
      run: ({ writer }) => task.run(writer),
    };
  });
  const pairs = readers.map((reader, at) => ({ reader, writer: writers[at] ?? reader }));
  await workThrough(pairs, [...copying.tasks, ...comparing.tasks, ...making]);
  return copying.counts;
}

/** The tables that rows come into, by the ids of their facts. */
export function byFact(mappings: readonly RowsMapping[]): ReadonlyMap<string, RowsMapping> {
  return new Map(
    mappings.map((mapping) => {
      const { schema, name } = mapping.target;
      return [factId("table", { schema, name }), mapping];
    }),
  );
}
