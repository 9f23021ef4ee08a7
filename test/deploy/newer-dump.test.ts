/** What pg_dump 17 and newer write at the top of every file, deployed to a server that does not know the setting. */
import { expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";

const older = 14;
const told = "transaction_timeout = 0 left out: the server has no such setting";

/** As pg_dump 18 writes it. */
const dumped = (statements: string): string => `--
-- PostgreSQL database dump
--

\\restrict 3xTyVq0bWq

-- Dumped from database version 14.18
-- Dumped by pg_dump version 18.0

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

${statements}
--
-- PostgreSQL database dump complete
--

\\unrestrict 3xTyVq0bWq
`;

const people = `--
-- Name: people; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.people (
    id integer NOT NULL,
    name text NOT NULL
);

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);
`;
const asBaseline = '{"baseline": "schema.sql"}';

test("a baseline of a newer pg_dump is loaded, said once, and recorded as it stands in the file", async () => {
  const database = await testDatabase(older);
  const text = dumped(people);
  const folder = await folderWith({ "schema.sql": text, "lockstep.config.json": asBaseline });
  const { ports, project, events } = await deployerOf(folder, database.url);
  expect((await deploy(ports, { project })).applied).toHaveLength(1);
  const messages = events.filter(({ event }) => event === "file.message");
  expect(messages.map(({ message }) => message)).toEqual([told]);
  const recorded = await database.query("select content, bytes_hash from lockstep.migrations");
  expect(recorded).toEqual([{ content: text, bytes_hash: project.baseline?.files[0]?.bytesHash }]);
  expect(await database.query("select from public.people")).toEqual([]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
});

test("so is one that is split, in each of its transactions", async () => {
  const database = await testDatabase(older);
  const tables = Array.from({ length: 1_100 }, (_, at) => `CREATE TABLE public.t${at} ();\n`);
  const folder = await folderWith({
    "schema.sql": `${dumped(people)}${dumped(tables.join(""))}`,
    "lockstep.config.json": asBaseline,
  });
  const { ports, project, events } = await deployerOf(folder, database.url);
  await deploy(ports, { project, splitBaseline: true });
  expect(events.filter(({ message }) => message === told)).toHaveLength(1);
  const [made] = await database.query(
    "select count(*)::int as n, count(distinct xmin::text) > 1 as split from pg_class where relname ~ '^t[0-9]+$'",
  );
  expect(made).toEqual({ n: 1_100, split: true });
});

test("migrations, parts outside a transaction, files that ask the server, seeds and a reset leave it out as well", async () => {
  const database = await testDatabase(older);
  const off = "set transaction_timeout = 0;\n";
  const folder = await folderWith({
    "migrations/001_only.sql": off,
    "migrations/002_plain.sql": `set lock_timeout = '1s';\n${off}create table a (id int);\n`,
    "migrations/003_alone.sql": `${off}create index concurrently a_id on a (id);\n`,
    "migrations/004_asked.sql": `${off}select 1 as n \\gset\n${off}insert into a values (:n);\n`,
    // A column's name up to 15, and no longer one to the parser.
    "migrations/005_refused.sql": `${off}create table b (system_user text);\n`,
    "seeds/rows.sql": `${off}insert into a values (2);\n`,
  });
  const env = { DATABASE_URL: database.url };
  // Each file says it once.
  const filesOf = { deploy: 5, seed: 1, reset: 6 } as const;
  for (const command of ["deploy", "seed", "reset"] as const) {
    const args = command === "reset" ? [command, "--yes"] : [command];
    const run = await runLockstep(args, { cwd: folder, env });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stderr.split(told)).toHaveLength(1 + filesOf[command]);
  }
  const rows = await database.query("select id from a order by id");
  expect(rows).toEqual([{ id: 1 }, { id: 2 }]);
});

test.each(["transaction_timeout = 5000", "transaction_timeouts = 0"])(
  "SET %s stays an error, with nothing changed",
  async (setting) => {
    const database = await testDatabase(older);
    const sql = `create table a ();\nset ${setting};\n`;
    const folder = await folderWith({ "migrations/001_a.sql": sql });
    await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
      code: "DEPLOY.STATEMENT_FAILED",
      where: { file: "migrations/001_a.sql", line: 2 },
    });
    expect(await database.query("select to_regclass('a') as a")).toEqual([{ a: null }]);
  },
);

test("a server that knows the setting gets it", async () => {
  const database = await testDatabase(18);
  const sql = "set transaction_timeout = 0;\ncreate table a ();\n";
  const folder = await folderWith({ "migrations/001_a.sql": sql });
  const { ports, project, events } = await deployerOf(folder, database.url);
  const { plan } = await deploy(ports, { project, planOnly: true });
  expect(JSON.stringify(plan?.units)).toContain("set transaction_timeout = 0");
  await deploy(ports, { project });
  expect(events.filter(({ message }) => message === told)).toEqual([]);
});
