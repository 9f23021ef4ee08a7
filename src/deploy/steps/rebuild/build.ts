/**
 * The new database: what rows need, the rows, what needs rows, compared with the model and with the old database at
 * the end. Built under a name of its own, which nobody uses.
 */
import type { Finding } from "../../../core/findings.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Fact } from "../../../catalog/fact.ts";
import { factId } from "../../../catalog/id.ts";
import { fingerprint } from "../../../catalog/fingerprint.ts";
import { sectionSteps } from "../../../plan/sections.ts";
import type { Session } from "../../../ports/database.ts";
import { readTypeFacts } from "../backup/inventory.ts";
import { everyOwner } from "../backup/ports.ts";
import { clientEncoding, copySession, withSession, withSessions } from "../backup/sessions.ts";
import { createDatabase } from "../database/create.ts";
import { setSequences } from "../data/after-load.ts";
import { readSequenceFacts } from "../data/inventory.ts";
import { paced } from "../data/paced.ts";
import { adoptDataSnapshot } from "../data/snapshot.ts";
import { compareRestored } from "../restore/compare.ts";
import type { Journal } from "../restore/journal.ts";
import {
  numbered,
  runInOrder,
  runSideBySide,
  sideBySide,
  type NumberedStep,
} from "../restore/schema.ts";
import { workThrough, type Task } from "../work-through.ts";
import { planComparing } from "./compare-rows.ts";
import { planCopy, type CopyPair, type RowsMapping } from "./copy-rows.ts";
import { assertFence, raiseFence } from "./fence.ts";
import type { Rebuildable } from "./look.ts";
import type { Model } from "./model.ts";
import { inDatabase, markDatabase, markOf, type RebuildNames } from "./names.ts";
import { addOwnRows, copyLedger, type OwnRows } from "./own-rows.ts";
import type { RebuildPorts } from "./ports.ts";

export interface BuildRequest {
  readonly keeper: Session;
  /** In the old database; keeps the fence and the snapshot. */
  readonly leader: Session;
  readonly names: RebuildNames;
  readonly old: Rebuildable;
  readonly model: Model;
  readonly request: {
    readonly jobs: number;
    readonly checksums: boolean;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
  };
}

export interface Built {
  readonly counts: ReadonlyMap<RowsMapping, number>;
  readonly added: readonly OwnRows[];
  readonly findings: readonly Finding[];
}

/** For sorting what goes into an index. Never less than the server gives by itself. */
const moreMemory = `select pg_catalog.set_config(name, '256MB', false) from pg_catalog.pg_settings
  where name = 'maintenance_work_mem' and setting::pg_catalog.int8 < 256 * 1024`;

/** A rebuild that was cut off begins anew, so nothing is recorded. */
const noJournal: Journal = { isDone: () => false, line: () => "select 1" };

export async function buildNext(ports: RebuildPorts, build: BuildRequest): Promise<Built> {
  const { keeper, leader, names, old, model, request } = build;
  const say = (message: string): void => ports.progress({ event: "rebuild.section", message });
  const next = inDatabase(ports.database, names.next);
  await createDatabase(keeper, {
    name: names.next,
    clauses: old.shape.clauses,
    clock: ports.clock,
  });
  await markDatabase(keeper, names.next, markOf(names));
  const settings = copySession("rebuild", clientEncoding(old.encoding));
  const { jobs, signal, timeoutMs } = request;
  return await withSessions(next, { count: jobs, options: settings }, async (writers) => {
    const [writer] = writers;
    if (writer === undefined) throw new LockstepError("REBUILD.FAILED", "no connection");
    for (const each of writers) await each.query(moreMemory);
    const steps = numbered(sectionSteps(model.catalog));
    say("making what the rows need");
    await runInOrder(
      writer,
      steps.filter(({ section }) => section === "before"),
      noJournal,
    );
    const { tables } = old.inventory;
    say("keeping writers away");
    const snapshot = await raiseFence({ leader, tables, clock: ports.clock, timeoutMs, signal });
    const reading = { count: jobs, options: settings };
    return await withSessions(ports.database, reading, async (readers) => {
      for (const reader of readers) await adoptDataSnapshot(reader, snapshot.name);
      const after = steps.filter(({ section }) => section === "after");
      const heavy = after.filter((step) => step.heavy !== undefined && step.statements.length > 0);
      const refersOn = ({ object }: NumberedStep): boolean =>
        isForeignKey(model.catalog.facts.get(object));
      const counts = await fill(ports, {
        ...{ build, readers, writers },
        keys: heavy.filter((step) => !refersOn(step)),
      });
      const added = await addOwn(ports, { build, writer });
      await runSideBySide(writers, heavy.filter(refersOn), noJournal);
      say("making the rest");
      const rest = [...after, ...steps.filter(({ section }) => section === "last")];
      await runInOrder(
        writer,
        rest.filter(({ heavy: work }) => work === undefined),
        noJournal,
      );
      await setSequences(writer, {
        sequences: await readSequenceFacts(leader),
        whereabouts: whereaboutsIn(model.mappings),
        tables: model.inventory.tables,
      });
      await writer.script("analyze");
      const findings = await compareStructure(ports, model, writer);
      await assertFence(leader);
      return { counts, added, findings };
    });
  });
}

function isForeignKey(fact: Fact | undefined): boolean {
  return fact?.kind === "constraint" && fact.payload.type === "foreign key";
}

interface Filling {
  readonly build: BuildRequest;
  readonly readers: readonly Session[];
  readonly writers: readonly Session[];
  /** Keys and indexes, each made when its tables are full. */
  readonly keys: readonly NumberedStep[];
}

async function fill(
  ports: RebuildPorts,
  { build, readers, writers, keys }: Filling,
): Promise<ReadonlyMap<RowsMapping, number>> {
  const tell = paced(ports, "rebuild.rows");
  const copying = await planCopy({
    ...{ readers, mappings: build.model.mappings },
    types: await readTypeFacts(build.leader),
    signal: build.request.signal,
    onPart: (done, of) => {
      tell(`copying rows: ${done} of ${of} parts`, done === of);
      if (done < of) return;
      ports.progress({
        event: "rebuild.section",
        message: "comparing rows, making keys and indexes",
      });
    },
  });
  const comparing = planComparing(copying, build.request.checksums);
  const mappings = byFact(build.model.mappings);
  const making = sideBySide(keys, noJournal).map((task, at): Task<CopyPair> => {
    const { tables = [], shares = false } = keys[at]?.heavy ?? {};
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

function byFact(mappings: readonly RowsMapping[]): ReadonlyMap<string, RowsMapping> {
  return new Map(
    mappings.map((mapping) => {
      const { schema, name } = mapping.target;
      return [factId("table", { schema, name }), mapping];
    }),
  );
}

async function addOwn(
  ports: RebuildPorts,
  { build, writer }: { readonly build: BuildRequest; readonly writer: Session },
): Promise<readonly OwnRows[]> {
  const model = inDatabase(ports.database, build.names.model);
  const settings = copySession("rebuild", clientEncoding(build.old.encoding));
  return await withSession(model, settings, async (session) => {
    await copyLedger(session, writer);
    return await addOwnRows(session, writer, build.model.inventory.tables);
  });
}

async function compareStructure(
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
