/** Somebody who may create schemas made `lockstep` first: nothing of it may run with the rights of who deploys. */
import { expect, test } from "vitest";
import { create } from "../../src/deploy/create.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { drop } from "../../src/deploy/drop.ts";
import { status } from "../../src/deploy/status.ts";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { targetOf } from "../support/targets.ts";

const files = { "migrations/001_people.sql": "create table people (id int);\n" };
const trap = `create table public.stolen (what text);
create function public.steal() returns text language plpgsql as $$ begin
  insert into public.stolen values (current_user); return 'x'; end $$;
create function public.steal_row() returns trigger language plpgsql as $$ begin
  perform public.steal(); return new; end $$;`;

const hostile: Readonly<Record<string, string>> = {
  "a view in place of the migrations": `create schema lockstep;
    create view lockstep.migrations as select public.steal() as id, 'x'::text as scope, 'migration'::text as kind,
      'applied'::text as state, 'x'::text as bytes_hash;
    create table lockstep.ledger_versions (version int);
    create table lockstep.deployments (scope text, outcome text);
    create table lockstep.statements (scope text);`,
  "a view in place of the environment": `create schema lockstep;
    create view lockstep.environment as select public.steal() as name, false as protected;`,
};
const afterwards: Readonly<Record<string, string>> = {
  "a trigger on the deployments": `create trigger t before insert on lockstep.deployments
    for each row execute function public.steal_row();`,
  "a default that is a function": `alter table lockstep.deployments alter git_sha set default public.steal();`,
  "a rule on the events": `create rule r as on insert to lockstep.events do also select public.steal();`,
  "a policy on the migrations": `alter table lockstep.migrations enable row level security;
    alter table lockstep.migrations force row level security;
    create policy p on lockstep.migrations using (public.steal() is not null);`,
  "a type with a cast of its own": `create type public.trap as (t text);
    alter table lockstep.migrations alter title type public.trap using null;`,
};

for (const [what, sql] of Object.entries(hostile)) {
  test(`${what} is refused and its code never runs`, async () => {
    const database = await testDatabase();
    await database.run(trap + sql);
    const { ports, project } = await targetOf(await folderWith(files), {
      url: database.url,
      environmentName: "ci",
    });
    const request = { project: await project() };
    const refusal = { code: "LEDGER.FOREIGN" };
    await Promise.allSettled([deploy(ports, request), status(ports, request), create(ports, {})]);
    expect(await database.query("select what from stolen")).toEqual([]);
    await expect(deploy(ports, request)).rejects.toMatchObject(refusal);
    await expect(status(ports, request)).rejects.toMatchObject(refusal);
    await expect(drop(ports, { force: true })).rejects.toMatchObject(refusal);
  });
}

for (const [what, sql] of Object.entries(afterwards)) {
  test(`${what} is refused and its code never runs`, async () => {
    const database = await testDatabase();
    const folder = await folderWith(files);
    const { ports, project } = await targetOf(folder, { url: database.url });
    await deploy(ports, { project: await project() });
    await database.run(trap + sql);
    const request = { project: await project() };
    await expect(deploy(ports, request)).rejects.toMatchObject({ code: "LEDGER.FOREIGN" });
    await expect(status(ports, request)).rejects.toMatchObject({ code: "LEDGER.FOREIGN" });
    expect(await database.query("select what from stolen")).toEqual([]);
  });
}
