/** A catalog is of one moment, whatever is done beside the read; or an error says that there was none. */
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../../../src/adapters/postgres/catalog/read.ts";
import type { Catalog } from "../../../../src/catalog/fact.ts";
import { fingerprint } from "../../../../src/catalog/fingerprint.ts";
import type { Session } from "../../../../src/ports/database.ts";
import { sessionOver } from "../../../../src/ports/session-over.ts";
import { catalogOf } from "../../../support/catalog.ts";
import { testDatabase, testRole, type TestDatabase } from "../../../support/database.ts";
import { testMajors } from "../../../support/servers.ts";
import { sessionOf } from "../../../support/sessions.ts";

/** Everything whose text names something else. */
const structure = `
  create schema app;
  create type app.mood as enum ('a', 'b');
  create domain app.amount as integer;
  create collation app.plain (provider = libc, locale = 'C');
  create text search configuration app.words (copy = pg_catalog.simple);
  create function app.one() returns integer language sql immutable as 'select 1';
  create function app.quiet() returns trigger language plpgsql as 'begin return null; end';
  create operator app.=== (leftarg = integer, rightarg = integer, function = int4eq);
  create table app.t (id integer primary key, m app.mood default 'a', n integer default app.one(), x text,
    constraint positive check (n > 0 and m <> 'b'));
  create index by_words on app.t (to_tsvector('app.words', x)) where m = 'a';
  create view app.v as select id, m from app.t where m = 'a';
  create view app.w as select id operator(app.===) n as q, x collate app.plain as y, id::app.amount as z from app.t;
  create policy p on app.t using (m = 'a');
  create trigger quiet after insert on app.t for each row when (new.id > 3) execute function app.quiet();
  create rule r as on delete to app.t do also select app.one();
  create statistics app.s on (id + 1), (n + 1) from app.t`;

/** One after the other -> whether a text would be of another moment, so that everything has to be read again. */
const changes: readonly (readonly [statement: string, isReadAgain: boolean])[] = [
  ["create table app.added (id integer default app.one())", false],
  ["insert into app.t values (1)", false],
  ["create temporary table t (); drop table t", false],
  ["alter schema app rename to a", true],
  ["alter table a.t rename to u", true],
  ["alter table a.u rename id to i", true],
  ["alter type a.mood rename value 'a' to 'c'", true],
  ["alter type a.mood rename to o", true],
  ["alter domain a.amount rename to d", true],
  ["alter collation a.plain rename to c", true],
  ["alter text search configuration a.words rename to w", true],
  ["alter function a.one() rename to f", true],
  ["alter operator a.=== (integer, integer) set schema public", true],
  ["create or replace view a.v as select i + 1 as id, m from a.u", true],
  ["drop view a.v", true],
  ["drop index a.by_words", true],
  ["drop policy p on a.u", true],
  ["drop trigger quiet on a.u", true],
  ["drop rule r on a.u", true],
  ["drop statistics a.s", true],
  ["alter table a.u alter n drop default", true],
  ["alter table a.u drop constraint positive", true],
  ["drop table a.u cascade", true],
];

describe.each(testMajors)("on %i", (major) => {
  test("what is altered or dropped beside a read makes it read again, and nothing else does", async () => {
    const database = await testDatabase(major);
    await database.run(structure);
    const session = await sessionOf(database.url);
    let before = strict(await readCatalog(session));
    for (const [statement, isReadAgain] of changes) {
      let reads = 0;
      const meddling = meddledWith(session, async () => {
        reads += 1;
        if (reads === 1) await database.run(statement);
      });
      const read = await readCatalog(meddling);
      const after = strict(await readCatalog(session));
      expect([statement, reads]).toEqual([statement, isReadAgain ? 2 : 1]);
      expect(strict(read), statement).toBe(isReadAgain ? after : before);
      expect(read.findings, statement).toEqual([]);
      before = after;
    }
  });

  test("a role that is renamed or dropped beside a read is called by one name", async () => {
    const role = await testRole(major);
    const database = await testDatabase(major);
    await database.run(`create table t (id integer); grant select on t to ${role}`);
    let reads = 0;
    const read = await readBeside(database, async () => {
      reads += 1;
      if (reads === 1) await database.run(`alter role ${role} rename to ${role}_x`);
    });
    await database.run(`alter role ${role}_x rename to ${role}`);
    expect(reads).toBe(2);
    expect([...read.facts.keys()]).toContain(`grant:table:public.t->${role}_x`);
  });

  test("what has not committed is not there, and disturbs nobody", async () => {
    const database = await testDatabase(major);
    await database.run(structure);
    const before = strict(await catalogOf(database));
    const early = await database.connect();
    const beside = await database.connect();
    await early.query("begin; alter type app.mood rename value 'b' to 'd'");
    let reads = 0;
    const read = await readBeside(database, async () => {
      reads += 1;
      await beside.query("begin; alter function app.one() rename to other");
    });
    await beside.query("rollback");
    expect([reads, strict(read)]).toEqual([1, before]);
    // Begun before the read's snapshot and committed after it.
    reads = 0;
    const other = await readBeside(database, async () => {
      reads += 1;
      if (reads === 1) await early.query("commit");
    });
    expect([reads, strict(other)]).toEqual([2, strict(await catalogOf(database))]);
    expect(strict(other)).not.toBe(before);
  });

  test("a structure that never stands still is an error that says so", async () => {
    const database = await testDatabase(major);
    await database.run(structure);
    const names = ["app", "other"];
    const reading = readBeside(database, async () => {
      await database.run(`alter schema ${names[0]} rename to ${names[1]}`);
      names.reverse();
    });
    await expect(reading).rejects.toMatchObject({ code: "CATALOG.UNSETTLED" });
  });

  test("temporary tables and lockstep's own come and go without a word", async () => {
    const database = await testDatabase(major);
    await database.run(
      "create schema lockstep; create table lockstep.own (); create table t (id integer)",
    );
    const holder = await database.connect();
    await holder.query("create temporary table held (id integer default 1)");
    let reads = 0;
    await readBeside(database, async () => {
      reads += 1;
      await holder.query("drop table held, lockstep.own");
    });
    expect(reads).toBe(1);
  });
});

function strict(catalog: Catalog): string {
  return fingerprint(catalog, "strict");
}

async function readBeside(database: TestDatabase, meddle: () => Promise<void>): Promise<Catalog> {
  return await readCatalog(meddledWith(await sessionOf(database.url), meddle));
}

/** Something happens beside each read: its snapshot is taken then, and none of what deparses has been asked. */
function meddledWith(session: Session, meddle: () => Promise<void>): Session {
  let hasSnapshot = true;
  return sessionOver(session, {
    script: async (text, how) => {
      hasSnapshot = !text.includes("begin");
      return await session.script(text, how);
    },
    query: async (text, parameters) => {
      const isFirst = !hasSnapshot;
      hasSnapshot = true;
      const rows = await session.query(text, parameters);
      if (isFirst) await meddle();
      return rows;
    },
  });
}
