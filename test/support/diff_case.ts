/**
 * One case of a diff corpus: two complete schemas. The plan of each direction is applied to the one and must give
 * the other, judged by the independent oracle; then there is nothing left to do.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { postgresDatabase } from "../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../src/adapters/postgres/settings.ts";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { LockstepError } from "../../src/core/errors.ts";
import { planSchema, type SchemaPlan } from "../../src/plan/schema_plan.ts";
import { planSql } from "../../src/plan/statement_text.ts";
import type { Session } from "../../src/ports/database.ts";

export type Outcome =
  | "converged"
  | "column order"
  | "refused"
  | "wrong"
  | "failed"
  | "crashed"
  | "unloadable";

export interface DirectionResult {
  readonly direction: "forward" | "backward";
  readonly outcome: Outcome;
  /** The refusal's code, or the first line of what went wrong. */
  readonly reason: string;
  readonly details: readonly string[];
  readonly sql: string;
}

export interface CaseServer {
  /** Of the maintenance database. */
  readonly url: string;
  readonly oracle: string;
}

export async function runCase(
  server: CaseServer,
  folder: string,
): Promise<readonly DirectionResult[]> {
  const admin = await open(server.url);
  const names = ["a", "b"].map((side) => `diff_${randomBytes(6).toString("hex")}_${side}`);
  const [beforeName = "", afterName = ""] = names;
  const sessions: Session[] = [];
  try {
    const cluster = join(folder, "cluster.sql");
    if (existsSync(cluster))
      await admin.script(readFileSync(cluster, "utf8")).catch(() => undefined);
    for (const name of names) await admin.script(`create database ${name} template template0`);
    const [before, after] = [
      await openDatabase(server.url, beforeName),
      await openDatabase(server.url, afterName),
    ];
    sessions.push(before, after);
    const unloadable =
      (await load(before, join(folder, "before.sql"))) ??
      (await load(after, join(folder, "after.sql")));
    if (unloadable !== undefined)
      return [unloaded("forward", unloadable), unloaded("backward", unloadable)];
    return await bothWays(server, before, after);
  } finally {
    await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
    for (const name of names)
      await admin.script(`drop database if exists ${name} with (force)`).catch(() => undefined);
    await admin.close();
  }
}

async function bothWays(
  server: CaseServer,
  before: Session,
  after: Session,
): Promise<readonly DirectionResult[]> {
  const [lines, otherLines] = [
    await oracle(before, server.oracle),
    await oracle(after, server.oracle),
  ];
  const [from, to] = [await readCatalog(before), await readCatalog(after)];
  return [
    await direction({ name: "forward", work: before, from, to, wanted: otherLines, server }),
    await direction({ name: "backward", work: after, from: to, to: from, wanted: lines, server }),
  ];
}

type Catalog = Awaited<ReturnType<typeof readCatalog>>;

interface Direction {
  readonly name: "forward" | "backward";
  readonly work: Session;
  readonly from: Catalog;
  readonly to: Catalog;
  readonly wanted: readonly string[];
  readonly server: CaseServer;
}

async function direction(input: Direction): Promise<DirectionResult> {
  const { name, work, from, to, wanted, server } = input;
  let plan: SchemaPlan;
  try {
    plan = planSchema(from, to);
  } catch (error) {
    if (error instanceof LockstepError) {
      return {
        direction: name,
        outcome: "refused",
        reason: error.code,
        details: [error.message, ...error.notes],
        sql: "",
      };
    }
    return {
      direction: name,
      outcome: "crashed",
      reason: String(error),
      details: [stackOf(error)],
      sql: "",
    };
  }
  const sql = planSql(plan.segments);
  try {
    await work.script(`set check_function_bodies = off`);
    for (const { transaction, steps } of plan.segments) {
      const statements = steps.flatMap((step) => step.statements);
      if (!transaction) for (const statement of statements) await work.script(statement);
      else await work.script(`begin;\n${statements.join(";\n")};\ncommit`);
    }
  } catch (error) {
    await work.script("rollback").catch(() => undefined);
    return { direction: name, outcome: "failed", reason: String(error), details: [], sql };
  }
  const lines = await oracle(work, server.oracle);
  const result = await readCatalog(work);
  const rest = planSql(planSchema(result, to).segments);
  const differences = differing(lines, wanted);
  const orderless = differing(lines.map(withoutOrder), wanted.map(withoutOrder));
  if (orderless.length > 0 || rest.trim() !== "") {
    const reason = orderless[0] ?? `not empty: ${rest.slice(0, 200)}`;
    return { direction: name, outcome: "wrong", reason, details: [...orderless, rest], sql };
  }
  const outcome = differences.length > 0 ? "column order" : "converged";
  return { direction: name, outcome, reason: "", details: [], sql };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Physical order of columns, and of the items of an access list, is not what a plan can bring about. */
function withoutOrder(line: string): string {
  return line
    .replace(/^(col \S.*? )#\d+ /, "$1")
    .replace(/^(seq .* owned \S+)\.\d+ ([ai])$/, "$1 $2")
    .replace(/acl=\{([^}]*)\}/, sortedList);
}

/** The server keeps rights that somebody touched as a list, also when they are the default again. */
function sortedList(_match: string, list: string): string {
  const items = list.split(",").toSorted();
  const owned = items.length === 1 && /^(\w+)=(arwdDxtm?|rwU|U|X|UC)\/\1$/.test(items[0] ?? "");
  return owned || isPublicDefault(items) ? "acl=" : `acl={${items.join(",")}}`;
}

function isPublicDefault(items: readonly string[]): boolean {
  const [open = "", own = ""] = items;
  return items.length === 2 && /^=[UX]\//.test(open) && /^(\w+)=[UX]\/\1$/.test(own);
}

function differing(have: readonly string[], want: readonly string[]): readonly string[] {
  const [haveSet, wantSet] = [new Set(have), new Set(want)];
  return [
    ...have.filter((line) => !wantSet.has(line)).map((line) => `- have ${line}`),
    ...want.filter((line) => !haveSet.has(line)).map((line) => `+ want ${line}`),
  ];
}

function unloaded(direction: "forward" | "backward", reason: string): DirectionResult {
  return { direction, outcome: "unloadable", reason, details: [], sql: "" };
}

async function load(session: Session, path: string): Promise<string | undefined> {
  try {
    await session.script(readFileSync(path, "utf8"));
    await session.script("reset all").catch(() => undefined);
    return undefined;
  } catch (error) {
    return `${path.split("/").at(-1) ?? ""}: ${String(error)}`;
  }
}

async function oracle(session: Session, text: string): Promise<readonly string[]> {
  const results = await session.script(text);
  await session.script("reset all");
  const rows = results.at(-1)?.rows ?? [];
  return rows.map((row) => String(row["line"])).filter((line) => !/^(role|mem) /.test(line));
}

async function open(url: string): Promise<Session> {
  return await postgresDatabase(resolveTarget({ url, environment: {} })).connect();
}

async function openDatabase(url: string, database: string): Promise<Session> {
  return await postgresDatabase(resolveTarget({ url, environment: {} })).connect({ database });
}
