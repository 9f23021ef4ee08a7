/**
 * Loads scripts into a scratch database. One script runs from top to bottom; several run in the order of their names,
 * and when that is not an order that works, what failed is tried again until nothing more succeeds. The server alone
 * says whether a statement is right; which one was wrong is said only when no order helps.
 */
import { LockstepError } from "../../../core/errors.ts";
import { ServerError, type Row, type Session } from "../../../ports/database.ts";
import type { Files } from "../../../ports/files.ts";
import type { ScratchDatabase } from "../../../ports/scratch.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { checkScript } from "../../../sql/check.ts";
import { switchedOffInVainBy } from "../../../sql/newer-setting.ts";
import { loadParser } from "../../../sql/parse.ts";
import { mapVerbatim, type SourceText } from "../../../sql/source.ts";
import { toolsInOneTransaction } from "../backfill/scratch-tools.ts";
import type { MigrationDatabase } from "../backfill/tools.ts";
import { isMissingObject, loadFailure, missingRole } from "./failure.ts";
import { awaitedRelation, isThere, type RelationName } from "./if-exists.ts";
import type { LoadStep } from "./material.ts";
import { execute, runScript, type ScriptStatement } from "./script.ts";
import { noteSkips, type Skips } from "./skipped.ts";
import { standInRole } from "./stand-in-role.ts";

export interface LoadOptions {
  readonly files: Files;
  /** Whether the order of the scripts is only a guess, as in a folder. */
  readonly anyOrder: boolean;
  /** Roles that the SQL names are made where the server is ours alone. */
  readonly mayMakeRoles: boolean;
  readonly loadModule: (path: string) => Promise<unknown>;
  readonly skips: Skips;
}

/** Thrown when the SQL needs roles and the server is one that others use too. */
export class RoleNeeded extends Error {
  override readonly name = "RoleNeeded";
}

export async function loadSteps(
  database: ScratchDatabase,
  steps: readonly LoadStep[],
  options: LoadOptions,
): Promise<void> {
  const session = await database.connect({ applicationName: "lockstep scratch" });
  noteSkips(session, options.skips);
  try {
    const deferred: Deferred[] = [];
    for (const step of steps) {
      await session.script("reset all");
      if (step.kind === "module") await runModule(session, step.path, options);
      else await loadScript({ session, database, step, deferred }, options);
    }
    await settle(session, deferred, options);
  } finally {
    await session.close();
  }
}

interface ScriptLoad {
  readonly session: Session;
  readonly database: ScratchDatabase;
  readonly step: LoadStep & { readonly kind: "script" };
  readonly deferred: Deferred[];
}

async function loadScript(load: ScriptLoad, options: LoadOptions): Promise<void> {
  const { session, database, step, deferred } = load;
  const together = step.together && (await mayRunTogether(step.source));
  const before = deferred.length;
  if (together) await session.script("begin");
  await runScript(step.source, {
    session,
    files: options.files,
    connection: { database: database.name, isAnywhere: true },
    run: async (statement) => {
      if (options.anyOrder) return await runOrDefer({ session, statement, deferred }, options);
      return await runNow({ session, statement, together }, options);
    },
  });
  if (together) await commit(session, step.source);
  const own = deferred.splice(before);
  for (const each of own) if (!(await isSkipped(session, each))) deferred.push(each);
}

/** The file itself makes the relation further down, so that its own order says that there was nothing to alter. */
async function isSkipped(session: Session, { awaits }: Deferred): Promise<boolean> {
  return awaits !== undefined && (await isThere(session, awaits));
}

/** What a deploy would run in one transaction; the values of an enum are usable only after it. */
async function mayRunTogether(source: SourceText): Promise<boolean> {
  let may = true;
  const check = checkScript(source, {
    parser: await loadParser(),
    onStatement: ({ facts }) => {
      const { kind } = facts.transaction;
      if (kind === "outside" || kind === "unknown" || facts.enumValue !== undefined) may = false;
    },
  });
  return may && check.transactions.kind === "none";
}

/** Deferred constraints speak up only here. */
async function commit(session: Session, source: SourceText): Promise<void> {
  try {
    await session.script("commit");
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const text = mapVerbatim(source, 0, 0);
    throw loadFailure(error, { text, where: { file: source.file }, wantsRows: false });
  }
}

/** A migration in TypeScript, run as a deploy runs it: in one transaction. */
async function runModule(session: Session, path: string, options: LoadOptions): Promise<void> {
  const exported = await options.loadModule(path);
  const up: unknown =
    typeof exported === "object" && exported !== null && "up" in exported ? exported.up : undefined;
  if (typeof up !== "function") {
    const message = `${path} exports no function named up.`;
    throw new LockstepError("DEPLOY.DATA_UNSUPPORTED", message, { where: { file: path } });
  }
  await session.script("begin");
  const query: MigrationDatabase["query"] = async (text, values) => ({
    rows: await session.query(text, values),
  });
  try {
    await up({ query }, toolsInOneTransaction({ query }));
    await session.script("commit");
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const text = mapVerbatim({ file: path, text: "" }, 0, 0);
    throw loadFailure(error, { text, where: { file: path }, wantsRows: false });
  }
}

interface Run {
  readonly session: Session;
  readonly statement: ScriptStatement;
  /** In a transaction, which an error would end. */
  readonly together: boolean;
}

async function runNow(
  { session, statement, together }: Run,
  options: LoadOptions,
): Promise<readonly Row[]> {
  try {
    if (!together) return await withRoles(session, statement, options);
    await session.script("savepoint lockstep_statement");
    return await withRoles(session, statement, options, async () => {
      await session.script("rollback to savepoint lockstep_statement");
    });
  } catch (error) {
    throw error instanceof ServerError ? loadFailure(error, statement) : error;
  }
}

/** Makes the roles that it names and the server lacks, if it may, and tries again. */
async function withRoles(
  session: Session,
  statement: ScriptStatement,
  options: LoadOptions,
  afterFailure: () => Promise<void> = async () => undefined,
): Promise<readonly Row[]> {
  const made = new Set<string>();
  for (;;) {
    try {
      return await execute(session, statement);
    } catch (error) {
      if (error instanceof ServerError && (await meansNothing(session, error, statement))) {
        await afterFailure();
        return [];
      }
      const role = error instanceof ServerError ? missingRole(error) : undefined;
      if (role === undefined || made.has(role)) throw error;
      if (!options.mayMakeRoles) throw new RoleNeeded(role);
      made.add(role);
      await afterFailure();
      await session.script(standInRole(role));
    }
  }
}

async function meansNothing(
  { server }: Session,
  { sqlState }: ServerError,
  { text }: ScriptStatement,
): Promise<boolean> {
  if (sqlState !== undefinedObject) return false;
  return switchedOffInVainBy(text.text, server.major, await loadParser()) !== undefined;
}

/** As the server says of a setting that it does not know. */
const undefinedObject = "42704";

/** A statement that did not succeed yet, with what it looks names up by. */
interface Deferred {
  readonly statement: ScriptStatement;
  readonly searchPath: string;
  /** A relation that it alters if it exists, and that did not exist yet. */
  readonly awaits?: RelationName;
  /** None yet of one that awaits a relation. */
  error?: ServerError;
}

interface Attempt {
  readonly session: Session;
  readonly statement: ScriptStatement;
  readonly deferred: Deferred[];
}

async function runOrDefer(
  { session, statement, deferred }: Attempt,
  options: LoadOptions,
): Promise<readonly Row[] | undefined> {
  const awaits = await awaitedRelation(session, statement.text.text);
  if (awaits !== undefined) {
    deferred.push({ statement, searchPath: await searchPathOf(session), awaits });
    return undefined;
  }
  try {
    return await withRoles(session, statement, options);
  } catch (error) {
    if (!(error instanceof ServerError) || statement.wantsRows) throw error;
    await endTransaction(session);
    deferred.push({ statement, searchPath: await searchPathOf(session), error });
    return undefined;
  }
}

async function searchPathOf(session: Session): Promise<string> {
  const [row] = await session.query("select current_setting('search_path') as path");
  const path = row?.["path"];
  return typeof path === "string" ? path : "";
}

/** A file's own BEGIN leaves a failed transaction behind, in which nothing could succeed. */
async function endTransaction(session: Session): Promise<void> {
  await session.script("rollback");
}

async function settle(
  session: Session,
  deferred: readonly Deferred[],
  options: LoadOptions,
): Promise<void> {
  let open = deferred;
  while (open.length > 0) {
    const failed: Deferred[] = [];
    for (const attempt of open) {
      if (!(await succeeds(session, attempt, options))) failed.push(attempt);
    }
    // What alters a relation that nobody makes does nothing.
    const wrong = failed.filter(({ error }) => error !== undefined);
    if (failed.length === open.length && wrong.length > 0) throw wrongOne(wrong);
    if (wrong.length === 0 && failed.length === open.length) {
      for (const { awaits } of failed) if (awaits !== undefined) options.skips.absent.add(awaits);
      return;
    }
    open = failed;
  }
}

async function succeeds(
  session: Session,
  attempt: Deferred,
  options: LoadOptions,
): Promise<boolean> {
  const path = quoteLiteral(attempt.searchPath);
  await session.script(`reset all; select set_config('search_path', ${path}, false)`);
  if (attempt.awaits !== undefined && !(await isThere(session, attempt.awaits))) return false;
  try {
    await withRoles(session, attempt.statement, options);
    return true;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    attempt.error = error;
    return false;
  }
}

/**
 * What lacks something may lack it only because another statement failed, so a failure of another sort is the one to
 * look at, and else one whose missing thing none of the others would make.
 */
function wrongOne(failed: readonly Deferred[]): Error {
  const made = failed.map(({ statement }) => statement.text.text.toLowerCase());
  const isMadeElsewhere = ({ error, statement }: Deferred): boolean => {
    const name = /"([^"]+)"/
      .exec(error?.message ?? "")?.[1]
      ?.split(".")
      .at(-1)
      ?.toLowerCase();
    const own = statement.text.text.toLowerCase();
    return name !== undefined && made.some((text) => text !== own && creates(text, name));
  };
  const wrong =
    failed.find(({ error }) => error !== undefined && !isMissingObject(error)) ??
    failed.find((attempt) => !isMadeElsewhere(attempt)) ??
    failed[0];
  if (wrong?.error === undefined) return new RoleNeeded("");
  return loadFailure(wrong.error, wrong.statement);
}

/** Only to choose which of several true errors is shown first; nothing else depends on it. */
function creates(text: string, name: string): boolean {
  return text.startsWith("create") && text.slice(0, 200).includes(name);
}
