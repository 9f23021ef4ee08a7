/**
 * The ledger of a database that has none, made while the project's files are read: its tables take the server as long
 * as the files take us. It is made in a transaction that stays open, so that a refusal leaves nothing behind. A draft
 * that fails is no failure: it is made the ordinary way then, and that says why it can't be.
 */
import { endOfTurn } from "../../../core/turn.ts";
import { ConnectionLost, ServerError, type Session } from "../../../ports/database.ts";
import { ledgerStatements } from "./ensure.ts";

export interface LedgerDraft {
  /**
   * Sends it, once, and does not wait for the answer. Until it is kept or dropped nothing that may fail goes through the
   * session.
   */
  begin(): Promise<void>;
  /** Whether it waits for its COMMIT; when it does not, the session is idle again. */
  isMade(): Promise<boolean>;
  /** Commits it. Only where it is made. */
  keep(): Promise<void>;
  /** As if it had never been; nothing to do when it was kept, dropped or not begun. */
  drop(): Promise<void>;
}

export function draftLedger(session: Session, toolVersion: string): LedgerDraft {
  let made: Promise<boolean> | undefined;
  const drop = async (): Promise<void> => {
    if (made === undefined) return;
    await made.catch(() => false);
    made = undefined;
    if (session.transaction !== "idle") await rollBack(session);
  };
  return {
    begin: async () => {
      made ??= send(session, toolVersion);
      // Looked at when it is kept or dropped.
      made.catch(() => undefined);
      await endOfTurn();
    },
    isMade: async () => {
      if (made === undefined) return false;
      if ((await made) && session.transaction === "open") return true;
      await drop();
      return false;
    },
    keep: async () => {
      made = undefined;
      await session.script("commit");
    },
    drop,
  };
}

async function send(session: Session, toolVersion: string): Promise<boolean> {
  const statements = ledgerStatements({ hasSchema: false, version: 0 }, toolVersion);
  try {
    await session.script([...statements, "set local search_path to default"].join(";\n"));
    return true;
  } catch (error) {
    if (error instanceof ServerError) return false;
    throw error;
  }
}

/** Without a connection there is no transaction either. */
async function rollBack(session: Session): Promise<void> {
  try {
    await session.script("rollback");
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
  }
}
