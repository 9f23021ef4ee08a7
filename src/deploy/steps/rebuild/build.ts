/**
 * The new database: what rows need, the rows, what needs rows, compared with the model and with the old database at
 * the end. Built under a name of its own, which nobody uses.
 */
import { sectionSteps } from "../../../plan/sections.ts";
import { clientEncoding, copySession, withSessions } from "../backup/sessions.ts";
import { createDatabase } from "../database/create.ts";
import { noJournal } from "../restore/journal.ts";
import { numbered, runInOrder, runSideBySide, type NumberedStep } from "../restore/schema.ts";
import { analyzeAll } from "./analyze.ts";
import { fenceOf, type Built, type BuildRequest, type Building } from "./building.ts";
import { assertFence, raiseFence } from "./fence.ts";
import { fillTables } from "./fill.ts";
import { addOwn, compareStructure, firstOf, makeRest, ownTables } from "./finish.ts";
import { copyLargeObjects } from "./large-objects.ts";
import { clausesFor } from "./look.ts";
import { inDatabase, markDatabase, markOf } from "./names.ts";
import type { RebuildPorts } from "./ports.ts";
import { buildReplicated } from "./replicate/build.ts";
import { readAt, withReaders } from "./readers.ts";
import { structureOf } from "./structure.ts";

/** For sorting what goes into an index. Never less than the server gives by itself. */
const moreMemory = `select pg_catalog.set_config(name, '256MB', false) from pg_catalog.pg_settings
  where name = 'maintenance_work_mem' and setting::pg_catalog.int8 < 256 * 1024`;

export async function buildNext(ports: RebuildPorts, build: BuildRequest): Promise<Built> {
  const { keeper, names, old, model, request, place } = build;
  const next = inDatabase(place, names.next);
  await createDatabase(keeper, {
    name: names.next,
    clauses: clausesFor(old, names),
    clock: ports.clock,
  });
  await markDatabase(keeper, names.next, markOf(names));
  const settings = copySession("rebuild", clientEncoding(old.encoding));
  return await withSessions(next, { count: request.jobs, options: settings }, async (writers) => {
    for (const each of writers) await each.query(moreMemory);
    const structure = structureOf(model, numbered(sectionSteps(model.catalog)));
    ports.progress({ event: "rebuild.section", message: "making what the rows need" });
    await runInOrder(firstOf(writers), structure.before, noJournal);
    const building = { build, structure, writers };
    if (request.replicate) return await buildReplicated(ports, building);
    return await buildFenced(ports, building);
  });
}

/** Writers wait from before the copy to the switch. */
async function buildFenced(
  ports: RebuildPorts,
  { build, structure, writers }: Building,
): Promise<Built> {
  const { leader, old, model, request } = build;
  const { signal, checksums, timeoutMs, jobs: count } = request;
  const writer = firstOf(writers);
  const { tables } = old.inventory;
  const options = copySession("rebuild", clientEncoding(old.encoding));
  const { clock } = ports;
  const fencing = { leader, tables };
  const [early, late] = divided(structure.foreignKeys, await ownTables(build));
  const keys = [...structure.keys, ...early];
  const reading = { count, options, tables, fencing, clock, timeoutMs, signal };
  return await withReaders(ports.database, reading, async (readers) => {
    ports.progress({ event: "rebuild.section", message: "keeping writers away" });
    const snapshot = await raiseFence(fenceOf(ports, build));
    const fencedAt = clock.monotonicMs();
    await readAt(readers, snapshot.name);
    const { mappings } = model;
    const filling = { leader, readers, writers, mappings, keys, checksums, signal };
    const counts = await fillTables(ports, filling);
    const pair = { reader: firstOf(readers), writer };
    const largeObjects = old.inventory.largeObjects === 0 ? 0 : await copyLargeObjects(pair);
    const added = await addOwn(build, writer);
    await runSideBySide(writers, late, noJournal);
    const sequences = await makeRest(ports, build, { writer, rest: structure.rest });
    await analyzeAll(writers);
    const findings = await compareStructure(ports, model, writer);
    await assertFence(leader);
    return { counts, added, largeObjects, sequences, replayed: 0, fencedAt, findings };
  });
}

/** Foreign keys that can be made as soon as their tables are full, and those that wait for the project's own rows. */
function divided(
  steps: readonly NumberedStep[],
  own: ReadonlySet<string>,
): readonly [readonly NumberedStep[], readonly NumberedStep[]] {
  const waits = ({ heavy }: NumberedStep): boolean =>
    (heavy?.tables ?? []).some((table) => own.has(table));
  return [steps.filter((step) => !waits(step)), steps.filter(waits)];
}
