import type pg from "pg";
import { describe, expect, test } from "vitest";
import { classify } from "../../src/sql/classify.ts";
import { loadParser } from "../../src/sql/parse.ts";
import { testDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";

const preparation = `
  create table t (a int primary key, b text);
  create index i on t (b);
  create table p (a int) partition by range (a);
  create table q partition of p for values from (1) to (2);
  create type e as enum ('a');
  create materialized view v as select a from t;
  create unique index vi on v (a);
  create procedure proc() language plpgsql as $$ begin perform 1; end $$;
`;

/** Each leaves the database as it was, or as the next one takes it. */
const statements: readonly string[] = [
  "create index concurrently ci on t (a)",
  "reindex index concurrently ci",
  "drop index concurrently ci",
  "reindex table concurrently t",
  "reindex (concurrently) index i",
  "reindex schema public",
  "vacuum t",
  "vacuum (analyze) t",
  "analyze t",
  "alter table p detach partition q concurrently",
  "alter table p attach partition q for values from (1) to (2)",
  "alter table p detach partition q",
  "cluster",
  "discard all",
  "discard plans",
  "alter system reset work_mem",
  "commit prepared 'absent'",
  "lock table t",
  "savepoint s",
  "release s",
  "declare c cursor for select 1",
  "declare h cursor with hold for select 1",
  "checkpoint",
  "refresh materialized view concurrently v",
  "alter type e add value if not exists 'b'",
  "create subscription s connection 'host=absent.invalid' publication p",
  "create subscription s connection 'host=absent.invalid' publication p with (connect = false)",
  "alter subscription s enable",
  "alter subscription s refresh publication",
  "alter subscription s set publication p",
  "alter subscription s disable",
  "alter subscription s set publication p with (refresh = false)",
  "alter subscription s set (slot_name = none)",
  "drop subscription s",
  "truncate t",
  "create temp table tt (a int)",
  "comment on table t is 'x'",
  "explain analyze select 1",
];

const activeTransaction = "25001";
const noActiveTransaction = "25P01";

async function sqlStateOf(client: pg.Client, statement: string): Promise<string> {
  try {
    await client.query(statement);
    return "00000";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "?";
  }
}

describe.each(testMajors)("PostgreSQL %i", (major) => {
  test("agrees which statements run in a transaction block", async () => {
    const parser = await loadParser();
    const database = await testDatabase(major);
    await database.run(preparation);
    const client = await database.connect();
    const disagreements: string[] = [];
    for (const statement of statements) {
      const outcome = parser.parse(statement);
      const [parsed] = outcome.kind === "parsed" ? outcome.statements : [];
      if (parsed === undefined) throw new Error(`not parsed: ${statement}`);
      const { kind } = classify(parsed).transaction;
      await client.query("begin");
      const within = await sqlStateOf(client, statement);
      await client.query("rollback");
      const without = await sqlStateOf(client, statement);
      const truth =
        within === activeTransaction
          ? "outside"
          : without === noActiveTransaction
            ? "inside"
            : "any";
      if (kind !== truth && kind !== "unknown") {
        disagreements.push(
          `${statement}: ${kind}, and the server says ${truth} (${within} ${without})`,
        );
      }
    }
    await client.query("drop subscription if exists s");
    expect(disagreements).toEqual([]);
  });
});
