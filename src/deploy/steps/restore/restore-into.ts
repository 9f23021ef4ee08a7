/**
 * A backup into an empty database, in three sections: what rows need, the rows, what needs rows. Each part is recorded
 * in the transaction that does it, so that a second run does only what is left.
 */
import type { Finding } from "../../../core/findings.ts";
import { sectionSteps } from "../../../plan/sections.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { BackupPorts } from "../backup/ports.ts";
import { clientEncoding, copySession, withSession, withSessions } from "../backup/sessions.ts";
import { countable, prepareMasking } from "../mask/load-masked.ts";
import { noMasks, readMasks, type MaskRequest } from "../mask/masks.ts";
import type { OpenBackup } from "./backup-file.ts";
import { compareRestored } from "./compare.ts";
import { restoreFailure } from "./failure.ts";
import { beginJournal, endJournal, readJournal, type Journal } from "./journal.ts";
import { restoreLargeObjects } from "./large-objects.ts";
import { restoreLedger } from "./ledger.ts";
import { compareCounts, loadRows } from "./rows.ts";
import { numbered, runInOrder, runSideBySide } from "./schema.ts";
import { restoreSequences } from "./sequences.ts";
import { inspectTarget, restoreFilter, shareLock } from "./target.ts";

export interface RestoreRequest {
  readonly database: Database;
  readonly jobs: number;
  /** Rows are replaced before they are in a table; undefined: none. */
  readonly mask?: MaskRequest | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Restored {
  /** A restore that had been cut off went on. */
  readonly resumed: boolean;
  readonly findings: readonly Finding[];
}

export async function restoreInto(
  ports: BackupPorts,
  opened: OpenBackup,
  options: RestoreRequest,
): Promise<Restored> {
  try {
    return await restoreOrGoOn(ports, opened, options);
  } catch (error) {
    throw restoreFailure(error, options.database.label);
  }
}

async function restoreOrGoOn(
  ports: BackupPorts,
  opened: OpenBackup,
  options: RestoreRequest,
): Promise<Restored> {
  const { manifest } = opened;
  return await withSession(options.database, copySession("restore"), async (leader) => {
    const standing = await inspectTarget(ports, leader, manifest);
    const resumed = standing === "begun";
    const journal = resumed ? await readJournal(leader) : await beginJournal(leader, manifest.id);
    const findings = await run(ports, { leader, opened, journal, options });
    await endJournal(leader);
    return { resumed, findings };
  });
}

interface Run {
  readonly leader: Session;
  readonly opened: OpenBackup;
  readonly journal: Journal;
  readonly options: RestoreRequest;
}

async function run(
  ports: BackupPorts,
  { leader, opened, journal, options }: Run,
): Promise<readonly Finding[]> {
  const { manifest } = opened;
  const { database, jobs, mask, signal } = options;
  const say = (message: string): void => ports.progress({ event: "restore.section", message });
  const catalog = await opened.catalog();
  const steps = numbered(sectionSteps(catalog));
  const inSection = (section: string): typeof steps =>
    steps.filter((step) => step.section === section);
  say("making what the rows need");
  await runInOrder(leader, inSection("before"), journal);
  const copying = copySession("restore", clientEncoding(manifest.server.encoding));
  await withSessions(database, { count: jobs, options: copying }, async (sessions) => {
    const [first = leader] = sessions;
    await Promise.all(sessions.map((session) => shareLock(session)));
    const masks = mask === undefined ? noMasks : await readMasks(leader, mask.rules, catalog);
    if (mask !== undefined) {
      await Promise.all(sessions.map((session) => prepareMasking(session, mask)));
    }
    await restoreLedger(first, opened, journal);
    const tables = manifest.tables.filter(({ origin }) => origin !== "ledger");
    const onChunk = (done: number, of: number): void =>
      ports.progress({ event: "restore.rows", message: `loading rows: ${done} of ${of} chunks` });
    await loadRows({ sessions, backup: opened, tables, journal, masks, signal, onChunk });
    await restoreLargeObjects(first, opened, journal);
    await restoreSequences(leader, manifest.sequences);
    say("counting rows");
    await compareCounts({ sessions, tables: countable(manifest.tables, masks.of) });
    // Keys between tables can't hold where only some have rows.
    if (manifest.partial === true) return;
    say("making keys and indexes");
    const after = inSection("after");
    const heavy = after.filter((step) => step.heavy !== undefined && step.statements.length > 0);
    await runSideBySide(sessions, heavy, journal);
    say("making the rest");
    await runInOrder(leader, [...after, ...inSection("last")].filter(isLight), journal);
  });
  if (manifest.partial === true) return [];
  say("comparing the structure");
  const found = await ports.readCatalog(leader, restoreFilter);
  return compareRestored(catalog, found, manifest.restoredFingerprint);
}

function isLight(step: { readonly heavy?: unknown }): boolean {
  return step.heavy === undefined;
}
