/**
 * Runs a script's statements one after the other on a scratch session, in psql's dialect. It decides nothing about a
 * failure: what is to be done then is the loader's.
 */
import { LockstepError, type SourcePosition } from "../../../core/errors.ts";
import type { Files } from "../../../ports/files.ts";
import type { Row, Session } from "../../../ports/database.ts";
import { decodeText } from "../../../project/decode.ts";
import type { PsqlAction, PsqlAnswer, PsqlConnection } from "../../../sql/psql/actions.ts";
import { interpretPsql } from "../../../sql/psql/interpret.ts";
import type { MappedText, SourceText } from "../../../sql/source.ts";

/** One thing that the server is asked to do, ready to be asked again. */
export interface ScriptStatement {
  readonly text: MappedText;
  readonly where: SourcePosition;
  /** Of COPY ... FROM STDIN. */
  readonly data?: Uint8Array;
  readonly wantsRows: boolean;
}

export interface ScriptRun {
  readonly session: Session;
  readonly files: Files;
  readonly connection: PsqlConnection;
  /** Runs it, or puts it off and gives undefined. Throws to end the script. */
  readonly run: (statement: ScriptStatement) => Promise<readonly Row[] | undefined>;
}

export async function runScript(source: SourceText, context: ScriptRun): Promise<void> {
  const actions = interpretPsql(source, { connection: context.connection });
  for (let step = actions.next(); step.done !== true;) {
    step = actions.next(await answer(step.value, context));
  }
}

/** Sends it as it is. */
export async function execute(
  session: Session,
  { text, data }: ScriptStatement,
): Promise<readonly Row[]> {
  if (data !== undefined) {
    await session.copyIn(text.text, [data]);
    return [];
  }
  const results = await session.script(text.text);
  return results.at(-1)?.rows ?? [];
}

async function answer(action: PsqlAction, context: ScriptRun): Promise<PsqlAnswer | undefined> {
  switch (action.kind) {
    case "run": {
      const wantsRows = action.wants === "rows";
      const rows = await context.run({ text: action.statement, where: action.where, wantsRows });
      if (wantsRows) return { kind: "rows", rows: rows ?? [] };
      return rows === undefined ? undefined : { kind: "done", rowCount: rows.length };
    }
    case "copy": {
      const data = new TextEncoder().encode(action.data);
      await context.run({ text: action.statement, where: action.where, data, wantsRows: false });
      return undefined;
    }
    case "copyFile": {
      const data = await readFirst(action.candidates, action.where, context.files);
      const { statement: text, where } = action;
      await context.run({ text, where, data: data.bytes, wantsRows: false });
      return undefined;
    }
    case "include": {
      const { path, bytes } = await readFirst(action.candidates, action.where, context.files);
      return { kind: "included", file: path, text: decodeText(bytes, path).text };
    }
    case "message":
      return undefined;
  }
}

async function readFirst(
  candidates: readonly string[],
  where: SourcePosition,
  files: Files,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  for (const path of candidates) {
    const bytes = await files.readIfPresent(path);
    if (bytes !== undefined) return { path, bytes };
  }
  throw new LockstepError("SQL.PSQL_INCLUDE", `${candidates.join(" or ")} is not there.`, {
    where,
  });
}
