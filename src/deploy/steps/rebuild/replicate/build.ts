/**
 * The new database while writers go on: the rows of one moment, then every change since, until little is left. Only then
 * writers wait, for the last changes, for the tables whose changes can't be told, and for what only takes moments to
 * make. Nothing but a publication is made in the old database.
 */
import { LockstepError } from "../../../../core/errors.ts";
import type { Finding } from "../../../../core/findings.ts";
import { decideReplicable } from "../../../../data/replicable.ts";
import { tableLabel } from "../../../../data/tables.ts";
import type { Session } from "../../../../ports/database.ts";
import { copySession, withSession } from "../../backup/sessions.ts";
import { noJournal } from "../../restore/journal.ts";
import { runSideBySide } from "../../restore/schema.ts";
import { analyzeAll } from "../analyze.ts";
import { fenceOf, type Building, type Built } from "../building.ts";
import type { RowsMapping } from "../copy-rows.ts";
import { assertFence, raiseFence } from "../fence.ts";
import { fillTables } from "../fill.ts";
import { addOwn, compareStructure, firstOf, makeRest } from "../finish.ts";
import { copyLargeObjects } from "../large-objects.ts";
import { inDatabase } from "../names.ts";
import type { RebuildPorts } from "../ports.ts";
import { readAt, withReaders } from "../readers.ts";
import { openApplier } from "./apply-changes.ts";
import { catchUp, putMark } from "./catch-up.ts";
import { openFollower, type Follower } from "./follow-changes.ts";
import { earlyForeignKeys, refuseOrphans, type EarlyForeignKeys } from "./foreign-keys.ts";
import { changedFiles, readFiles, refuseOtherPartitions, type TableFile } from "./files.ts";
import { replayQuietly } from "./replay-quietly.ts";
import {
  dropPublication,
  makePublication,
  openChanges,
  readIdentities,
  type ChangeStream,
} from "./slot.ts";

interface Replicating extends Building {
  readonly streamed: readonly RowsMapping[];
  readonly late: readonly RowsMapping[];
  readonly findings: readonly Finding[];
}

export async function buildReplicated(ports: RebuildPorts, building: Building): Promise<Built> {
  const { leader, model, place, names } = building.build;
  const { streamed, late } = decideReplicable(model.mappings, await readIdentities(leader));
  const findings = late.map(({ mapping, reason }): Finding => ({
    code: "REBUILD.LATE",
    severity: "info",
    message: `${reason}, so it is copied at the end, while writers wait`,
    object: tableLabel(mapping.source),
  }));
  const work = { ...building, streamed, late: late.map(({ mapping }) => mapping), findings };
  await makePublication(
    leader,
    streamed.map(({ source }) => source),
  );
  try {
    return await withSession(ports.database, copySession("rebuild"), async (marker) =>
      withSession(inDatabase(place, names.next), copySession("rebuild"), async (replayer) => {
        await replayQuietly(replayer);
        return await replicate(ports, work, { marker, replayer });
      }),
    );
  } finally {
    // The leader may hold the fence, which goes with its transaction.
    await withSession(ports.database, copySession("rebuild"), async (session) => {
      await session.script("set lock_timeout = '5s'");
      await dropPublication(session);
    }).catch(() => undefined);
  }
}

interface Lines {
  /** In the old database, in no transaction. */
  readonly marker: Session;
  /** In the new one: makes the changes. */
  readonly replayer: Session;
}

interface Following {
  readonly work: Replicating;
  readonly marker: Session;
  readonly follower: Follower;
  readonly files: readonly TableFile[];
  readonly early: EarlyForeignKeys;
}

/** Each time, writers were let go on. */
const attemptsMax = 3;

async function replicate(ports: RebuildPorts, work: Replicating, lines: Lines): Promise<Built> {
  const { build, structure, writers, streamed } = work;
  const { model, old, request } = build;
  const { marker, replayer } = lines;
  const { signal, timeoutMs: patienceMs, pauseMs } = request;
  const { changes, counts, files } = await copyMoment(ports, work);
  try {
    const early = earlyForeignKeys({ model, old, streamed, steps: structure.foreignKeys });
    await runSideBySide(writers, early.steps, noJournal);
    await analyzeAll(writers);
    const applier = await openApplier(replayer, streamed);
    const { clock } = ports;
    const follower = openFollower({ stream: changes.follow(), applier, clock, signal });
    try {
      ports.progress({ event: "rebuild.section", message: "catching up with changes" });
      for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
        await catchUp(ports, { marker, follower, pauseMs, patienceMs, signal });
        const built = await finish(ports, { work, marker, follower, files, early });
        if (built === undefined) continue;
        return { ...built, counts: new Map([...counts, ...built.counts]) };
      }
    } finally {
      await follower.close();
    }
  } finally {
    await changes.close();
  }
  const message = `while the tables were locked, the last changes took longer than writers may wait, ${attemptsMax} times`;
  throw new LockstepError("REBUILD.BEHIND", message);
}

interface Opened {
  readonly changes: ChangeStream;
  readonly counts: ReadonlyMap<RowsMapping, number>;
  /** As they were at that moment. */
  readonly files: readonly TableFile[];
}

const momentsMax = 20;

/**
 * The rows of one moment. The moment comes first and the readers' locks after it: the other way round, who has a
 * transaction and waits behind one who waits for our locks would never let the moment come. What was truncated between
 * the two is not as it was any more, so then another moment is taken.
 */
async function copyMoment(ports: RebuildPorts, work: Replicating): Promise<Opened> {
  const { build, structure, writers, streamed } = work;
  const { leader, request } = build;
  const { checksums, signal, timeoutMs, jobs: count } = request;
  const { clock } = ports;
  const options = copySession("rebuild");
  const tables = streamed.map(({ source }) => source);
  const reading = { count, options, tables, clock, timeoutMs, signal };
  for (let moment = 1; moment <= momentsMax; moment += 1) {
    const files = await readFiles(leader);
    const changes = await openChanges(ports.database, { clock, timeoutMs, signal });
    try {
      const counts = await withReaders(ports.database, reading, async (readers) => {
        if (changedFiles(files, await readFiles(leader)).length > 0) return undefined;
        await readAt(readers, changes.snapshot);
        const { keys } = structure;
        const filling = { leader, readers, writers, mappings: streamed, keys, checksums, signal };
        return await fillTables(ports, filling);
      });
      if (counts !== undefined) return { changes, counts, files };
      await changes.close();
    } catch (error) {
      await changes.close();
      throw error;
    }
  }
  const message = "tables are truncated so often that no moment of them could be copied";
  throw new LockstepError("REBUILD.FENCE_TIMEOUT", message);
}

/** While writers wait; undefined when the last changes took too long, and writers go on. */
async function finish(ports: RebuildPorts, following: Following): Promise<Built | undefined> {
  const { work, marker, follower, files, early } = following;
  const { build, structure, writers, late } = work;
  const { leader, model, old, request } = build;
  const writer = firstOf(writers);
  const { clock } = ports;
  const { checksums, signal, timeoutMs, pauseMs, jobs: count } = request;
  const tables = late.map(({ source }) => source);
  const fencing = { leader, tables: old.inventory.tables };
  const options = copySession("rebuild");
  const reading = { count, options, tables, fencing, clock, timeoutMs, signal };
  return await withReaders(ports.database, reading, async (readers) => {
    ports.progress({ event: "rebuild.section", message: "keeping writers away" });
    const snapshot = await raiseFence(fenceOf(ports, build));
    const fencedAt = clock.monotonicMs();
    await readAt(readers, snapshot.name);
    // Nobody has written since, so what lies before the mark is everything.
    const { mark } = await putMark(marker);
    if (!(await follower.reach(mark, fencedAt + pauseMs))) {
      await leader.script("rollback");
      ports.progress({ event: "rebuild.section", message: "letting writers go on" });
      return undefined;
    }
    refuseOtherPartitions(files, await readFiles(leader));
    const filling = { leader, readers, writers, mappings: late, keys: [], checksums, signal };
    const counts = late.length === 0 ? new Map() : await fillTables(ports, filling);
    const pair = { reader: firstOf(readers), writer };
    const largeObjects = old.inventory.largeObjects === 0 ? 0 : await copyLargeObjects(pair);
    const added = await addOwnChecked(work, writer, early.names);
    const others = structure.foreignKeys.filter((step) => !early.steps.includes(step));
    await runSideBySide(writers, others, noJournal);
    const sequences = await makeRest(ports, build, { writer, rest: structure.rest });
    const findings = [...work.findings, ...(await compareStructure(ports, model, writer))];
    await assertFence(leader);
    const replayed = follower.count();
    return { counts, added, largeObjects, sequences, replayed, fencedAt, findings };
  });
}

/** The project's own rows come without a check of the foreign keys that are there already, and are checked afterwards. */
async function addOwnChecked(
  { build }: Replicating,
  writer: Session,
  keys: readonly string[],
): Promise<Built["added"]> {
  await writer.script("set session_replication_role = replica");
  const added = await addOwn(build, writer);
  await writer.script("set session_replication_role = origin");
  if (added.length > 0) await refuseOrphans(writer, keys);
  return added;
}
