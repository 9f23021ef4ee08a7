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
import type { Session } from "../../../src/ports/database.ts";
import { testDatabase, testRole } from "../../support/database.ts";

const needs: PreflightNeeds = { locksMax: 100, createIn: ["public"], createsSchemas: true };

const fine: ServerCondition = {
  inRecovery: false,
  readOnly: false,
  role: "app",
  database: "shop",
  lockRoom: 6_400,
  maxLocksPerTransaction: 64,
  mayCreateSchemas: true,
  closedSchemas: [],
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

test("a transaction that would run out of lock space is refused with the setting that is enough", () => {
  const [refusal, ...others] = preflightRefusals(fine, { ...needs, locksMax: 8_000 });
  expect(others).toEqual([]);
  expect(refusal?.code).toBe("PREFLIGHT.LOCKS");
  expect(refusal?.next).toContain("max_locks_per_transaction to 89 or more");
  expect(
    codesOf(
      preflightRefusals(
        { ...fine, lockRoom: 8_900, maxLocksPerTransaction: 89 },
        { ...needs, locksMax: 8_000 },
      ),
    ),
  ).toEqual([]);
});
