import { expect, onTestFinished, test } from "vitest";
import { databaseOf } from "../../support/sessions.ts";
import type { LockstepError } from "../../../src/core/errors.ts";
import {
  preflight,
  preflightRefusals,
  readCondition,
  type PreflightNeeds,
  type ServerCondition,
} from "../../../src/deploy/steps/preflight.ts";
import { noLimits } from "../../../src/deploy/steps/missing-rights.ts";
import { noRights } from "../../../src/plan/rights.ts";
import { createNeedsTally } from "../../../src/plan/needs.ts";
import { classify, unclassified } from "../../../src/sql/classify.ts";
import { loadParser } from "../../../src/sql/parse.ts";
import type { Session } from "../../../src/ports/database.ts";
import { testDatabase, testRole } from "../../support/database.ts";

const needs: PreflightNeeds = {
  ...{ locksMax: 100, createIn: ["public"], createsUnqualified: false, createsSchemas: true },
  rights: noRights,
};

const fine: ServerCondition = {
  inRecovery: false,
  readOnly: false,
  role: "app",
  database: "shop",
  lockRoom: 6_400,
  maxLocksPerTransaction: 64,
  mayCreateSchemas: true,
  closedSchemas: [],
  limits: noLimits,
  plpgsqlFailure: undefined,
};

function codesOf(refusals: readonly LockstepError[]): readonly string[] {
  return refusals.map((refusal) => refusal.code);
}

async function sessionOf(url: string, settings: Record<string, string> = {}): Promise<Session> {
  const session = await databaseOf(url).connect({ settings });
  onTestFinished(() => session.close());
  return session;
}

test("a server that takes the plan is let through", async () => {
  const session = await sessionOf((await testDatabase()).url);
  await preflight(session, needs);
  const condition = await readCondition(session, needs);
  expect(condition).toMatchObject({ inRecovery: false, readOnly: false, mayCreateSchemas: true });
  // 64 locks for each of 200 connections and 10 prepared transactions, as the test servers are set.
  expect(condition.lockRoom).toBe(64 * 210);
});

test("a standby is refused", () => {
  const refusals = preflightRefusals({ ...fine, inRecovery: true }, needs);
  expect(codesOf(refusals)).toEqual(["PREFLIGHT.STANDBY"]);
});

test("a database that is read only by default is refused", async () => {
  const session = await sessionOf((await testDatabase()).url, {
    default_transaction_read_only: "on",
  });
  await expect(preflight(session, needs)).rejects.toMatchObject({ code: "PREFLIGHT.READ_ONLY" });
});

test("PL/pgSQL that does not run is found by running it", async () => {
  const database = await testDatabase();
  await database.run("drop extension plpgsql cascade");
  const session = await sessionOf(database.url);
  await expect(preflight(session, needs)).rejects.toMatchObject({ code: "PREFLIGHT.PLPGSQL" });
});

test("rights that are missing are named as the grants that would give them", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'secret'");
  await database.run(`create schema "Odd "" name"; revoke create on schema public from public`);
  const url = new URL(database.url);
  url.username = role;
  url.password = "secret";
  const session = await sessionOf(url.href);
  const refused = preflight(session, { ...needs, createIn: ["public", 'Odd " name', "absent"] });
  await expect(refused).rejects.toMatchObject({
    code: "PREFLIGHT.PRIVILEGE",
    data: {
      missing: [
        `grant create on database ${database.name} to ${role};`,
        `grant usage, create on schema "Odd "" name" to ${role};`,
        `grant usage, create on schema public to ${role};`,
      ],
    },
  });
});

test("what is created without a schema needs the first schema of the search path", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'secret'");
  await database.run("create schema mine; revoke create on schema public from public");
  const url = new URL(database.url);
  [url.username, url.password] = [role, "secret"];
  const session = await sessionOf(url.href, { search_path: "absent, mine, public" });
  const plain = { ...needs, createIn: [], createsSchemas: false };
  await preflight(session, plain);
  await expect(preflight(session, { ...plain, createsUnqualified: true })).rejects.toMatchObject({
    data: { missing: [`grant usage, create on schema public to ${role};`] },
  });
  await database.run(`grant usage on schema mine to ${role}`);
  await expect(preflight(session, { ...plain, createsUnqualified: true })).rejects.toMatchObject({
    data: { missing: [`grant usage, create on schema mine to ${role};`] },
  });
});

test("a plan's needs are counted per transaction, each existing relation once", async () => {
  const parser = await loadParser();
  const needsFor = (...transactions: readonly (readonly string[])[]): PreflightNeeds => {
    const tally = createNeedsTally();
    for (const statements of transactions) {
      for (const text of statements) {
        const parsed = parser.parse(text);
        if (parsed.kind === "refused") tally.add(unclassified(), undefined);
        else for (const statement of parsed.statements) tally.add(classify(statement), statement);
      }
      tally.endTransaction();
    }
    return tally.needs();
  };
  expect(needsFor(["create table app.t (id bigint primary key)"])).toEqual({
    ...{ locksMax: 2, createIn: ["app"], createsUnqualified: false, createsSchemas: false },
    rights: noRights,
  });
  const twice = needsFor(["insert into a values (1)", "update a set x = 1; delete from b"]);
  expect(twice.locksMax).toBe(2);
  const largest = needsFor(
    ["create table t (i int)"],
    ["create table u (i int); create table v (i int)"],
  );
  expect([largest.locksMax, largest.createsUnqualified]).toEqual([2, true]);
  const own = needsFor([
    "create schema app",
    "create table app.t (i int)",
    "insert into app.t values (1)",
  ]);
  expect([own.createsSchemas, own.createIn, own.locksMax]).toEqual([true, [], 1]);
  const indexed = needsFor(["create index on app.t (i)"], ["create index on t (i)"]);
  expect([indexed.createIn, indexed.createsUnqualified]).toEqual([["app"], true]);
  const temporary = needsFor(["create temp table t (i int)"], ["create index i on t (i)"]);
  expect(temporary.createsUnqualified).toBe(false);
  const pathed = needsFor(["set search_path = app", "create table t (i int)"]);
  expect(pathed.createsUnqualified).toBe(false);
});

test("a transaction that would run out of lock space is refused with the setting that is enough", () => {
  const [refusal, ...others] = preflightRefusals(fine, { ...needs, locksMax: 8_000 });
  expect(others).toEqual([]);
  expect(refusal?.code).toBe("PREFLIGHT.LOCKS");
  expect(refusal?.next).toContain("max_locks_per_transaction to 89 or more");
  expect(refusal?.next).toContain("divide the file");
  const [whole] = preflightRefusals(fine, { ...needs, locksMax: 8_000 }, { mayOfferSplit: true });
  expect(whole?.next).toContain("--split-baseline");
  expect(
    codesOf(
      preflightRefusals(
        { ...fine, lockRoom: 8_900, maxLocksPerTransaction: 89 },
        { ...needs, locksMax: 8_000 },
      ),
    ),
  ).toEqual([]);
});
