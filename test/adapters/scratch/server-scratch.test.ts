import { expect, onTestFinished, test } from "vitest";
import { serverScratch } from "../../../src/adapters/scratch/server-scratch.ts";
import type { Scratch } from "../../../src/ports/scratch.ts";
import { administer, testDatabase, testRole } from "../../support/database.ts";
import { newestMajor } from "../../support/servers.ts";

function scratchAt(url: string): Scratch {
  const scratch = serverScratch({ url, environment: {} });
  onTestFinished(() => scratch.close());
  return scratch;
}

test("a database is made on the server that the URL names, and dropped when the scratch is closed", async () => {
  const home = await testDatabase();
  const scratch = scratchAt(home.url);
  const database = await scratch.create({ major: newestMajor });
  expect(database.name).toMatch(/^lockstep_scratch_/);
  const session = await database.connect();
  expect(await session.query("select current_database() as name")).toEqual([
    { name: database.name },
  ]);
  await session.close();
  const copy = await database.copy();
  await scratch.close();
  const left = await home.query("select datname from pg_database where datname = any($1)", [
    [database.name, copy.name],
  ]);
  expect(left).toEqual([]);
});

test("the URL's parameters go with it to the scratch database", async () => {
  const home = await testDatabase();
  const scratch = scratchAt(`${home.url}?application_name=from_url`);
  const database = await scratch.create();
  expect(database.url).toContain("?application_name=from_url");
  expect(new URL(database.url).pathname).toBe(`/${database.name}`);
});

test("another major than the server's is refused", async () => {
  const home = await testDatabase();
  await expect(scratchAt(home.url).create({ major: 13 })).rejects.toMatchObject({
    code: "SCRATCH.MAJOR",
    message: expect.stringContaining(`names a PostgreSQL ${newestMajor}`) as string,
  });
});

test.each([["somewhere"], ["host=127.0.0.1 dbname=postgres"]])(
  "%s is no URL, and nothing is connected to",
  async (url) => {
    await expect(scratchAt(url).create()).rejects.toMatchObject({ code: "SCRATCH.URL" });
  },
);

test("SQL that reaches beyond its database is refused on a server of others", async () => {
  const home = await testDatabase();
  await expect(scratchAt(home.url).create({ isolation: "cluster" })).rejects.toMatchObject({
    code: "SCRATCH.SHARED_SERVER",
  });
});

test("a role that may not create databases is told what it lacks", async () => {
  const home = await testDatabase();
  const role = await testRole(newestMajor, "login password 'quiet'");
  const url = new URL(home.url);
  url.username = role;
  url.password = "quiet";
  await expect(scratchAt(url.href).create()).rejects.toMatchObject({
    code: "SCRATCH.CREATE_FAILED",
    sqlState: "42501",
    next: expect.stringContaining("createdb") as string,
  });
});

test("a server that cannot be reached is named together with SCRATCH_URL", async () => {
  const error: unknown = await scratchAt("postgresql://nobody@127.0.0.1:1/nothing")
    .create()
    .catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    code: "CONNECT.REFUSED",
    notes: expect.arrayContaining([expect.stringContaining("SCRATCH_URL")]) as string[],
  });
});

test("databases of commands that died more than a day ago are dropped, younger ones and others' stay", async () => {
  const home = await testDatabase();
  const now = Math.floor(Date.now() / 1_000);
  const random = home.name.slice(-12).padStart(16, "0");
  const names = {
    old: `lockstep_scratch_${now - 90_000}_${random}`,
    young: `lockstep_scratch_${now - 3_600}_${random}`,
    foreign: `lockstep_scratch_of_${home.name}`,
  };
  for (const name of Object.values(names)) await administer(newestMajor, `create database ${name}`);
  onTestFinished(async () => {
    for (const name of Object.values(names)) {
      await administer(newestMajor, `drop database if exists ${name}`);
    }
  });
  await scratchAt(home.url).create();
  const left = await home.query("select datname from pg_database where datname = any($1)", [
    Object.values(names),
  ]);
  expect(new Set(left.map((row) => row["datname"]))).toEqual(new Set([names.young, names.foreign]));
});
