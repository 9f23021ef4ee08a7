import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compressionNamed } from "../../../src/adapters/store/compressions.ts";
import { secret } from "../../../src/core/secret.ts";
import { readMaskRules } from "../../../src/data/mask/rules.ts";
import { takeBackup } from "../../../src/deploy/steps/backup/take.ts";
import type { MaskRequest } from "../../../src/deploy/steps/mask/masks.ts";
import { openBackup } from "../../../src/deploy/steps/restore/backup-file.ts";
import { restoreInto } from "../../../src/deploy/steps/restore/restore-into.ts";
import type { Session } from "../../../src/ports/database.ts";
import { asDatabase, backupPorts } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";
import { runLockstep, type LockstepRun } from "../../support/lockstep.ts";
import { ownCluster } from "../../support/own-cluster.ts";
import { testMajors } from "../../support/servers.ts";
import { sessionOf } from "../../support/sessions.ts";

const key = { kind: "none" } as const;
const compression = compressionNamed();

async function take(source: TestDatabase, mask?: MaskRequest): Promise<string> {
  const path = join(await temporaryFolder("backup"), "backup");
  const database = asDatabase(source);
  await takeBackup(backupPorts(path), { database, jobs: 2, key, toolVersion: "0", mask });
  return path;
}

async function put(
  path: string,
  target: Pick<TestDatabase, "url">,
  mask?: MaskRequest,
): Promise<void> {
  const ports = backupPorts(path);
  const opened = await openBackup({ store: ports.store, compression, key });
  await restoreInto(ports, opened, { database: asDatabase(target), jobs: 2, mask });
}

function maskOf(columns: Readonly<Record<string, unknown>>): MaskRequest {
  return { rules: readMaskRules({ columns }, "mask.json"), key: secret("k") };
}

const shop = `
create type mood as enum ('good', 'bad');
create domain mail as text check (value like '%@%');
create table person (
  id int generated always as identity primary key, mail mail unique, name varchar(12) not null,
  feeling mood[], initial text generated always as (left(name, 1)) stored
);
create table visit (
  person int references person, mail mail references person (mail), born date, note text,
  primary key (person, born)
) partition by range (born);
create table visit_old partition of visit for values from ('1900-01-01') to ('1980-01-01');
create table visit_new partition of visit for values from ('1980-01-01') to ('2100-01-01');
insert into person (mail, name, feeling)
  select 'marker' || g || '@real.example', 'marker' || g, array['good']::mood[] from generate_series(1, 700) g;
insert into visit select id, mail, date '1979-12-01' + id % 60, 'marker' from person;
create rule quiet as on insert to person do also nothing;
create function tell() returns trigger language plpgsql as $$ begin raise 'a trigger saw %', new; end $$;
create trigger tell before insert on visit for each row execute function tell();
`;

const mask = maskOf({
  "person.mail": "fake:email",
  "visit.mail": "fake:email",
  "person.name": { sql: "initial || '-' || id" },
  "visit.born": "fake:date",
  "visit.note": "null",
});

const seen = `select 'person' as what, p.id::text, p.mail::text, p.name::text, p.initial::text, p.feeling::text
  from person p
union all select v.tableoid::regclass::text, v.person::text, v.mail::text, v.born::text, v.note, '' from visit v
order by 1, 2`;

test.each(testMajors)(
  "a database masks what it hands out, a backup is masked while it is loaded, and both come to the same on PostgreSQL %i",
  async (major) => {
    const source = await testDatabase(major);
    await source.run(shop);
    const before = await source.query(seen);
    const [ofDatabase, ofBackup] = [await testDatabase(major), await testDatabase(major)];
    await put(await take(source, mask), ofDatabase);
    await put(await take(source), ofBackup, mask);
    const rows = await ofDatabase.query(seen);
    expect(await ofBackup.query(seen)).toEqual(rows);
    expect(rows).toHaveLength(1400);
    expect(JSON.stringify(rows)).not.toContain("marker");
    expect(rows).toContainEqual({
      what: "person",
      id: "7",
      mail: expect.stringMatching(/^user_[0-9a-f]{16}@example\.com$/) as unknown,
      name: "m-7",
      initial: "m",
      feeling: "{good}",
    });
    // Dates of birth went back by up to a year, some of them over the bound of a partition.
    const moved = (list: readonly Record<string, unknown>[]): number =>
      list.filter(({ what }) => what === "visit_old").length;
    expect(moved(rows)).toBeGreaterThan(moved(before));
    expect(await source.query(seen)).toEqual(before);
  },
);

test("no original value is in the files of a masked backup, nor on the disk of a server that loaded one masked", async () => {
  const source = await testDatabase();
  const marker = `marker${crypto.randomUUID()}`;
  await source.run(
    `create table t (id int primary key, x text); insert into t select g, '${marker}' from generate_series(1, 20000) g`,
  );
  const rules = maskOf({ "t.x": { value: "hidden" } });
  const masked = await take(source, rules);
  const { store } = backupPorts(masked);
  const opened = await openBackup({ store, compression, key });
  const chunks = opened.manifest.tables.flatMap((table) => table.chunks);
  const contents = await Promise.all(chunks.map((chunk) => opened.read(chunk)));
  expect(contents.some((content) => Buffer.from(content).includes("hidden"))).toBe(true);
  expect(contents.some((content) => Buffer.from(content).includes(marker))).toBe(false);
  // A server of its own has nothing on its disk but what the restore wrote there.
  const path = await take(source);
  const server = await (await ownCluster()).url();
  const target = await madeOn(server, "target");
  await put(path, target, rules);
  const session = await sessionOf(target.url);
  expect(await session.query("select distinct x from t")).toEqual([{ x: "hidden" }]);
  expect(await filesWith(session, marker)).toEqual([]);
  const plain = await madeOn(server, "plain");
  await put(path, plain);
  expect(await filesWith(await sessionOf(plain.url), marker)).not.toEqual([]);
});

async function madeOn(server: string, name: string): Promise<Pick<TestDatabase, "url">> {
  const session = await sessionOf(server);
  await session.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href };
}

/** Files of the database, and of the write-ahead log. */
async function filesWith(session: Session, text: string): Promise<readonly string[]> {
  await session.query("checkpoint");
  const [row] = await session.query(
    `select current_setting('data_directory') as folder,
      (select oid::text from pg_database where datname = current_database()) as oid`,
  );
  const folder = String(row?.["folder"]);
  return ["pg_wal", join("base", String(row?.["oid"]))].flatMap((place) => {
    const files = readdirSync(join(folder, place), { withFileTypes: true });
    return files
      .filter(
        (file) => file.isFile() && readFileSync(join(folder, place, file.name)).includes(text),
      )
      .map(({ name }) => join(place, name));
  });
}

test("a rule that makes what a constraint forbids ends the rehearsal's copy, and rules that name nothing are refused before", async () => {
  const source = await testDatabase();
  await source.run("create table t (x text unique); insert into t values ('a'), ('b')");
  const path = await take(source);
  const alike = maskOf({ "t.x": { value: "same" } });
  await expect(put(path, await testDatabase(), alike)).rejects.toMatchObject({
    code: "RESTORE.FAILED",
    sqlState: "23505",
  });
  const idle = maskOf({ "t.y": "null" });
  await expect(put(path, await testDatabase(), idle)).rejects.toMatchObject({
    code: "DATA.MASK_IDLE",
  });
  await expect(take(source, idle)).rejects.toMatchObject({ code: "DATA.MASK_IDLE" });
  await source.run("alter table t add column long int generated always as (length(x)) stored");
  const computed = maskOf({ "t.long": "null" });
  await expect(take(source, computed)).rejects.toMatchObject({ code: "DATA.MASK_UNFIT" });
  expect((await rehearsing({ "t.x": { value: "same" } }, path)).json()).toMatchObject({
    error: {
      code: "RESTORE.FAILED",
      next: expect.stringContaining("Correct the rules") as unknown,
      state: "nothing was changed but the copy, which is gone",
    },
  });
});

async function rehearsing(columns: object, backup: string): Promise<LockstepRun> {
  const cwd = await folderWith({
    "migrations/001_a.sql": "select 1",
    "mask.json": JSON.stringify({ columns }),
  });
  return await runLockstep(["test", "--with", backup, "--mask", "mask.json", "--json"], { cwd });
}

test("masks that differ at the two ends of a foreign key are refused alike for a database and for a backup", async () => {
  const source = await testDatabase();
  await source.run(`${shop.split("create rule")[0]}
    create table "Odd" ("Ref" text references person (mail))`);
  const path = await take(source);
  const refused = [{ "visit.mail": "hash" }, { '"Odd"."Ref"': "hash" }, { "person.id": "hash" }];
  for (const columns of refused) {
    const broken = { code: "DATA.MASK_JOIN" };
    await expect(take(source, maskOf(columns))).rejects.toMatchObject(broken);
    await expect(put(path, await testDatabase(), maskOf(columns))).rejects.toMatchObject(broken);
  }
  await put(path, await testDatabase(), maskOf({ "visit.mail": "null", "*.Ref": "null" }));
});
