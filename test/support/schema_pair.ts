/**
 * Two complete schemas, and the plan of each direction between them: applied to the one, with rows in it, it must give
 * the other, judged by the independent oracle where that is there; then nothing is left to do, and the rows that the
 * plan did not announce to drop are still there.
 */
import { randomBytes } from "node:crypto";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import type { Catalog } from "../../src/catalog/fact.ts";
import { compareCatalogs, isEmptyDifference } from "../../src/catalog/compare.ts";
import { LockstepError } from "../../src/core/errors.ts";
import { planSchema, type SchemaPlan } from "../../src/plan/schema_plan.ts";
import { planSql } from "../../src/plan/statement_text.ts";
import { quoteLiteral, quoteQualifiedName } from "../../src/sql/quote.ts";
import type { Session } from "../../src/ports/database.ts";
import { countFunction, seedFunction, seedRows } from "./seed_rows.ts";
import { databaseOf } from "./sessions.ts";

/**
 * `checked`: the plan's own checks found rows that stand in the way, and nothing was changed; with the tables empty that
 * they named, the same plan converged and kept the rows of all others.
 * `column order`: equal but for the physical order of columns, which nothing but a new table can change.
 * `rights as text`: equal, and a list of rights is written out that was absent, or has another order: the server never
 * goes back to none.
 */
export type Outcome =
  | "converged"
  | "column order"
  | "rights as text"
  | "checked"
  | "refused"
  | "rows"
  | "wrong"
  | "failed"
  | "unloadable";

export interface DirectionResult {
  readonly direction: "forward" | "backward";
  readonly outcome: Outcome;
  /** A refusal's code, or the first line of what is wrong. */
  readonly reason: string;
  readonly details: readonly string[];
  readonly sql: string;
}

export interface CaseServer {
  /** Of the maintenance database. */
  readonly url: string;
  /** The oracle's text; undefined: the reader's own comparison alone. */
  readonly oracle: string | undefined;
  readonly withRows: boolean;
  /** By default `keep`. */
  readonly columnOrder?: "keep" | "rebuild";
}

/** Both sides as something that fills a database, or as databases to copy; what a loader returns is why it could not. */
export interface SchemaPair {
  readonly before?: SideLoader;
  readonly after?: SideLoader;
  readonly templates?: { readonly before: string; readonly after: string };
  /** Rows of the before-side, beside the ones that every table gets. */
  readonly seed?: string;
}

export type SideLoader = (session: Session) => Promise<string | undefined>;

export async function runPair(
  server: CaseServer,
  pair: SchemaPair,
): Promise<readonly DirectionResult[]> {
  const admin = await databaseOf(server.url).connect();
  const base = `diff_${randomBytes(6).toString("hex")}`;
  const { templates } = pair;
  const [before, after] = [
    await side(server, admin, { name: `${base}_a`, template: templates?.before }),
    await side(server, admin, { name: `${base}_b`, template: templates?.after }),
  ];
  try {
    const problem = (await pair.before?.(before.session)) ?? (await pair.after?.(after.session));
    if (problem !== undefined) {
      const unloaded = { outcome: "unloadable", reason: problem, details: [], sql: "" } as const;
      return [
        { direction: "forward", ...unloaded },
        { direction: "backward", ...unloaded },
      ];
    }
    return await bothWays(server, pair, [before, after]);
  } finally {
    for (const { session, name } of [before, after]) {
      await session.close().catch(() => undefined);
      await admin.script(`drop database if exists ${name} with (force)`).catch(() => undefined);
    }
    await admin.close();
  }
}

interface OpenSide {
  readonly name: string;
  readonly session: Session;
}

async function side(
  server: CaseServer,
  admin: Session,
  {
    name,
    template = "template0",
  }: { readonly name: string; readonly template: string | undefined },
): Promise<OpenSide> {
  await admin.script(`create database ${name} template ${template}`);
  return { name, session: await databaseOf(server.url).connect({ database: name }) };
}

async function bothWays(
  server: CaseServer,
  { seed }: SchemaPair,
  [{ session: before }, { session: after }]: readonly [OpenSide, OpenSide],
): Promise<readonly DirectionResult[]> {
  const [lines, otherLines] = [await judge(before, server), await judge(after, server)];
  const [from, to] = [await readCatalog(before), await readCatalog(after)];
  if (seed !== undefined) await before.script(seed);
  if (server.withRows) for (const session of [before, after]) await fill(session);
  return [
    await direction("forward", { work: before, from, to, wanted: otherLines, server }),
    await direction("backward", { work: after, from: to, to: from, wanted: lines, server }),
  ];
}

function optionsOf({ columnOrder = "keep" }: CaseServer): {
  readonly columnOrder: "keep" | "rebuild";
} {
  return { columnOrder };
}

async function fill(session: Session): Promise<void> {
  await session.script(seedFunction);
  await session.script(countFunction);
  await session.script(seedRows);
}

interface Direction {
  readonly work: Session;
  readonly from: Catalog;
  readonly to: Catalog;
  readonly wanted: readonly string[];
  readonly server: CaseServer;
}

async function direction(
  name: DirectionResult["direction"],
  input: Direction,
): Promise<DirectionResult> {
  const { work, from, to, server } = input;
  let plan: SchemaPlan;
  try {
    plan = planSchema(from, to, optionsOf(server));
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const { code, message, notes } = error;
    return {
      direction: name,
      outcome: "refused",
      reason: code,
      details: [message, ...notes],
      sql: "",
    };
  }
  const sql = planSql(plan.segments);
  const rows = server.withRows ? await countRows(work) : new Map<string, number>();
  const failure = await apply(work, plan);
  if (failure?.includes("DIFF.ROWS: ") === true) {
    return { direction: name, sql, ...(await withoutRows(input, { plan, failure })) };
  }
  if (failure !== undefined) {
    return { direction: name, outcome: "failed", reason: failure, details: [], sql };
  }
  const lost = server.withRows ? lostRows(rows, await countRows(work), plan) : [];
  return { direction: name, sql, ...(await verdict(input, lost)) };
}

interface Stopped {
  readonly plan: SchemaPlan;
  readonly failure: string;
}

/**
 * A check must have left everything as it was, but for values of enums that had to be committed before; with the rows gone
 * that it named the same plan goes through, or the one for what is left.
 */
async function withoutRows(input: Direction, { plan, failure }: Stopped): Promise<Verdict> {
  const { work, from, to, server } = input;
  let stopped = failure;
  let next = plan;
  // What is asked in the middle of a plan speaks up when what is asked first is content.
  for (let left = checksMax; ; left -= 1) {
    const reached = await readCatalog(work);
    const rest = planSql(planSchema(reached, from).segments);
    if (rest !== "" && !hasNewValuesAlone(from, reached))
      return { outcome: "wrong", reason: "a check changed something", details: [rest] };
    if (rest !== "") next = planSchema(reached, to, optionsOf(server));
    await emptyWhatStandsInTheWay(input, { plan: next, failure: stopped });
    const rows = await countRows(work);
    const again = await apply(work, next);
    if (again === undefined) {
      const found = await verdict(input, lostRows(rows, await countRows(work), next));
      return found.outcome === "converged"
        ? { outcome: "checked", reason: failure, details: [] }
        : found;
    }
    if (left === 0 || !again.includes("DIFF.ROWS: ") || again === stopped) {
      return { outcome: "failed", reason: again, details: [failure] };
    }
    stopped = again;
  }
}

const checksMax = 6;

function hasNewValuesAlone(before: Catalog, after: Catalog): boolean {
  const { added, removed, changed } = compareCatalogs(before, after, "strict");
  if (added.length + removed.length > 0) return false;
  return changed.every(
    ({ from, to }) =>
      from.kind === "enum" &&
      to.kind === "enum" &&
      from.payload.labels.every((label) => to.payload.labels.includes(label)),
  );
}

/** A check in the middle of the plan can't be asked by itself: the one that stopped it has said so. */
async function emptyWhatStandsInTheWay(
  { work, from }: Direction,
  { plan, failure }: Stopped,
): Promise<void> {
  for (const { check, statements } of plan.segments.flatMap(({ steps }) => steps)) {
    const table = check === undefined ? undefined : from.facts.get(check.table);
    if (check === undefined || table === undefined) continue;
    const refusal = failure.includes(check.reason) ? failure : await refusalOf(work, statements);
    if (refusal?.includes("DIFF.ROWS: ") !== true) continue;
    await work.script(emptying(quoteQualifiedName(table.name.schema, table.name.name)));
  }
}

/** The table and those below it, but for foreign ones. */
function emptying(table: string): string {
  return `do $empty$
declare each regclass;
begin
  for each in
    with recursive below (oid) as (
      select ${quoteLiteral(table)}::regclass::oid
      union select i.inhrelid from pg_inherits i join below b on i.inhparent = b.oid
    )
    select c.oid from below b join pg_class c on c.oid = b.oid where c.relkind = 'r'
  loop
    execute format('truncate only %s cascade', each);
  end loop;
end $empty$`;
}

async function refusalOf(
  work: Session,
  statements: readonly string[],
): Promise<string | undefined> {
  try {
    for (const statement of statements) await work.script(statement);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

async function apply(work: Session, plan: SchemaPlan): Promise<string | undefined> {
  await work.script("set check_function_bodies = off");
  try {
    for (const { transaction, steps } of plan.segments) {
      const statements = steps.flatMap((step) => step.statements);
      if (transaction) await work.script(`begin;\n${statements.join(";\n")};\ncommit`);
      else for (const statement of statements) await work.script(statement);
    }
    return undefined;
  } catch (error) {
    await work.script("rollback").catch(() => undefined);
    return String(error);
  }
}

type Verdict = Pick<DirectionResult, "outcome" | "reason" | "details">;

async function verdict(input: Direction, lost: readonly string[]): Promise<Verdict> {
  const { work, to, wanted, server } = input;
  const lines = await judge(work, server);
  const reached = await readCatalog(work);
  const rest = planAgain(reached, to, server);
  if (rest instanceof LockstepError) {
    return { outcome: "refused", reason: rest.code, details: [rest.message] };
  }
  const different = differing(lines.map(settled), wanted.map(settled));
  if (different.length > 0 || rest !== "") {
    const reason = different[0] ?? `not empty: ${rest.slice(0, 200)}`;
    return { outcome: "wrong", reason, details: [...different, rest] };
  }
  if (lost.length > 0) return { outcome: "rows", reason: lost[0] ?? "", details: lost };
  const details = differing(lines, wanted);
  const isStrict = isEmptyDifference(compareCatalogs(reached, to, "strict"));
  if (details.length === 0 && isStrict) return { outcome: "converged", reason: "", details };
  const isOrdered =
    isStrict && differing(lines.map(withoutRights), wanted.map(withoutRights)).length === 0;
  return { outcome: isOrdered ? "rights as text" : "column order", reason: "", details };
}

/** What lacks after all, for which there may be no statement: then the proof refuses the plan before anybody gets it. */
function planAgain(reached: Catalog, to: Catalog, server: CaseServer): string | LockstepError {
  try {
    return planSql(planSchema(reached, to, optionsOf(server)).segments);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}

async function countRows(session: Session): Promise<ReadonlyMap<string, number>> {
  const rows = await session.query("select * from pg_temp.count_rows()");
  return new Map(rows.map((row) => [String(row["name"]), Number(row["rows"])]));
}

/** Tables of both sides that have fewer rows than before although no step said so. */
function lostRows(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  plan: SchemaPlan,
): readonly string[] {
  const announced = plan.drops.some(({ kind }) => kind === "table");
  return [...before].flatMap(([name, count]) => {
    const left = after.get(name);
    if (left === undefined || left >= count || announced) return [];
    return [`${name} had ${count} rows and has ${left}`];
  });
}

async function judge(session: Session, server: CaseServer): Promise<readonly string[]> {
  if (server.oracle === undefined) return [];
  const results = await session.script(server.oracle);
  await session.script("reset all");
  const rows = results.at(-1)?.rows ?? [];
  // Roles are the whole cluster's, and pg_temp is the test's own.
  return rows
    .map((row) => String(row["line"]))
    .filter((line) => !/^(role|mem) /.test(line) && !/^(proc|schema) pg_temp/.test(line));
}

function differing(have: readonly string[], want: readonly string[]): readonly string[] {
  const [haveSet, wantSet] = [new Set(have), new Set(want)];
  return [
    ...have.filter((line) => !wantSet.has(line)).map((line) => `- have ${line}`),
    ...want.filter((line) => !haveSet.has(line)).map((line) => `+ want ${line}`),
  ];
}

function settled(line: string): string {
  return withoutRights(withoutOrder(line));
}

/** Physical order of columns is not what a plan brings about, unless it is asked for. */
function withoutOrder(line: string): string {
  return line
    .replace(/^(col \S.*? )#\d+ /, "$1")
    .replace(/"attnames": \[([^\]]*)\]/, (_match, list: string) =>
      list.split(", ").toSorted().join(", "),
    )
    .replace(/^(seq .* owned \S+)\.\d+ ([ai])$/, "$1 $2");
}

/**
 * Names of the server's own parts of foreign keys to partitions, rights on the functions that come with a range type,
 * and the order of the items of an access list, are not what a plan can bring about.
 */
function withoutRights(line: string): string {
  const plain = line
    .replace(
      / opts=\{([^}]*)\}/,
      (_match, list: string) => ` opts=${list.split(",").toSorted().join()}`,
    )
    .replace(/^(con .*?)(?:_\d+)+ (FOREIGN KEY )/, "$1 $2")
    .replace(/^(con .*?_fkey)\d+ (FOREIGN KEY )/, "$1 $2")
    .replace(/^(proc \S+_?(?:range|multirange|ranges)\(.*\) own=\S+) acl=\S*/, "$1")
    .replace(/^schema (.+) \{([^}]*)\}/, "schema $1 acl={$2}");
  return rightsInOneOrder(plain).replace(/^(schema .+) acl=\w+$/, "$1 ");
}

/** The order in which rights were granted is no difference. */
export function rightsInOneOrder(line: string): string {
  return line.replace(/acl=\{([^}]*)\}/, sortedList);
}

/** The server keeps rights that somebody touched as a list, also when they are the default again. */
function sortedList(_match: string, list: string): string {
  const items = list.split(",").toSorted();
  const isOwned = items.length === 1 && /^(\w+)=(arwdDxtm?|rwU|U|X|UC)\/\1$/.test(items[0] ?? "");
  return isOwned || isPublicDefault(items) ? "acl=" : `acl={${items.join(",")}}`;
}

function isPublicDefault(items: readonly string[]): boolean {
  const [open = "", own = ""] = items;
  return items.length === 2 && /^=[UX]\//.test(open) && /^(\w+)=[UX]\/\1$/.test(own);
}
