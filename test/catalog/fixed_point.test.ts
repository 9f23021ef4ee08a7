/** Texts that the server writes differently after a restore are still equal, because the server says so. */
import { expect, onTestFinished, test } from "vitest";
import { settleTexts } from "../../src/catalog/fixed_point.ts";
import { fingerprint } from "../../src/catalog/fingerprint.ts";
import { compareRestored } from "../../src/deploy/steps/restore/compare.ts";
import { compose } from "../../src/compose.ts";
import { fingerprintSource } from "../../src/deploy/fingerprint.ts";
import { LockstepError } from "../../src/core/errors.ts";
import type { SourcePorts } from "../../src/deploy/steps/source/ports.ts";
import { remakeWith } from "../../src/deploy/steps/source/remake.ts";
import { sourcePortsOf } from "../../src/source-ports.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";
import type { Remake } from "../../src/catalog/fixed_point.ts";

function portsOfTest(): SourcePorts {
  const workingFolder = process.cwd();
  const parts = compose({ workingFolder, environment: process.env, note: () => undefined });
  onTestFinished(() => parts.close());
  return sourcePortsOf({ parts, workingFolder, progress: () => undefined });
}

function remakeOfTest(): Remake {
  return remakeWith(portsOfTest());
}

const written = `
  create function is_word(varchar) returns boolean language plpgsql immutable as $$ begin return true; end $$;
  create table t (
    id integer, name text,
    state varchar(10) constraint known check (state in ('new', 'paid') and is_word(state))
  );
  create view v as select id from t where state in ('new', 'paid');`;

/** As pg_dump would: each definition as the server gives it. */
async function restored(from: TestDatabase): Promise<TestDatabase> {
  const [row] = await from.query(`
    select (select pg_get_constraintdef(oid) from pg_constraint where conname = 'known') as known,
      pg_get_viewdef('v'::regclass) as query`);
  const to = await testDatabase(from.major);
  await to.run(`
    create function is_word(varchar) returns boolean language plpgsql immutable as $$ begin return true; end $$;
    create table t (id integer, name text, state varchar(10));
    alter table t add constraint known ${String(row?.["known"])};
    create view v as ${String(row?.["query"])}`);
  return to;
}

test.each(testMajors)(
  "on %i, a restored database equals the one that was dumped",
  async (major) => {
    const original = await testDatabase(major);
    await original.run(written);
    const copy = await restored(original);
    const [from, to] = [await catalogOf(original), await catalogOf(copy)];
    expect(fingerprint(to), "the trap is there").not.toBe(fingerprint(from));
    expect(compareRestored(from, to, fingerprint(from, "strict"))).toMatchObject([
      { code: "RESTORE.SPELLED_ANEW", severity: "info", object: expect.stringContaining("known") },
      { code: "RESTORE.SPELLED_ANEW", severity: "info", object: expect.stringContaining("v") },
    ]);
    const settled = await settleTexts(from, to, remakeOfTest());
    expect(fingerprint(settled, "strict")).toBe(fingerprint(from, "strict"));
  },
);

test("what means something else stays different", async () => {
  const original = await testDatabase();
  await original.run(written);
  const copy = await restored(original);
  await copy.run(`
    alter table t drop constraint known;
    alter table t add constraint known check (state in ('new', 'paid', 'lost'));
    alter table t alter name set default 'x'`);
  const [from, to] = [await catalogOf(original), await catalogOf(copy)];
  const settled = await settleTexts(from, to, remakeOfTest());
  expect(settled.facts.get("view:public.v")).toEqual(from.facts.get("view:public.v"));
  expect(settled.facts.get("constraint:public.t.known")).toEqual(
    to.facts.get("constraint:public.t.known"),
  );
  expect(settled.facts.has("default:public.t.name")).toBe(true);
});

test("without a difference in such texts nothing is made", async () => {
  const database = await testDatabase();
  await database.run(written);
  const from = await catalogOf(database);
  await database.run("alter table t add more integer");
  const to = await catalogOf(database);
  const remake: Remake = () => {
    throw new Error("nothing is to be made");
  };
  expect(await settleTexts(from, to, remake)).toBe(to);
});

const asked = { level: "strict", strict: true } as const;

test.each(testMajors)(
  "on %i, the fingerprint of a restored database is that of the one that was dumped",
  async (major) => {
    const original = await testDatabase(major);
    await original.run(`${written} create view listed (a, b) as values (1, 'one'::varchar)`);
    const copy = await restored(original);
    const [row] = await original.query("select pg_get_viewdef('listed'::regclass) as query");
    await copy.run(`create view listed (a, b) as ${String(row?.["query"])}`);
    const ports = portsOfTest();
    const before = await fingerprintSource(original.url, ports, asked);
    const after = await fingerprintSource(copy.url, ports, asked);
    expect(after.fingerprint).toBe(before.fingerprint);
    expect(before.findings).toEqual([]);
    await copy.run("create or replace view listed (a, b) as values (2, 'one'::varchar)");
    const other = await fingerprintSource(copy.url, ports, asked);
    expect(other.fingerprint).not.toBe(before.fingerprint);
  },
);

test("a fingerprint says where its texts could not be made again, and needs no scratch without such texts", async () => {
  const database = await testDatabase();
  const scratch: SourcePorts["scratch"] = async () => {
    throw new LockstepError("SCRATCH.CREATE_FAILED", "none is there");
  };
  const ports = { ...portsOfTest(), scratch };
  await database.run("create table t (id serial primary key, at date default now())");
  const plain = await fingerprintSource(database.url, ports, asked);
  expect(plain.findings).toEqual([]);
  await database.run("alter table t add check (id in (1, 2))");
  const open = await fingerprintSource(database.url, ports, asked);
  expect(open.findings).toMatchObject([{ code: "CATALOG.AS_PRINTED", severity: "info" }]);
});
