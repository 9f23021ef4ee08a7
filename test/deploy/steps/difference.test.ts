/** A plan is proved before it is shown: what is wrong with it is found, by name, and nothing passes that is not right. */
import { proofTalk } from "../../../src/cli/render/proof-of-plan.ts";
import { expect, test } from "vitest";
import { nodeClock } from "../../../src/adapters/node/clock.ts";
import { planDifference } from "../../../src/deploy/steps/difference/difference.ts";
import { provePlan, type PlanProof } from "../../../src/deploy/steps/difference/proof.ts";
import { standInFor } from "../../../src/deploy/steps/difference/stand-in.ts";
import type { SchemaPlan, SchemaStep } from "../../../src/plan/schema_plan.ts";
import { testDatabase } from "../../support/database.ts";
import { openedPair, type OpenedPair } from "../../support/difference.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

const before =
  "create table t (id int primary key, a text, b text); create view v as select a from t;\n";
const after =
  "create table t (id int primary key, a text not null, c text); create view v as select a from t;\n";

async function prove(pair: OpenedPair, plan: SchemaPlan): Promise<PlanProof> {
  const { ports, from, to } = pair;
  const request = {
    from: from.catalog,
    to: to.catalog,
    moved: new Map(),
    options: {},
    clock: nodeClock,
  };
  const standIn = standInFor(from, ports);
  return (await provePlan(ports, { ...request, standIn, plan, inverse: undefined })).proof;
}

async function rightPlan({ ports, from, to }: OpenedPair): Promise<SchemaPlan> {
  const request = { from, to, prove: false, inverse: false, clock: nodeClock };
  return (await planDifference(ports, request)).plan;
}

function withSteps(
  plan: SchemaPlan,
  edit: (steps: readonly SchemaStep[]) => readonly SchemaStep[],
): SchemaPlan {
  // The last segment changes; what is before it asks the rows.
  const segments = plan.segments.map((one, at) =>
    at === plan.segments.length - 1 ? { ...one, steps: edit(one.steps) } : one,
  );
  return { ...plan, segments };
}

for (const major of [14, 18]) {
  test(`a right plan and its way back are proved, with rows in what they touch (${major})`, async () => {
    const pair = await openedPair(before, after, major);
    const { ports, from, to } = pair;
    const request = { from, to, prove: true, inverse: true, clock: nodeClock };
    const { proof, reached } = await planDifference(ports, request);
    expect(proof).toMatchObject({
      kind: "proved",
      tablesWithRows: 1,
      wayBack: true,
      rowsInTheWay: [],
    });
    expect(reached?.facts.has("column:public.t.c")).toBe(true);
  });
}

test("a row that makes tables by a trigger is left out, and those beside it are not", async () => {
  const made = `create table plain (id int primary key); create table teams (id int primary key);
    create function grow() returns trigger language plpgsql as
      $$ begin execute format('create table team_%s (id int)', new.id); return null; end $$;
    create trigger grows after insert on teams for each row execute function grow();\n`;
  const more = `${made}alter table teams add name text; alter table plain add name text;\n`;
  const { ports, from, to } = await openedPair(made, more);
  const request = { from, to, prove: true, inverse: true, clock: nodeClock };
  const { proof } = await planDifference(ports, request);
  expect(proof).toMatchObject({ kind: "proved", tablesWithRows: 1, rowsInTheWay: [] });
});

test("what was taken out of an extension is refused with the extension's name", async () => {
  const pair = await openedPair(
    "create extension lo",
    "create extension lo; alter extension lo drop function lo_oid(lo)",
  );
  await expect(prove(pair, await rightPlan(pair))).rejects.toMatchObject({
    code: "DIFF.TAKEN_OUT",
    data: { object: "function:public.lo_oid(public.lo)", extension: "lo" },
  });
});

test("a plan that lacks a step, has one too many or fails is refused with the object's name", async () => {
  const pair = await openedPair(before, after);
  const plan = await rightPlan(pair);
  const lacking = withSteps(plan, (steps) =>
    steps.filter(({ object }) => object !== "column:public.t.c"),
  );
  await expect(prove(pair, lacking)).rejects.toMatchObject({
    code: "DIFF.UNPROVED",
    data: { objects: ["column:public.t.c"] },
    state: expect.stringContaining("nothing was changed"),
  });
  const more: SchemaStep = {
    verb: "create",
    kind: "table",
    object: "table:public.x",
    statements: ["create table x ()"],
    loss: "none",
  };
  await expect(
    prove(
      pair,
      withSteps(plan, (steps) => [...steps, more]),
    ),
  ).rejects.toMatchObject({
    data: { objects: ["table:public.x"] },
  });
  const broken = { ...more, statements: ["create table t ()"] };
  await expect(
    prove(
      pair,
      withSteps(plan, (steps) => [broken, ...steps]),
    ),
  ).rejects.toMatchObject({
    message: 'the plan fails in scratch at table:public.x: relation "t" already exists',
  });
});

test("a plan that takes rows or values without a word is refused", async () => {
  const pair = await openedPair(before, after);
  const plan = await rightPlan(pair);
  const step = { verb: "alter", kind: "view", object: "view:public.v", loss: "none" } as const;
  const deleting: SchemaStep = {
    ...step,
    statements: ["delete from t where id = (select min(id) from t)"],
  };
  await expect(
    prove(
      pair,
      withSteps(plan, (steps) => [...steps, deleting]),
    ),
  ).rejects.toMatchObject({
    message: expect.stringContaining("table:public.t: 1 of 3 rows are gone"),
  });
  // The column has a step of its own, so only the column beside it tells.
  const changing: SchemaStep = { ...step, statements: ["update t set id = id + 100"] };
  await expect(
    prove(
      pair,
      withSteps(plan, (steps) => [...steps, changing]),
    ),
  ).rejects.toMatchObject({
    message: expect.stringContaining("column:public.t.id: its values are others"),
  });
  const silent = withSteps(plan, (steps) =>
    steps.map((one) => ({ ...one, loss: "none" as const })),
  );
  await expect(prove(pair, silent)).rejects.toMatchObject({
    message: expect.stringContaining("column:public.t.b: 3 of 3 values are gone"),
  });
});

test("a step that rows may stand in the way of is proved without them, and named", async () => {
  const pair = await openedPair(
    "create table t (id int);",
    "create table t (id int, n int not null);",
  );
  const proof = await prove(pair, await rightPlan(pair));
  expect(proof).toMatchObject({
    rowsInTheWay: [
      { object: "column:public.t.n", message: expect.stringContaining("is NOT NULL") },
    ],
  });
  expect(proofTalk(proof)).toContain(
    "rows may stand in the way of column:public.t.n; the proof's made-up rows did: ",
  );
});

test("roles that only one side names are made on a server of the proof's own", async () => {
  const pair = await openedPair(
    "create table t (id int);",
    "create table t (id int); create role lockstep_only_here; grant select on t to lockstep_only_here;",
  );
  const { ports, from, to } = pair;
  const request = { from, to, prove: true, inverse: false, clock: nodeClock };
  expect((await planDifference(ports, request)).proof).toMatchObject({ kind: "proved" });
});

test("a schema that scratch can't make is no proof, and --no-prove says what that means", async () => {
  const database = await testDatabase();
  const place = `lockstep_${database.name}`;
  const client = await database.connect();
  await client.query("set allow_in_place_tablespaces = on");
  await client.query(`create tablespace ${place} location ''`);
  await client.query(`create table t (id int) tablespace ${place}`);
  const cwd = await folderWith({ "new.sql": "create table t (id int, n int);" });
  const args = ["diff", "--from", database.url, "--to", "file:new.sql"];
  const refused = await runLockstep(args, { cwd });
  const skipped = await runLockstep([...args, "--no-prove"], { cwd });
  await client.query("drop table t");
  await client.query(`drop tablespace ${place}`);
  expect([refused.exitCode, refused.stderr]).toEqual([
    2,
    expect.stringContaining("DIFF.NOT_TRIED"),
  ]);
  expect(refused.stderr).toContain(place);
  expect([skipped.exitCode, skipped.stderr]).toEqual([
    0,
    expect.stringContaining("not proved (--no-prove)"),
  ]);
});
