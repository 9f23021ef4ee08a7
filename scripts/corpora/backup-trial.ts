/**
 * Backs up one database of the corpora with the built program, in every form that there is, and restores each into a
 * fresh database: structure, rows, sequences, large objects and rights must be what they were, judged by lockstep's own
 * reader and by the independent fingerprint.
 */
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { contentOf } from "../../test/support/content.ts";
import { generateRows } from "../../test/support/generated-rows.ts";
import { runLockstep } from "../../test/support/lockstep.ts";
import { oracleLines, oraclePresent } from "../../test/support/oracle.ts";
import { rightsInOneOrder } from "../../test/support/schema_pair.ts";
import type { CorpusDatabase } from "./cluster.ts";
import { differences, withoutGaps } from "./lines.ts";
import type { Place } from "./trials.ts";

export interface BackupTrial {
  readonly name: string;
  readonly major: number;
  readonly tables: number;
  readonly rows: number;
  readonly seconds: number;
  /** The ways that gave the same database again; empty when there was nothing to try. */
  readonly same: readonly string[];
  /** Why there was nothing to try; else empty. */
  readonly skipped: string;
  readonly faults: readonly string[];
}

/** Brings the schema into the database; resolves to why it could not. */
export type Fill = (place: Place, database: CorpusDatabase) => Promise<string | undefined>;

/** Few are enough to tell tables apart, and a corpus has hundreds of tables. */
const rowsPerTable = 7;

export async function tryBackup(place: Place, fill: Fill): Promise<BackupTrial> {
  const { corpus, major, make } = place;
  const source = await make();
  const common = { name: corpus.name, major };
  const problem = await fill(place, source);
  if (problem !== undefined) {
    return { ...common, tables: 0, rows: 0, seconds: 0, same: [], skipped: problem, faults: [] };
  }
  const startedMs = performance.now();
  const rows = await addContent(source.url);
  const before = await lookAt(source.url);
  const same: string[] = [];
  const faults: string[] = [];
  for (const way of waysOn(major)) {
    const found = await tryWay(place, { way, source, before });
    if (found.length === 0) same.push(way.name);
    faults.push(...found.map((line) => `${way.name}: ${line}`));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { ...common, tables: before.tables, rows, seconds, same, skipped: "", faults };
}

/** A restore computes materialized views from the rows that are there, and not from those of when they were filled. */
const refreshed = `
do $$
declare
  each record;
begin
  for each in
    with recursive views as (
      select c.oid, 1 as height from pg_class c where c.relkind = 'm' and c.relispopulated
      union
      select w.ev_class, views.height + 1 from views
      join pg_depend d on d.refobjid = views.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'n'
      join pg_rewrite w on w.oid = d.objid and d.classid = 'pg_rewrite'::regclass and w.ev_class <> views.oid
    )
    select c.oid::regclass as name from views join pg_class c using (oid)
    where c.relkind = 'm' and c.relispopulated group by c.oid order by max(height), c.oid
  loop
    execute format('refresh materialized view %s', each.name);
  end loop;
end $$;`;

/** What no corpus has of itself: large objects with rights, a comment and more than a page, and rights on a column. */
const extras = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'lockstep_corpus_reader') then
    create role lockstep_corpus_reader;
  end if;
end $$;
select lo_from_bytea(900001, decode(repeat('00ff41', 3000), 'hex'));
select lo_from_bytea(900002, '');
grant select on large object 900001 to lockstep_corpus_reader;
comment on large object 900001 is 'a scan';
do $$
declare
  each record;
begin
  for each in
    select c.oid::regclass as name, (
      select quote_ident(a.attname) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum desc limit 1
    ) as col
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_|^lockstep$|^information_schema$'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by c.oid limit 3
  loop
    execute format('grant select on %s to lockstep_corpus_reader with grant option', each.name);
    if each.col is not null then
      execute format('grant update (%s) on %s to lockstep_corpus_reader', each.col, each.name);
    end if;
  end loop;
  for each in
    select c.oid::regclass as name, greatest(seqmin, least(42, seqmax)) as value
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_sequence s on s.seqrelid = c.oid
    where n.nspname !~ '^pg_|^lockstep$' order by c.oid limit 2
  loop
    execute format('select setval(%L, %s, false)', each.name, each.value);
  end loop;
end $$;`;

async function addContent(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rows = await generateRows(client, rowsPerTable);
    await client.query("set search_path = pg_catalog");
    await client.query(refreshed);
    await client.query(extras);
    return rows;
  } finally {
    await client.end();
  }
}

interface Seen {
  readonly tables: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

async function lookAt(url: string): Promise<Seen> {
  const content = await contentOf({ url });
  const lines = oraclePresent ? (await oracleLines(url)).map(withoutGaps).map(inOneOrder) : [];
  return { tables: Object.keys(content).length - 2, content, lines };
}

/** A schema's rights stand there without their name. */
function inOneOrder(line: string): string {
  return rightsInOneOrder(line).replace(/(?<=^schema [^{]*\{)[^}]*/, (list) =>
    list.split(",").toSorted().join(","),
  );
}

interface Way {
  readonly name: string;
  readonly backup: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly restore: "lockstep" | "psql";
}

const passphrase = { LOCKSTEP_BACKUP_PASSPHRASE: "corpora" };

const ways: readonly Way[] = [
  { name: "folder", backup: [], restore: "lockstep" },
  { name: "encrypted", backup: ["--jobs", "4"], env: passphrase, restore: "lockstep" },
];
const byPsql: Way = { name: "sql", backup: ["--format", "sql"], restore: "psql" };
const byPgDump: Way = { name: "pg_dump", backup: ["--engine", "pg_dump"], restore: "lockstep" };

interface ClientMajors {
  readonly psql: number;
  readonly pgDump: number;
  readonly pgRestore: number;
}

export const clientMajors: ClientMajors = {
  psql: clientMajor("psql"),
  pgDump: clientMajor("pg_dump"),
  pgRestore: clientMajor("pg_restore"),
};

/** 0 where it is not there. */
function clientMajor(program: string): number {
  const { stdout, status } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? Number(/(\d+)/.exec(stdout)?.[1] ?? 0) : 0;
}

function waysOn(major: number): readonly Way[] {
  return [
    ...ways,
    ...(clientMajors.psql > 0 ? [byPsql] : []),
    ...(Math.min(clientMajors.pgDump, clientMajors.pgRestore) >= major ? [byPgDump] : []),
  ];
}

interface Attempt {
  readonly way: Way;
  readonly source: CorpusDatabase;
  readonly before: Seen;
}

async function tryWay(place: Place, { way, source, before }: Attempt): Promise<readonly string[]> {
  const path = join(place.folder, `backup-${way.name}`);
  const target = await place.make();
  const taken = await run(place, way, [
    "backup",
    "--out",
    path,
    "--url",
    source.url,
    ...way.backup,
  ]);
  if (taken !== undefined) return [taken];
  const restored =
    way.restore === "psql"
      ? await restoreByPsql(path, target.url)
      : await run(place, way, ["restore", path, "--to", target.url]);
  if (restored !== undefined) return [restored];
  const after = await lookAt(target.url);
  const found = [
    ...differences(linesOf(before.content), linesOf(after.content)),
    ...differences(before.lines, after.lines),
  ];
  return way === byPgDump && found.every(isOfPgDump) ? [] : found.slice(0, 12);
}

/**
 * pg_dump of 15 and later writes the rights on the schema public for a server of 15 or later, where nobody but its owner
 * may make anything in it: on an older one that right stays. A partition without the default that its table has gets
 * the default NULL from it.
 */
function isOfPgDump(line: string): boolean {
  return /^[-+] (?:schema "pg\d+:|schema public \{|col \S+ #\d+ .* def=(?:NULL::[\w ]+)? id=)/.test(
    line,
  );
}

function linesOf(content: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(content).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
}

/** Undefined when it went well; else the error. */
async function run(
  { folder }: Place,
  { env = {} }: Way,
  words: readonly string[],
): Promise<string | undefined> {
  const done = await runLockstep([...words, "--json"], { cwd: folder, env });
  if (done.exitCode === 0) return undefined;
  return `${words[0] ?? ""}: ${(done.stdout + done.stderr).replaceAll(/\s+/g, " ").slice(0, 600)}`;
}

async function restoreByPsql(file: string, url: string): Promise<string | undefined> {
  const words = ["--no-psqlrc", "--quiet", "--output", "/dev/null", "--file", file, url];
  return await promisify(execFile)("psql", words).then(
    () => undefined,
    (error: unknown) => `psql: ${String(error).slice(0, 400)}`,
  );
}
