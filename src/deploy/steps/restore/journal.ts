/**
 * What of a restore is done, kept in the database itself and written in the transaction that does it: after any
 * interruption each part is either there, with its line, or it is not. Gone when the restore has ended.
 */
import { textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";

export const journalSchema = "lockstep_restore";

export interface Journal {
  readonly isDone: (item: string) => boolean;
  /** A statement for the transaction that does it. */
  readonly line: (item: string) => string;
}

/** Of what begins anew after it was cut off. */
export const noJournal: Journal = { isDone: () => false, line: () => "select 1" };

/** The id of the backup whose restore was begun here. */
export async function restoreBegun(
  session: Session,
  schema: string = journalSchema,
): Promise<string | undefined> {
  const [found = {}] = await session.query(
    `select pg_catalog.to_regclass('${schema}.backup') is not null as found`,
  );
  if (found["found"] !== true) return undefined;
  const [row = {}] = await session.query(`select id from ${schema}.backup`);
  return textOf(row, "id");
}

export async function beginJournal(
  session: Session,
  backupId: string,
  schema: string = journalSchema,
): Promise<Journal> {
  await session.script(`begin;
    create schema ${schema};
    create table ${schema}.done (item text collate "C" primary key);
    create table ${schema}.backup (id text not null);
    insert into ${schema}.backup values (${quoteLiteral(backupId)});
    commit`);
  return journalOf(new Set(), schema);
}

export async function readJournal(
  session: Session,
  schema: string = journalSchema,
): Promise<Journal> {
  const rows = await session.query(`select item from ${schema}.done`);
  return journalOf(new Set(rows.map((row) => textOf(row, "item"))), schema);
}

function journalOf(done: ReadonlySet<string>, schema: string): Journal {
  return {
    isDone: (item) => done.has(item),
    line: (item) => `insert into ${schema}.done values (${quoteLiteral(item)})`,
  };
}

export async function endJournal(session: Session, schema: string = journalSchema): Promise<void> {
  await session.script(`drop schema ${schema} cascade`);
}
