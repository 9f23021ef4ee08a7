/**
 * Single tables of a backup back into a live database: the rows are loaded beside the tables, compared by key, and
 * written in one transaction under a lock that lets readers through. The user's triggers do not fire, since the values
 * are to be what they were; foreign keys are checked. What cuts it off leaves the tables as they were.
 */
import type { TableEntry } from "../../../backup/manifest.ts";
import {
  countsQuery,
  deleteStatement,
  insertStatement,
  parentsFirst,
  updateStatement,
  type PutBackTable,
} from "../../../backup/put-back.ts";
import { keyOf, type TableName } from "../../../backup/selection.ts";
import { LockstepError } from "../../../core/errors.ts";
import { numberOf } from "../../../ledger/row.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { copyInput, loadsOf } from "../../../backup/rows.ts";
import { contentsOf, type OpenBackup } from "./backup-file.ts";
import type { LiveTarget } from "./live-target.ts";

/** Not the journal's: a whole restore knows nothing of it. */
export const stagingSchema = "lockstep_put_back";

/** One table of the live database, and the parts of the backup that are its rows. */
export interface PutBackWork {
  readonly target: LiveTarget;
  readonly entries: readonly TableEntry[];
  /** The backup's columns with the types that they had. */
  readonly staged: readonly { readonly name: string; readonly type: string }[];
}

export interface PutBackCounts extends TableName {
  readonly missing: number;
  readonly different: number;
  /** In the table and not in the backup. */
  readonly surplus: number;
  /** Columns of the backup that the table does not have. */
  readonly ignored: readonly string[];
}

export async function dropStaging(session: Session): Promise<void> {
  await session.script(`drop schema if exists ${stagingSchema} cascade`);
}

/** The rows of the backup, beside the tables. */
export async function loadStaging(
  session: Session,
  backup: OpenBackup,
  works: readonly PutBackWork[],
): Promise<readonly PutBackTable[]> {
  await session.script(`create schema ${stagingSchema}`);
  const tables: PutBackTable[] = [];
  for (const [position, work] of works.entries()) {
    const staging = `${stagingSchema}.t${position}`;
    const columns = work.staged.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
    await session.script(`create unlogged table ${staging} (${columns.join(", ")})`);
    for (const entry of work.entries) {
      for (const load of loadsOf(entry.chunks)) {
        await stage(session, { staging, entry, rows: contentsOf(backup, load) });
      }
    }
    await session.script(`analyze ${staging}`);
    tables.push(putBackOf(work, staging));
  }
  return tables;
}

interface Staged {
  readonly staging: string;
  readonly entry: TableEntry;
  readonly rows: AsyncIterable<Uint8Array>;
}

async function stage(session: Session, { staging, entry, rows }: Staged): Promise<void> {
  const list = entry.columns.map((column) => quoteIdentifier(column)).join(", ");
  const statement = `copy ${staging} (${list}) from stdin (format ${entry.format})`;
  await session.copyIn(statement, copyInput(entry.format, rows));
}

function putBackOf({ target, staged }: PutBackWork, staging: string): PutBackTable {
  const known = new Set(staged.map(({ name }) => name));
  const columns = target.columns.filter(({ name }) => known.has(name));
  return { schema: target.schema, name: target.name, staging, key: target.key, columns };
}

export async function countChanges(
  session: Session,
  tables: readonly PutBackTable[],
  works: readonly PutBackWork[],
): Promise<readonly PutBackCounts[]> {
  const counts: PutBackCounts[] = [];
  for (const [position, table] of tables.entries()) {
    const [row = {}] = await session.query(countsQuery(table));
    const has = new Set(table.columns.map(({ name }) => name));
    const staged = works[position]?.staged ?? [];
    counts.push({
      ...{ schema: table.schema, name: table.name },
      missing: numberOf(row, "missing"),
      different: numberOf(row, "different"),
      surplus: numberOf(row, "surplus"),
      ignored: staged.map(({ name }) => name).filter((name) => !has.has(name)),
    });
  }
  return counts;
}

export interface PutBackChoices {
  /** Rows that the backup does not hold are deleted. */
  readonly exact: boolean;
}

/** In a transaction that is open. */
export async function writeChanges(
  session: Session,
  works: readonly PutBackWork[],
  tables: readonly PutBackTable[],
  { exact }: PutBackChoices,
): Promise<void> {
  const targets = new Map(works.map(({ target }) => [keyOf(target), target]));
  const ordered = parentsFirst(tables, (from, to) =>
    (targets.get(keyOf(from))?.refersTo ?? []).includes(keyOf(to)),
  );
  const upserts = ordered.flatMap((table) => {
    const update = updateStatement(table);
    return [...(update === undefined ? [] : [update]), insertStatement(table)];
  });
  const keyed = ordered.filter(({ key }) => key.length > 0).toReversed();
  const deletes = exact ? keyed.map(deleteStatement) : [];
  await session.script("savepoint lockstep_order");
  try {
    // A row that goes may hold a value that has to be unique.
    for (const statement of [...deletes, ...upserts]) await session.script(statement);
  } catch (error) {
    const isReferred = error instanceof ServerError && error.sqlState === "23503";
    if (!isReferred || deletes.length === 0) throw error;
    // A row that changes refers to one that goes.
    await session.script("rollback to savepoint lockstep_order");
    for (const statement of [...upserts, ...deletes]) await session.script(statement);
  }
}

/** Readers go on; who writes waits. */
export async function lockTargets(session: Session, works: readonly PutBackWork[]): Promise<void> {
  const names = works.map(({ target }) => nameOf(target));
  await session.script(
    `set local lock_timeout = '10s';
    lock table ${names.join(", ")} in share row exclusive mode;
    ${names.map((name) => `alter table ${name} disable trigger user`).join(";\n")};
    set constraints all deferred`,
  );
}

export async function unlockTriggers(
  session: Session,
  works: readonly PutBackWork[],
): Promise<void> {
  const statements = works.flatMap(({ target }) =>
    target.triggers.map(
      ({ name, mode }) => `alter table ${nameOf(target)} ${mode} trigger ${quoteIdentifier(name)}`,
    ),
  );
  if (statements.length > 0) await session.script(statements.join(";\n"));
}

/** What was written is what the backup holds; a rule may have bent it. */
export async function refuseRest(session: Session, tables: readonly PutBackTable[]): Promise<void> {
  for (const table of tables) {
    if (table.key.length === 0) continue;
    const [row = {}] = await session.query(countsQuery(table));
    const rest = numberOf(row, "missing") + numberOf(row, "different");
    if (rest === 0) continue;
    const name = quoteQualifiedName(table.schema, table.name);
    throw new LockstepError("RESTORE.COUNTS", `${rest} rows of ${name} are not as in the backup`, {
      state: "nothing was changed",
    });
  }
}

/** Never backwards: what was handed out since the backup stays handed out. */
export async function advanceSequences(
  session: Session,
  works: readonly PutBackWork[],
  backup: OpenBackup,
): Promise<void> {
  const wanted = new Set(works.flatMap(({ target }) => target.sequences));
  for (const { schema, name, last, called } of backup.manifest.sequences) {
    if (!wanted.has(keyOf({ schema, name }))) continue;
    const sequence = quoteQualifiedName(schema, name);
    await session.query(
      `select pg_catalog.setval(${quoteLiteral(sequence)}::regclass, ${last}, ${String(called)})
      from ${sequence} where last_value < ${last}`,
    );
  }
}

function nameOf({ schema, name }: TableName): string {
  return quoteQualifiedName(schema, name);
}
