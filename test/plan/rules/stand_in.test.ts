/** What is to stay inherited while its table is away from its parents, or to come from one that is new. */
import { describe, expect, test } from "vitest";
import { endpointUrl } from "../../../src/adapters/scratch/endpoint.ts";
import type { Session } from "../../../src/ports/database.ts";
import { type CaseServer, runPair } from "../../support/schema_pair.ts";
import { testCluster, testMajors } from "../../support/servers.ts";

const parents = `
  create table one (id bigserial not null, a int default 4, constraint ck check (a > 0));
  create table two (b int, c int);`;

const cases = {
  "a table leaves its parent and keeps the columns as its own": {
    before: `${parents} create table t (f int) inherits (one)`,
    after: `${parents} create table t (id bigint not null, a int, f int)`,
  },
  "one of two columns becomes the table's own as well": {
    before: `${parents} create table t () inherits (two)`,
    after: `${parents} create table t (c int) inherits (two)`,
  },
};

const load =
  (sql: string) =>
  async (session: Session): Promise<undefined> => {
    await session.script(sql);
  };

async function serverOf(major: number): Promise<CaseServer> {
  const { endpoint } = await testCluster(major);
  const url = endpointUrl(endpoint, "postgres", "tcp");
  return { url, oracle: undefined, withRows: true };
}

describe.each(testMajors)("on %i", (major) => {
  test("rows that have no value for a parent's column are found before anything is changed", async () => {
    const server = { ...(await serverOf(major)), columnOrder: "rebuild" as const };
    const [there] = await runPair(server, {
      before: load("create table p (a int not null); create table t (b int)"),
      after: load("create table p (a int not null); create table t (b int) inherits (p)"),
    });
    expect(there?.outcome).toBe("checked");
    expect(there?.reason).toContain("new column a is NOT NULL and has no default");
  });

  // On the way back the table is made again: no statement takes from it what is its own.
  test.concurrent.each(Object.entries(cases))("%s", async (_name, { before, after }) => {
    const [there, back] = await runPair(await serverOf(major), {
      before: load(before),
      after: load(after),
    });
    expect([there?.outcome, there?.reason], there?.sql).toEqual(["converged", ""]);
    expect([back?.outcome, back?.reason], back?.sql).toEqual(["converged", ""]);
  });
});
