/**
 * Moves the rows of one project of the corpora with the built program, as a user would: exported and imported into a
 * fresh database, and by a rebuild, still and while changes are followed. Every table must hold the same rows each time.
 */
import { join } from "node:path";
import pg from "pg";
import { generateRows } from "../../test/support/generated-rows.ts";
import { runLockstep, type LockstepRun } from "../../test/support/lockstep.ts";
import { administer, type CorpusDatabase } from "./cluster.ts";
import type { CorpusProject } from "./project.ts";
import { inPlace, type Place } from "./trials.ts";

export interface MoveTrial {
  readonly name: string;
  readonly major: number;
  readonly tables: number;
  readonly rows: number;
  readonly seconds: number;
  /** `moved`, or why there was nothing to try. */
  readonly outcome: string;
  readonly faults: readonly string[];
}

export async function tryMove(corpus: CorpusProject, major: number): Promise<MoveTrial> {
  return await inPlace(corpus, major, tryIn);
}

/** Few are enough to tell tables apart, and a corpus has hundreds of tables. */
const rowsPerTable = 5;

async function tryIn(place: Place): Promise<MoveTrial> {
  const { corpus, major, folder, make } = place;
  const [old, fresh] = [await make(), await make()];
  const common = { name: corpus.name, major };
  const first = await run(place, old, ["deploy"]);
  if (first.exitCode !== 0) {
    return { ...common, tables: 0, rows: 0, seconds: 0, outcome: "not deployed", faults: [] };
  }
  const startedMs = performance.now();
  await fill(old.url);
  const before = await contentOf(old.url);
  const faults: string[] = [];
  const step = async (database: CorpusDatabase, words: readonly string[]): Promise<void> => {
    const done = await run(place, database, words);
    if (done.exitCode !== 0) faults.push(`${words.slice(0, 2).join(" ")}: ${wordsOf(done)}`);
    else if (words[1] !== "export" && words[0] !== "deploy") {
      faults.push(
        ...(await differing(before, database.url)).map((table) => `${words.join(" ")}: ${table}`),
      );
    }
  };
  const out = join(folder, "moved-rows");
  await step(old, ["data", "export", "--out", out]);
  await step(fresh, ["deploy"]);
  await step(fresh, ["data", "import", out, "--existing", "replace", "--disable-triggers"]);
  for (const how of [[], ["--replicate"]]) {
    await step(old, ["rebuild", "--yes", ...how]);
    await dropKept(major, old);
  }
  const rows = [...before.values()].reduce((sum, text) => sum + Number(text.split(" ")[0]), 0);
  return {
    ...{ ...common, tables: before.size, rows, faults, outcome: "moved" },
    seconds: (performance.now() - startedMs) / 1000,
  };
}

async function run(
  { folder }: Place,
  { url }: CorpusDatabase,
  words: readonly string[],
): Promise<LockstepRun> {
  return await runLockstep([...words, "--json"], { cwd: folder, env: { DATABASE_URL: url } });
}

function wordsOf(done: LockstepRun): string {
  return done.stdout.length > 0
    ? done.stdout.replaceAll(/\s+/g, " ").slice(0, 400)
    : done.stderr.slice(0, 400);
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function fill(url: string): Promise<void> {
  await withClient(url, (client) => generateRows(client, rowsPerTable));
}

/** Rows and a sum of their hashes, by table; the ledger's are its own. */
async function contentOf(url: string): Promise<ReadonlyMap<string, string>> {
  return await withClient(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
        and n.nspname !~ '^pg_|^lockstep$|^information_schema$' order by 1`,
    );
    const content = new Map<string, string>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ content: string }>(
        `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as content from ${name} t`,
      );
      content.set(name, rows[0]?.content ?? "");
    }
    return content;
  });
}

async function differing(
  before: ReadonlyMap<string, string>,
  url: string,
): Promise<readonly string[]> {
  const now = await contentOf(url);
  return (
    [...before]
      // A trigger may have made tables that no schema knows; empty they may go.
      .filter(([name, content]) => (now.get(name) ?? "0 0") !== content)
      .map(([name, content]) => `${name} has ${now.get(name) ?? "nothing"} instead of ${content}`)
  );
}

async function dropKept(major: number, { name, url }: CorpusDatabase): Promise<void> {
  const kept = await withClient(url, (client) =>
    client.query<{ datname: string }>("select datname from pg_database where datname like $1", [
      `${name}\\_before\\_%`,
    ]),
  );
  for (const { datname } of kept.rows)
    await administer(major, `drop database ${datname} with (force)`);
}
