/**
 * Deploys one project of the corpora with the built program, as a user would, and says what came of it. A trial that
 * ends otherwise than its table says is a fault, told in words; it is the caller's to count them.
 */
import { rm } from "node:fs/promises";
import { nodeFiles } from "../../src/adapters/node/files.ts";
import { readConfig } from "../../src/adapters/node/config.ts";
import { readProject } from "../../src/adapters/node/project.ts";
import { LockstepError } from "../../src/core/errors.ts";
import type { Project } from "../../src/project/project.ts";
import { runLockstep } from "../../test/support/lockstep.ts";
import { oraclePresent } from "../../test/support/oracle.ts";
import { deployByPsql, psqlPresent } from "./by-psql.ts";
import { createDatabase, dropDatabase, administer, type CorpusDatabase } from "./cluster.ts";
import { layOut } from "./folder.ts";
import { differences, userLines } from "./lines.ts";
import type { CorpusProject, Expectation, WaysBack } from "./project.ts";
import { tryWaysBack } from "./ways-back.ts";

export interface Trial {
  readonly name: string;
  readonly major: number;
  /** How its names were read. */
  readonly format: string;
  readonly migrations: number;
  readonly applied: number;
  readonly seconds: number;
  readonly outcome: string;
  readonly where: string;
  /** The error's first line. */
  readonly message: string;
  readonly byPsql: string;
  readonly waysBack: WaysBack | undefined;
  /** What is not as the table says; empty when all is well. */
  readonly faults: readonly string[];
}

export interface TrialOptions {
  readonly major: number;
  readonly waysBack: boolean;
  /** One way back of so many. */
  readonly every?: number;
}

export async function tryProject(corpus: CorpusProject, options: TrialOptions): Promise<Trial> {
  const databases: CorpusDatabase[] = [];
  const folder = await layOut(corpus);
  const make = async (): Promise<CorpusDatabase> => {
    const database = await createDatabase(options.major);
    databases.push(database);
    return database;
  };
  try {
    if (corpus.prepare !== undefined) await administer(options.major, corpus.prepare);
    return await tryIn({ corpus, folder, make, ...options });
  } finally {
    for (const database of databases) await dropDatabase(options.major, database);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Place extends TrialOptions {
  readonly corpus: CorpusProject;
  readonly folder: string;
  readonly make: () => Promise<CorpusDatabase>;
}

async function tryIn(place: Place): Promise<Trial> {
  const { corpus, major } = place;
  const project = await readQuietly(place.folder);
  const whole = await place.make();
  const startedMs = performance.now();
  const first = await deploy(place, whole.url);
  const seconds = (performance.now() - startedMs) / 1000;
  const expected = corpus.expectedOn?.[major] ?? corpus.expected;
  const faults = compareWith(expected, first);
  const isDeployed = first.outcome === "deployed" && project !== undefined;
  const more = isDeployed ? await tryMore({ ...place, project, whole }) : nothingMore;
  return {
    name: corpus.name,
    major,
    format: formatOf(project),
    migrations: project?.migrations.length ?? 0,
    applied: first.applied,
    seconds,
    outcome: first.outcome,
    where: first.where,
    message: first.message,
    byPsql: more.byPsql,
    waysBack: more.waysBack,
    faults: [...faults, ...more.faults],
  };
}

type More = Pick<Trial, "byPsql" | "waysBack" | "faults">;
const nothingMore: More = { byPsql: "", waysBack: undefined, faults: [] };

interface Deployed extends Place {
  readonly project: Project;
  readonly whole: CorpusDatabase;
}

async function tryMore(place: Deployed): Promise<More> {
  const { project, whole } = place;
  const faults: string[] = [];
  const again = await deploy(place, whole.url);
  if (again.outcome !== "nothing-to-do") faults.push(`deployed again: ${again.outcome}`);
  if (!oraclePresent) return { byPsql: "no oracle", waysBack: undefined, faults };
  const lines = await userLines(whole.url);
  faults.push(...(await tryInTwoParts(place, lines)));
  const byPsql = await compareWithPsql(place, lines);
  if (byPsql.startsWith("differs")) faults.push(byPsql);
  const hasWaysBack = place.waysBack && project.migrations.some(({ down }) => down !== undefined);
  if (!hasWaysBack) return { byPsql, waysBack: undefined, faults };
  const { folder, major, every = 1 } = place;
  const waysBack = await tryWaysBack({ folder, major, project, every });
  const wanted = every === 1 ? place.corpus.restored : undefined;
  if (wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(waysBack)) {
    faults.push(`ways back: ${JSON.stringify(waysBack)}, expected ${JSON.stringify(wanted)}`);
  }
  return { byPsql, waysBack, faults };
}

/** Half of the history, then the rest, must be the whole. */
async function tryInTwoParts(
  place: Deployed,
  lines: readonly string[],
): Promise<readonly string[]> {
  const { project, make } = place;
  const own = project.migrations.filter(({ id }) => !project.baseline?.includedIds.includes(id));
  const middle = own[Math.floor(own.length / 2) - 1];
  if (middle === undefined) return [];
  const parts = await make();
  const half = await deploy(place, parts.url, ["--to", middle.id]);
  const rest = await deploy(place, parts.url);
  if (half.outcome !== "deployed" || rest.outcome !== "deployed") {
    return [`in two parts: ${half.outcome}, then ${rest.outcome}: ${half.message}${rest.message}`];
  }
  const found = differences(lines, await userLines(parts.url));
  return found.length === 0
    ? []
    : [`in two parts, to ${middle.id}: ${found.slice(0, 3).join("; ")}`];
}

async function compareWithPsql(place: Deployed, lines: readonly string[]): Promise<string> {
  const { corpus, folder, make, project } = place;
  if (corpus.notByPsql !== undefined) return `not compared: ${corpus.notByPsql}`;
  if (!psqlPresent) return "no psql";
  const database = await make();
  try {
    const inTransactions = corpus.inTransactions === true;
    await deployByPsql({ folder, url: database.url, project, inTransactions });
  } catch (error) {
    return `differs from psql, which stops: ${String(error)}`;
  }
  const found = differences(await userLines(database.url), lines);
  return found.length === 0 ? "equal" : `differs from psql: ${found.slice(0, 3).join("; ")}`;
}

function compareWith(expected: Expectation, found: Deploy): readonly string[] {
  const faults: string[] = [];
  if (found.outcome !== expected.outcome) {
    faults.push(
      `${found.outcome}, expected ${expected.outcome}: ${found.where} ${found.message}`.trimEnd(),
    );
  } else if (expected.where !== undefined && expected.where !== found.where) {
    faults.push(`the error is at ${found.where}, expected at ${expected.where}`);
  }
  return faults;
}

interface Deploy {
  readonly outcome: string;
  readonly applied: number;
  readonly where: string;
  readonly message: string;
}

/** What `lockstep deploy --json` prints; only what is looked at here. */
interface Answer {
  readonly outcome?: string;
  readonly applied?: readonly unknown[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly where?: { readonly file: string; readonly line?: number };
  };
}

async function deploy(place: Place, url: string, flags: readonly string[] = []): Promise<Deploy> {
  const options = { cwd: place.folder, env: { DATABASE_URL: url, CI: "1" } };
  const run = await runLockstep(["deploy", "--json", ...flags], options);
  if (run.stdout === "") {
    const outcome = `exit code ${run.exitCode ?? run.signal ?? "?"} without an answer`;
    return { outcome, applied: 0, where: "", message: run.stderr.trim() };
  }
  // What lockstep itself prints; a field that is not there shows as an outcome that nobody expects.
  const { outcome = `exit code ${run.exitCode}`, applied = [], error } = run.json() as Answer;
  if (error === undefined) return { outcome, applied: applied.length, where: "", message: "" };
  const parts = [error.where?.file, error.where?.line].filter((part) => part !== undefined);
  return { outcome: error.code, applied: 0, where: parts.join(":"), message: error.message };
}

/** Undefined where the files are refused; the deploy then says why. */
async function readQuietly(folder: string): Promise<Project | undefined> {
  const files = nodeFiles(folder);
  try {
    return await readProject({ files, config: await readConfig({ files, environment: {} }) });
  } catch (error) {
    if (error instanceof LockstepError) return undefined;
    throw error;
  }
}

function formatOf(project: Project | undefined): string {
  if (project === undefined) return "";
  const counts = new Map<string, number>();
  for (const { naming } of project.migrations) counts.set(naming, (counts.get(naming) ?? 0) + 1);
  const [most] = [...counts].toSorted((left, right) => right[1] - left[1]);
  const parts = [
    ...(project.baseline === undefined ? [] : ["baseline"]),
    ...(most ?? []).slice(0, 1),
  ];
  return parts.join(" + ");
}
