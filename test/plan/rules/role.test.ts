/** A role that goes: whatever names it has let go of it by then. */
import { expect, test } from "vitest";
import { compareCatalogs } from "../../../src/catalog/compare.ts";
import { planSchema } from "../../../src/plan/schema_plan.ts";
import { planSql } from "../../../src/plan/statement_text.ts";
import { catalogOf } from "../../support/catalog.ts";
import { testDatabase, testRole } from "../../support/database.ts";
import { testMajors } from "../../support/servers.ts";

test.each(testMajors)("on %i, a role goes behind all that named it", async (major) => {
  const role = await testRole(major, "login");
  const database = await testDatabase(major);
  await database.run(`
    create table t (id int); alter table t owner to ${role};
    create table seen (id int); create policy mine on seen to ${role} using (true);
    alter default privileges for role ${role} grant select on tables to public;
    alter default privileges in schema public grant select on tables to ${role};
    alter role ${role} set jit = off`);
  const from = await catalogOf(database, { roles: [role] });
  const other = await testDatabase(major);
  await other.run(
    "create table t (id int); create table seen (id int); create policy mine on seen using (true)",
  );
  const to = await catalogOf(other, { roles: ["nobody"] });
  await database.run(planSql(planSchema(from, to).segments));
  const reached = await catalogOf(database, { roles: [role] });
  expect(compareCatalogs(reached, to, "column-order")).toMatchObject({
    added: [],
    removed: [],
    changed: [],
  });
});
