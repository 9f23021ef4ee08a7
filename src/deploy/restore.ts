/**
 * What `lockstep restore` does: a backup into an empty database, in three sections: what rows need, the rows, what
 * needs rows. Each part is recorded in the transaction that does it, so that the same command, run again after
 * anything, goes on. It never touches a database that has objects of its own.
 */
import type { BackupKey } from "../backup/cipher.ts";
import type { Finding } from "../core/findings.ts";
import { sectionSteps } from "../plan/sections.ts";
import type { Database, Session } from "../ports/database.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { clientEncoding, copySession, withSession, withSessions } from "./steps/backup/sessions.ts";
import { openBackup, type OpenBackup } from "./steps/restore/backup-file.ts";
import { compareRestored } from "./steps/restore/compare.ts";
import { beginJournal, endJournal, readJournal, type Journal } from "./steps/restore/journal.ts";
import { restoreLargeObjects } from "./steps/restore/large-objects.ts";
import { restoreLedger } from "./steps/restore/ledger.ts";
import { compareCounts, loadRows } from "./steps/restore/rows.ts";
import { numbered, runInOrder, runSideBySide } from "./steps/restore/schema.ts";
import { restoreSequences } from "./steps/restore/sequences.ts";
import { inspectTarget, restoreFilter } from "./steps/restore/target.ts";

export interface RestoreOptions {
  readonly database: Database;
  readonly jobs: number;
  readonly key: BackupKey;
  readonly signal?: AbortSignal | undefined;
}

export interface RestoreReport {
  readonly path: string;
  readonly database: string;
  readonly id: string;
  /** A restore that had been cut off went on. */
  readonly resumed: boolean;
  readonly tables: number;
  readonly rows: number;
  readonly largeObjects: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export async function restore(ports: BackupPorts, options: RestoreOptions): Promise<RestoreReport> {
  const begin = ports.clock.monotonicMs();
  const { database, key } = options;
  const opened = await openBackup({ store: ports.store, compression: ports.compression, key });
  const { manifest, label } = opened;
  return await withSession(database, copySession("restore"), async (leader) => {
    const standing = await inspectTarget(ports, leader, manifest);
    const journal =
      standing === "begun" ? await readJournal(leader) : await beginJournal(leader, manifest.id);
    const findings = await run(ports, { leader, opened, journal, options });
    await endJournal(leader);
    return {
      path: label,
      database: database.label,
      id: manifest.id,
      resumed: standing === "begun",
      tables: manifest.tables.length,
      rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
      largeObjects: manifest.largeObjects.objects.length,
      durationMs: Math.round(ports.clock.monotonicMs() - begin),
      findings,
    };
  });
}

interface Run {
  readonly leader: Session;
  readonly opened: OpenBackup;
  readonly journal: Journal;
  readonly options: RestoreOptions;
}

async function run(
  ports: BackupPorts,
  { leader, opened, journal, options }: Run,
): Promise<readonly Finding[]> {
  const { manifest } = opened;
  const { database, jobs, signal } = options;
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
    await restoreLedger(first, opened, journal);
    const tables = manifest.tables.filter(({ origin }) => origin !== "ledger");
    const onChunk = (done: number, of: number): void =>
      ports.progress({ event: "restore.rows", message: `loading rows: ${done} of ${of} chunks` });
    await loadRows({ sessions, backup: opened, tables, journal, signal, onChunk });
    await restoreLargeObjects(first, opened, journal);
    await restoreSequences(leader, manifest.sequences);
    say("counting rows");
    await compareCounts({ sessions, tables: manifest.tables });
    say("making keys and indexes");
    const after = inSection("after");
    const heavy = after.filter((step) => step.heavy !== undefined && step.statements.length > 0);
    await runSideBySide(sessions, heavy, journal);
    say("making the rest");
    await runInOrder(leader, [...after, ...inSection("last")].filter(isLight), journal);
  });
  say("comparing the structure");
  const found = await ports.readCatalog(leader, restoreFilter);
  return compareRestored(catalog, found, manifest.restoredFingerprint);
}

function isLight(step: { readonly heavy?: unknown }): boolean {
  return step.heavy === undefined;
}
