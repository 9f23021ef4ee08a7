/**
 * What `lockstep restore --tables` does: the rows of some tables back into a live database, by key. It says what is
 * going to change, asks, and does it in one transaction: whatever cuts it off, the tables are as they were or as they
 * should be, and the same command begins anew.
 */
import type { BackupKey } from "../backup/cipher.ts";
import type { Manifest, TableEntry } from "../backup/manifest.ts";
import { keyOf, selectTables, type TableName } from "../backup/selection.ts";
import type { Catalog } from "../catalog/fact.ts";
import { factId } from "../catalog/id.ts";
import { LockstepError } from "../core/errors.ts";
import type { Database, Session } from "../ports/database.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { clientEncoding, copySession, withSession } from "./steps/backup/sessions.ts";
import { openBackup, type OpenBackup } from "./steps/restore/backup-file.ts";
import { restoreFailure } from "./steps/restore/failure.ts";
import { readLiveTarget, refuseNoKey } from "./steps/restore/live-target.ts";
import {
  advanceSequences,
  countChanges,
  dropStaging,
  loadStaging,
  lockTargets,
  refuseRest,
  unlockTriggers,
  writeChanges,
  type PutBackCounts,
  type PutBackWork,
} from "./steps/restore/put-back.ts";
import { takeLock } from "./steps/restore/target.ts";

export interface RestoreTablesOptions {
  readonly database: Database;
  /** As people write them. */
  readonly tables: readonly string[];
  readonly key: BackupKey;
  /** Rows that the backup does not hold are deleted. */
  readonly exact: boolean;
  /** Only says what would change. */
  readonly planOnly: boolean;
  /** Asked with what is going to change; throws to stop. */
  readonly confirm: (changes: readonly PutBackCounts[]) => Promise<void>;
}

export interface RestoreTablesReport {
  readonly path: string;
  readonly database: string;
  readonly id: string;
  readonly takenAt: string;
  /** `planned`: nothing was changed, since nobody wanted it; `nothing-to-do`: everything is as in the backup. */
  readonly outcome: "restored" | "planned" | "nothing-to-do";
  /** Before the change. */
  readonly tables: readonly PutBackCounts[];
  /** Rows that the backup does not hold are gone. */
  readonly exact: boolean;
  readonly durationMs: number;
}

export async function restoreTables(
  ports: BackupPorts,
  options: RestoreTablesOptions,
): Promise<RestoreTablesReport> {
  const begin = ports.clock.monotonicMs();
  const { database, key, exact } = options;
  const opened = await openBackup({ store: ports.store, compression: ports.compression, key });
  const { manifest, label } = opened;
  const encoding = clientEncoding(manifest.server.encoding);
  const done = await withSession(database, copySession("restore", encoding), (session) =>
    putBack(ports, opened, { session, options }).catch(async (error: unknown) => {
      if (session.transaction !== "idle") await session.script("rollback").catch(() => undefined);
      await dropStaging(session).catch(() => undefined);
      throw unchanged(restoreFailure(error, database.label));
    }),
  );
  return {
    ...{ path: label, database: database.label, id: manifest.id, takenAt: manifest.takenAt },
    ...{ ...done, exact },
    durationMs: Math.round(ports.clock.monotonicMs() - begin),
  };
}

interface Surroundings {
  readonly session: Session;
  readonly options: RestoreTablesOptions;
}

async function putBack(
  ports: BackupPorts,
  opened: OpenBackup,
  { session, options }: Surroundings,
): Promise<Pick<RestoreTablesReport, "outcome" | "tables">> {
  await takeLock(ports, session);
  await dropStaging(session);
  const works = await worksOf(session, opened, options.tables);
  ports.progress({ event: "restore.rows", message: "loading rows beside the tables" });
  const tables = await loadStaging(session, opened, works);
  const changes = await countChanges(session, tables, works);
  const isDone = !changes.some((each) => isChange(each, options.exact));
  if (isDone || options.planOnly) {
    await dropStaging(session);
    return { outcome: isDone ? "nothing-to-do" : "planned", tables: changes };
  }
  await options.confirm(changes);
  ports.progress({ event: "restore.write", message: "writing the rows" });
  await session.script("begin");
  await lockTargets(session, works);
  await writeChanges(session, works, tables, options);
  await refuseRest(session, tables);
  await session.script("set constraints all immediate");
  await unlockTriggers(session, works);
  await session.script("commit");
  await advanceSequences(session, works, opened);
  await dropStaging(session);
  return { outcome: "restored", tables: changes };
}

function isChange({ missing, different, surplus }: PutBackCounts, exact: boolean): boolean {
  return missing + different + (exact ? surplus : 0) > 0;
}

/** Partitions go into the table that they are partitions of: by now a row may belong into another one. */
async function worksOf(
  session: Session,
  opened: OpenBackup,
  texts: readonly string[],
): Promise<readonly PutBackWork[]> {
  const catalog = await opened.catalog();
  const chosen = selectTables(ownTables(opened.manifest), texts, {
    code: "RESTORE.NO_TABLE",
    of: "backup",
    above: (table) => ancestorsOf(table, catalog),
  });
  const groups = new Map<string, { readonly root: TableName; readonly entries: TableEntry[] }>();
  for (const entry of chosen) {
    const root = ancestorsOf(entry, catalog).at(-1) ?? { schema: entry.schema, name: entry.name };
    const known = groups.get(keyOf(root));
    if (known === undefined) groups.set(keyOf(root), { root, entries: [entry] });
    else known.entries.push(entry);
  }
  const works: PutBackWork[] = [];
  for (const { root, entries } of groups.values()) {
    const target = await readLiveTarget(session, root);
    await refuseNoKey(session, target);
    works.push({ target, entries, staged: stagedColumns(entries, catalog) });
  }
  return works;
}

function ownTables({ tables }: Manifest): readonly TableEntry[] {
  return tables.filter(({ origin }) => origin !== "ledger");
}

/** The nearest first. */
function ancestorsOf(table: TableName, catalog: Catalog): readonly TableName[] {
  const above: TableName[] = [];
  let fact = catalog.facts.get(factId("table", table));
  while (fact?.kind === "table" && fact.payload.partitionOf !== undefined) {
    const { parent } = fact.payload.partitionOf;
    above.push(parent);
    fact = catalog.facts.get(factId("table", parent));
  }
  return above;
}

/** As they were when the backup was taken: binary COPY reads nothing else. */
function stagedColumns(
  [first]: readonly TableEntry[],
  catalog: Catalog,
): readonly { readonly name: string; readonly type: string }[] {
  if (first === undefined) return [];
  const { schema, name: relation, columns } = first;
  return columns.map((name) => {
    const fact = catalog.facts.get(factId("column", { schema, relation, name }));
    return { name, type: fact?.kind === "column" ? fact.payload.type : "text" };
  });
}

/** One transaction: what failed left the tables alone. */
function unchanged(error: unknown): unknown {
  if (!(error instanceof LockstepError)) return error;
  const next = "Mend the cause that the message names, then run the same command again.";
  const isServers = error.code === "RESTORE.FAILED";
  return error.with({ state: "the tables are as they were", ...(isServers ? { next } : {}) });
}
