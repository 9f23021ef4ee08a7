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
import { loadFailure, missingRole } from "./failure.ts";
import { awaitedRelation, isThere, type RelationName } from "./if-exists.ts";
import { isLast, type LoadStep } from "./material.ts";
import { execute, runScript, type ScriptStatement } from "./script.ts";
import { depthOfPartitioned } from "./partitions-last.ts";
import { isShellAgain } from "./shell-again.ts";
import { noteSkips, type Skips } from "./skipped.ts";
import { standInRole } from "./stand-in-role.ts";
import { wrongOne } from "./wrong-one.ts";

export interface LoadOptions {
  readonly files: Files;
  /** Whether the order of the scripts is only a guess, as in a folder. */
  readonly anyOrder: boolean;
  /** Indexes and keys of partitioned tables wait for everything else. */
  readonly partitionedLast: boolean;
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
      if (options.anyOrder && isLast(step)) await settle(session, deferred.splice(0), options);
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
      if (
        error instanceof ServerError &&
        (await meansNothing({ session, statement }, error, options))
      ) {
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
  { session, statement }: Pick<Run, "session" | "statement">,
  error: ServerError,
  { anyOrder }: LoadOptions,
): Promise<boolean> {
  const { text } = statement.text;
  if (anyOrder && (await isShellAgain(session, error, text))) return true;
  if (error.sqlState !== undefinedObject) return false;
  return switchedOffInVainBy(text, session.server.major, await loadParser()) !== undefined;
}

/** As the server says of a setting that it does not know. */
const undefinedObject = "42704";

/** A statement that did not succeed yet, with what it looks names up by. */
interface Deferred {
  readonly statement: ScriptStatement;
  readonly searchPath: string;
  /** A relation that it alters if it exists, and that did not exist yet. */
  readonly awaits?: RelationName;
  /** None yet of one that awaits a relation, or everything else. */
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
  if (await waitsForPartitions({ session, statement, deferred }, options)) {
    deferred.push({ statement, searchPath: await searchPathOf(session) });
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

/** Also behind a statement of its own file that did not succeed yet: that may make a partition. */
async function waitsForPartitions(
  {
    session,
    statement,
    deferred,
  }: Omit<Attempt, "deferred"> & { readonly deferred: readonly Deferred[] },
  { partitionedLast }: LoadOptions,
): Promise<boolean> {
  const { text, where } = statement;
  const isBehind = deferred.some((other) => other.statement.where.file === where.file);
  if (!partitionedLast && !isBehind) return false;
  return (await depthOfPartitioned(session, text.text)) !== undefined;
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
      if (!(await succeeds({ session, attempt, before: failed }, options))) failed.push(attempt);
    }
    if (failed.length === open.length) {
      const done = await deepestOf(session, failed, options);
      if (done !== undefined) {
        open = failed.filter((each) => each !== done);
        continue;
      }
    }
    // What alters a relation that nobody makes does nothing.
    const wrong = failed.filter(({ error }) => error !== undefined);
    if (failed.length === open.length && wrong.length > 0) throw failureOf(wrong);
    if (wrong.length === 0 && failed.length === open.length) {
      for (const { awaits } of failed) if (awaits !== undefined) options.skips.absent.add(awaits);
      return;
    }
    open = failed;
  }
}

/** Of what waited for everything else the first that succeeds now, those of the deepest tables first. */
async function deepestOf(
  session: Session,
  waiting: readonly Deferred[],
  options: LoadOptions,
): Promise<Deferred | undefined> {
  const late: { readonly attempt: Deferred; readonly depth: number }[] = [];
  for (const attempt of waiting) {
    await lookUpAs(session, attempt);
    const depth = await depthOfPartitioned(session, attempt.statement.text.text);
    if (depth !== undefined) late.push({ attempt, depth });
  }
  for (const { attempt } of late.toSorted((left, right) => right.depth - left.depth)) {
    const now = { ...options, partitionedLast: false };
    if (await succeeds({ session, attempt, before: [] }, now)) return attempt;
  }
  return undefined;
}

/** With the names that it was written with. */
async function lookUpAs(session: Session, { searchPath }: Deferred): Promise<void> {
  const path = quoteLiteral(searchPath);
  await session.script(`reset all; select set_config('search_path', ${path}, false)`);
}

interface Again {
  readonly session: Session;
  readonly attempt: Deferred;
  /** What was tried before it and did not succeed. */
  readonly before: readonly Deferred[];
}

async function succeeds(
  { session, attempt, before }: Again,
  options: LoadOptions,
): Promise<boolean> {
  await lookUpAs(session, attempt);
  if (attempt.awaits !== undefined && !(await isThere(session, attempt.awaits))) return false;
  const { statement } = attempt;
  if (await waitsForPartitions({ session, statement, deferred: before }, options)) return false;
  try {
    await withRoles(session, attempt.statement, options);
    return true;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    attempt.error = error;
    return false;
  }
}

function failureOf(failed: readonly Deferred[]): Error {
  const { error, statement } = wrongOne(failed) ?? {};
  return error === undefined || statement === undefined
    ? new RoleNeeded("")
    : loadFailure(error, statement);
}
