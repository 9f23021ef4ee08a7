import pg from "pg";
import { expect, test } from "vitest";
import type { TestDatabase } from "../support/database.ts";
import { newSchema, rebuilding } from "../support/rebuilding.ts";
import { testMajors } from "../support/servers.ts";

const moreTables = `
create table log (body text);
create table big (id text primary key, body text, note int);
create table pairs (a int, b int, body text, primary key (b, a));
create table kids (id bigint generated always as identity primary key, a int, b int,
  foreign key (b, a) references pairs (b, a) on delete cascade on update cascade);
`;

const changes: readonly ((turn: number) => string)[] = [
  (turn) => `insert into log values ('load ${turn}')`,
  (turn) => `insert into events (user_id, body) values (1 + ${turn} % 200, 'load ${turn}')`,
  (turn) => `update events set body = 'it''s \\ ' || ${turn} where id = ${1 + (turn % 20_000)}`,
  (turn) => `delete from events where id = ${1 + ((turn * 7) % 20_000)}`,
  // The large value stays as it is and is not told again.
  (turn) => `update big set note = ${turn} where id = 'b' || ${turn % 20}`,
  (turn) => `update big set id = id || 'x', note = null where id = 'b' || ${turn % 50}`,
  (turn) => `update pairs set a = a + 1000 where a = ${turn % 100}`,
  (turn) =>
    `begin; delete from pairs where a = ${turn % 300}; insert into pairs values (${turn % 300}, 1, null); commit`,
  (turn) => `insert into kids (a, b) select a, b from pairs limit 1 offset ${turn % 50}`,
  (turn) =>
    turn % 50 === 0 ? "truncate kids; insert into kids (a, b) select a, b from pairs limit 5" : "",
  (turn) =>
    `insert into parted values (${turn + 50_000}, date '2000-01-01' + ${turn % 9000}) on conflict do nothing`,
  (turn) => `update parted set at = date '2021-01-01' + ${turn} where id = ${1 + (turn % 8000)}`,
];

const everything = ["log", "events", "big", "pairs", "kids", "parted", "roles"];

async function contentOf(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const found: unknown[] = [];
  for (const table of everything) {
    // A new column has a default of its own, and the project brings a role.
    const row = table === "events" ? "row(id, user_id, body, size)" : "t";
    const { rows: sums } = await client.query(
      `select '${table}' as name, count(*), sum(hashtextextended(${row}::text, 0)) from ${table} t
       where t::text <> '(guest)'`,
    );
    found.push(...sums);
  }
  await client.end();
  return found;
}

interface Load {
  readonly stop: () => Promise<{
    readonly ends: readonly string[];
    readonly counts: readonly number[];
  }>;
}

/** One session per kind of change, each with its pause between two. */
function startLoad(database: TestDatabase, pauseMs: number): Load {
  const counts = changes.map(() => 0);
  const ends = changes.map(() => "");
  let isOver = false;
  const write = async (change: (turn: number) => string, at: number): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url });
    client.on("error", () => undefined);
    await client.connect();
    try {
      for (let turn = 1; !isOver; turn += 1) {
        const failed = await client.query(change(turn)).then(
          () => undefined,
          (error: unknown) => String(error),
        );
        // The writers are in each other's way, too.
        if (failed !== undefined && !/deadlock|duplicate|foreign key/.test(failed)) {
          ends[at] = failed;
          return;
        }
        if (failed !== undefined) await client.query("rollback");
        counts[at] = turn;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    } catch (error) {
      // The switch ends every session; then the old database is what it will be.
      ends[at] = String(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const writers = changes.map(write);
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(writers);
      return { ends, counts };
    },
  };
}

async function leftIn(database: TestDatabase): Promise<unknown> {
  const [left] = await database.query(
    `select (select count(*) from pg_replication_slots where database like $1)::int as slots,
      (select count(*) from pg_publication)::int as publications,
      (select count(*) from pg_database where datname like $1 and datname <> $2)::int as databases`,
    [`${database.name}%`, database.name],
  );
  return left;
}

test.for(testMajors)(
  "with --replicate writers go on until the last moment, and the new database is what the old one was (PostgreSQL %i)",
  { timeout: 120_000 },
  async (major) => {
    const { database, run } = await rebuilding(major, newSchema + moreTables);
    await database.run(`${moreTables}
      insert into big select 'b' || i, string_agg(md5(j::text), ''), i
        from generate_series(1, 50) i, generate_series(1, 400) j group by i;
      insert into pairs select i, 1, 'pair' from generate_series(1, 200) i`);
    const load = startLoad(database, 10);
    const result = await run(["--replicate"]);
    const { ends, counts } = await load.stop();
    expect(result.exitCode, result.stderr).toBe(0);
    for (const end of ends) expect(end).toMatch(/^$|terminat|closed|ECONNRESET|not queryable/i);
    const report = result.json() as {
      readonly kept: string;
      readonly replayed: number;
      readonly fencedMs: number;
      readonly durationMs: number;
      readonly findings: readonly { readonly code: string; readonly object: string }[];
    };
    expect(report.replayed).toBeGreaterThan(100);
    expect(report.fencedMs).toBeLessThan(report.durationMs);
    expect(report.findings.filter(({ code }) => code === "REBUILD.LATE")).toMatchObject([
      { object: "public.log" },
    ]);
    expect(Math.min(...counts)).toBeGreaterThan(5);
    const old = database.url.replace(database.name, report.kept);
    expect(await contentOf(database.url)).toEqual(await contentOf(old));
    expect(await leftIn(database)).toEqual({ slots: 0, publications: 0, databases: 1 });
    const [next] = await database.query(
      "insert into kids (a, b) select a, b from pairs limit 1 returning id::int > 5 as later",
    );
    expect(next).toEqual({ later: true });
  },
);

test(
  "where the last changes take too long writers go on, and the next time it succeeds",
  { timeout: 60_000 },
  async () => {
    const { database, run } = await rebuilding();
    const writer = await database.connect();
    const holder = new pg.Client({ connectionString: `${database.url}_rebuild` });
    holder.on("error", () => undefined);
    let begun: Promise<unknown> | undefined;
    const over: Promise<unknown>[] = [];
    const slowDown = async (): Promise<void> => {
      await holder.connect();
      await holder.query("begin; lock table users in share mode");
      await begun;
      await writer.query("commit");
      await new Promise((later) => setTimeout(later, 3_000));
      await holder.end();
    };
    let text = "";
    const result = await run(["--replicate", "--max-pause", "2s"], {
      onStart: (child) => {
        child.stderr?.on("data", (chunk: Uint8Array) => {
          text += Buffer.from(chunk).toString("utf8");
          // The tables can't be locked until it is committed, and then it is the last change.
          const insert = "begin; insert into users (fullname) values ('late')";
          if (text.includes("copying rows")) begun ??= writer.query(insert);
          if (text.includes("keeping writers away")) {
            over.push(over[0] ?? slowDown());
          }
        });
      },
    });
    await Promise.all(over);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stderr.match(/letting writers go on/g)).toHaveLength(1);
    expect(result.json()).toMatchObject({ outcome: "switched", replayed: 1 });
    expect(await database.query("select id::int from users where name = 'late'")).toEqual([
      { id: 201 },
    ]);
    expect(await leftIn(database)).toEqual({ slots: 0, publications: 0, databases: 1 });
  },
);

test(
  "a rebuild that never catches up says how fast changes come, and leaves the database as it was",
  { timeout: 60_000 },
  async () => {
    const { database, run } = await rebuilding(undefined, newSchema + moreTables);
    await database.run(`${moreTables}
      insert into pairs select i, 1, 'pair' from generate_series(1, 200) i`);
    const load = startLoad(database, 1);
    const result = await run(["--replicate", "--max-pause", "1ms", "--timeout", "4s"]);
    const { ends } = await load.stop();
    expect(result.json()).toMatchObject({
      error: {
        code: "REBUILD.BEHIND",
        // A round may find nothing to do in between, and then the fence is what takes too long.
        message: expect.stringMatching(
          /changes a second are written|took longer than writers may wait/,
        ) as unknown,
        state: "the old database is as it was; what was built of the new one is dropped",
      },
    });
    for (const end of ends) expect(end).toBe("");
    expect(await leftIn(database)).toEqual({ slots: 0, publications: 0, databases: 0 });
  },
);
