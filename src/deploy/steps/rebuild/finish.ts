/** What a new database needs besides its rows: the project's own rows, sequences, large objects, and the rest. */
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { fingerprint } from "../../../catalog/fingerprint.ts";
import { factId } from "../../../catalog/id.ts";
import type { SequenceFacts } from "../../../data/tables.ts";
import type { Session } from "../../../ports/database.ts";
import { everyOwner } from "../backup/ports.ts";
import { clientEncoding, copySession, withSession } from "../backup/sessions.ts";
import { setSequences } from "../data/after-load.ts";
import { readSequenceFacts } from "../data/inventory.ts";
import { compareRestored } from "../restore/compare.ts";
import { noJournal } from "../restore/journal.ts";
import { runInOrder, type NumberedStep } from "../restore/schema.ts";
import type { BuildRequest } from "./building.ts";
import type { RowsMapping } from "./copy-rows.ts";
import type { Model } from "./model.ts";
import { inDatabase } from "./names.ts";
import { addOwnRows, copyLedger, tablesWithRows, type OwnRows } from "./own-rows.ts";
import type { RebuildPorts } from "./ports.ts";

export async function addOwn(
  { place, names, old, model }: BuildRequest,
  writer: Session,
): Promise<readonly OwnRows[]> {
  const settings = copySession("rebuild", clientEncoding(old.encoding));
  return await withSession(inDatabase(place, names.model), settings, async (session) => {
    await copyLedger(session, writer);
    return await addOwnRows(session, writer, model.inventory.tables);
  });
}

/** The tables that the project has rows of its own for, by the ids of their facts. */
export async function ownTables({
  place,
  names,
  old,
  model,
}: BuildRequest): Promise<ReadonlySet<string>> {
  const settings = copySession("rebuild", clientEncoding(old.encoding));
  return await withSession(inDatabase(place, names.model), settings, async (session) => {
    const tables = await tablesWithRows(session, model.inventory.tables);
    return new Set(tables.map(({ schema, name }) => factId("table", { schema, name })));
  });
}

/** Triggers, policies and the like, and what sequences go on with, which it gives. */
export async function makeRest(
  ports: RebuildPorts,
  { leader, model }: BuildRequest,
  { writer, rest }: { readonly writer: Session; readonly rest: readonly NumberedStep[] },
): Promise<readonly SequenceFacts[]> {
  ports.progress({ event: "rebuild.section", message: "making the rest" });
  await runInOrder(writer, rest, noJournal);
  const sequences = await readSequenceFacts(leader);
  const { mappings, inventory } = model;
  const whereabouts = whereaboutsIn(mappings);
  await setSequences(writer, { sequences, whereabouts, tables: inventory.tables });
  return sequences;
}

export interface LastNumbers {
  readonly before: readonly SequenceFacts[];
  /** Read when nobody is in the old database any more. */
  readonly last: readonly SequenceFacts[];
}

/** A lock on a table keeps nobody from nextval(): numbers that were given out meanwhile are not given out again. */
export async function carrySequences(
  { place, names, model }: Pick<BuildRequest, "place" | "names" | "model">,
  { before, last }: LastNumbers,
): Promise<void> {
  const known = new Set(before.map((each) => JSON.stringify(each)));
  const sequences = last.filter((each) => !known.has(JSON.stringify(each)));
  if (sequences.length === 0) return;
  const whereabouts = whereaboutsIn(model.mappings);
  await withSession(inDatabase(place, names.next), copySession("rebuild"), async (session) => {
    await setSequences(session, { sequences, whereabouts, tables: [] });
  });
}

export async function compareStructure(
  ports: RebuildPorts,
  { catalog }: Model,
  session: Session,
): Promise<readonly Finding[]> {
  const found = await ports.readCatalog(session, everyOwner);
  return compareRestored(catalog, found, fingerprint(catalog, "strict"));
}

function whereaboutsIn(
  mappings: readonly RowsMapping[],
): Parameters<typeof setSequences>[1]["whereabouts"] {
  return (schema, table, column) => {
    const mapping = mappings.find(
      ({ source }) => source.schema === schema && source.name === table,
    );
    const found = mapping?.columns.find(({ source }) => source?.name === column);
    if (mapping === undefined || found === undefined) return undefined;
    return { table: mapping.target, column: found.target.name };
  };
}

export function firstOf(sessions: readonly Session[]): Session {
  const [first] = sessions;
  if (first === undefined) throw new LockstepError("REBUILD.FAILED", "no connection");
  return first;
}
