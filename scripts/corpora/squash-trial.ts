/**
 * Squashes one project of the corpora with the built program, as a user would: an old database before it, one in the
 * middle of the history, and a new one after it must all be the same, rows included, and the old one must not notice.
 */
import pg from "pg";
import { runLockstep, type LockstepRun } from "../../test/support/lockstep.ts";
import type { CorpusDatabase } from "./cluster.ts";
import { differences, userLines, withoutGaps } from "./lines.ts";
import type { CorpusProject } from "./project.ts";
import { inPlace, type Place } from "./trials.ts";

export interface SquashTrial {
  readonly name: string;
  readonly major: number;
  readonly migrations: number;
  readonly rows: number;
  readonly seconds: number;
  /** `proved`, or why there was nothing to try. */
  readonly outcome: string;
  readonly faults: readonly string[];
}

export interface SquashOptions {
  /** Whether `lockstep test` has to prove the squashed project as well. */
  readonly proveAgain: boolean;
}

export async function trySquash(
  corpus: CorpusProject,
  major: number,
  options: SquashOptions = { proveAgain: true },
): Promise<SquashTrial> {
  return await inPlace(corpus, major, (place) => tryIn(place, options));
}

/** What `lockstep squash --json` prints; only what is looked at here. */
interface Answer {
  readonly replaces?: number;
  readonly rows?: number;
  readonly findings?: readonly { readonly code: string; readonly message: string }[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly notes?: readonly string[];
  };
}

async function tryIn(place: Place, { proveAgain }: SquashOptions): Promise<SquashTrial> {
  const { corpus, major, make } = place;
  const [old, middle, fresh] = [await make(), await make(), await make()];
  const common = { name: corpus.name, major };
  const first = await deploy(place, old);
  if (first.exitCode !== 0) {
    return { ...common, ...none, outcome: "not deployed", faults: [] };
  }
  const half = await deployHalf(place, middle);
  const before = await userLines(old.url);
  const startedMs = performance.now();
  const flags = ["squash", "--release", "v1.0.0", "--major", String(major), "--json"];
  const squashed = await runLockstep(flags, { cwd: place.folder });
  const seconds = (performance.now() - startedMs) / 1000;
  const answer = answerOf(squashed);
  if (answer.error !== undefined || squashed.exitCode !== 0) {
    const { code = "", message = squashed.stderr, notes = [] } = answer.error ?? {};
    const fault = [`squash: ${code} ${message}`, ...notes.slice(0, 4)].join(" | ");
    const faults = code === corpus.squash ? [] : [fault];
    return { ...common, ...none, seconds, outcome: code, faults };
  }
  const faults = await compareAfter(
    { ...place, old, middle: half ? middle : undefined, fresh },
    { before, findings: answer.findings ?? [], proveAgain },
  );
  const { replaces: migrations = 0, rows: count = 0 } = answer;
  return { ...common, migrations, rows: count, seconds, outcome: "proved", faults };
}

interface Trio extends Place {
  readonly old: CorpusDatabase;
  readonly middle: CorpusDatabase | undefined;
  readonly fresh: CorpusDatabase;
}

interface Known {
  readonly before: readonly string[];
  readonly findings: NonNullable<Answer["findings"]>;
  readonly proveAgain: boolean;
}

async function compareAfter(trio: Trio, known: Known): Promise<readonly string[]> {
  const { old, middle, fresh } = trio;
  const { before, findings, proveAgain } = known;
  const faults: string[] = [];
  const others = [
    ["fresh", fresh] as const,
    ...(middle === undefined ? [] : [["middle", middle] as const]),
  ];
  for (const [what, database] of [["old", old] as const, ...others]) {
    const run = await deploy(trio, database);
    if (run.exitCode !== 0) faults.push(`${what}: ${run.stdout.slice(0, 600)}`);
  }
  if (differences(before, await userLines(old.url)).length > 0) {
    faults.push("the old database was changed");
  }
  const rows = await rowLines(old.url);
  const volatile = findings.flatMap(({ code, message }) =>
    code === "SQUASH.VOLATILE" ? [`${message.split(" ")[0] ?? ""} `] : [],
  );
  for (const [what, database] of others) {
    const found = differences(
      before.map(withoutGaps),
      (await userLines(database.url)).map(withoutGaps),
    );
    if (found.length > 0) faults.push(`${what}: ${found.slice(0, 4).join("; ")}`);
    const other = differences(rows, await rowLines(database.url));
    const kept = other.filter((line) => !volatile.some((name) => line.includes(name)));
    if (kept.length > 0) faults.push(`${what} rows: ${kept.slice(0, 4).join("; ")}`);
  }
  const isOpen = findings.some(({ code }) => code === "SQUASH.UNPROVED");
  return isOpen || !proveAgain ? faults : [...faults, ...(await provedAgain(trio))];
}

const none = { migrations: 0, rows: 0, seconds: 0 };

async function deploy(
  { folder }: Place,
  { url }: CorpusDatabase,
  flags: readonly string[] = [],
): Promise<LockstepRun> {
  const options = { cwd: folder, env: { DATABASE_URL: url, CI: "1" } };
  return await runLockstep(["deploy", "--json", ...flags], options);
}

/** False where the history can't be begun from nothing, or has no middle. */
async function deployHalf(place: Place, middle: CorpusDatabase): Promise<boolean> {
  const options = { cwd: place.folder, env: { DATABASE_URL: middle.url, CI: "1" } };
  const status = await runLockstep(["status", "--json"], options);
  const { pending = [] } = JSON.parse(status.stdout) as { pending?: readonly { id: string }[] };
  const one = pending[Math.floor(pending.length / 2) - 1];
  if (one === undefined) return false;
  const run = await deploy(place, middle, ["--to", one.id]);
  return run.exitCode === 0 && !run.stdout.includes('"baseline"');
}

async function provedAgain({ folder, major }: Place): Promise<readonly string[]> {
  const run = await runLockstep(["test", "--json", "--major", String(major)], { cwd: folder });
  const { parts = [] } = JSON.parse(run.stdout) as {
    parts?: readonly { kind: string; subject: string; outcome: string; reason: string }[];
  };
  return parts
    .filter(({ kind, outcome }) => kind === "way" && outcome === "refuted")
    .map(({ subject, reason }) => `test: ${subject}: ${reason}`);
}

function answerOf(run: LockstepRun): Answer {
  return run.stdout === ""
    ? { error: { code: "none", message: run.stderr } }
    : (run.json() as Answer);
}

/** One line per column of each table: how many rows, and a hash of its values in any order. */
async function rowLines(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set timezone = utc; set search_path = pg_catalog");
    const { rows } = await client.query<{ line: string }>(columnsQuery);
    const lines: string[] = [];
    for (const { line: query } of rows) {
      const found = await client.query<{ line: string }>(query);
      lines.push(...found.rows.map(({ line }) => line));
    }
    return lines;
  } finally {
    await client.end();
  }
}

const columnsQuery = `select format(
  'select %L || '' '' || count(*) || '' '' || coalesce(md5(string_agg(%I::text, '','' order by %I::text collate "C")), '''') as line from %s',
  format('%I.%I.%I', n.nspname, c.relname, a.attname), a.attname, a.attname, c.oid::regclass) as line
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'lockstep')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
order by 1`;
