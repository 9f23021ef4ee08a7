/** Codes that only an odd server, an odd backup or somebody else's hands bring about. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { postgresDatabase } from "../../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../../src/adapters/postgres/settings.ts";
import { verifyBackup } from "../../../src/deploy/verify-backup.ts";
import { restore } from "../../../src/deploy/restore.ts";
import type { Database } from "../../../src/ports/database.ts";
import type { Scratch, ScratchDatabase } from "../../../src/ports/scratch.ts";
import { asDatabase, backupPorts, restoreBackup, takeBackup } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";

/** The manifest with a part of it changed, and the hash that it then has to end with. */
async function rewriteManifest(path: string, change: (body: string) => string): Promise<void> {
  const file = join(path, "manifest");
  const [first = "", header = "", body = ""] = (await readFile(file, "utf8")).split("\n");
  const text = `${first}\n${header}\n${change(body)}\n`;
  await writeFile(file, `${text}${createHash("sha256").update(text).digest("hex")}\n`);
}

async function smallBackup(): Promise<string> {
  const source = await testDatabase();
  await source.run(
    "create table t (id int primary key, x text); insert into t select g, 'x' from generate_series(1, 500) g",
  );
  return (await takeBackup(source)).path;
}

/** A database where something happens when a statement is first sent to it. */
function disturbed(
  database: TestDatabase,
  pattern: RegExp,
  disturb: () => Promise<void>,
): Database {
  const plain = asDatabase(database);
  let isDone = false;
  const before = async (text: string): Promise<void> => {
    if (isDone || !pattern.test(text)) return;
    isDone = true;
    await disturb();
  };
  return {
    ...plain,
    connect: async (options) => {
      const session = await plain.connect(options);
      return new Proxy(session, {
        get: (target, name) => {
          if (name !== "query" && name !== "script")
            return Reflect.get(target, name, target) as unknown;
          return async (text: string, values?: readonly string[]) => {
            await before(text);
            return name === "query" ? await target.query(text, values) : await target.script(text);
          };
        },
      });
    },
  };
}

test("rows that somebody else writes meanwhile are counted, and named", async () => {
  const path = await smallBackup();
  const target = await testDatabase();
  const database = disturbed(target, /count\(\*\)::text as rows/, () =>
    target.run("insert into t values (9999, 'mine')"),
  );
  await expect(
    restore(backupPorts(path), { database, jobs: 2, key: { kind: "none" } }),
  ).rejects.toMatchObject({
    code: "RESTORE.COUNTS",
    message: expect.stringContaining("501 rows") as unknown,
  });
});

test("a structure that somebody else changes meanwhile is a difference, and named", async () => {
  const path = await smallBackup();
  const target = await testDatabase();
  const database = disturbed(target, /count\(\*\)::text as rows/, () =>
    target.run("create index mine on t (x)"),
  );
  await expect(
    restore(backupPorts(path), { database, jobs: 2, key: { kind: "none" } }),
  ).rejects.toMatchObject({
    code: "RESTORE.SCHEMA_DIFFERS",
    notes: [expect.stringContaining("mine") as unknown],
  });
});

test("what the server refuses ends the restore with what it said, and it goes on once that is mended", async () => {
  const path = await smallBackup();
  const target = await testDatabase();
  const database = disturbed(target, /add (?:constraint|primary)|create unique/i, () =>
    target.run("insert into t values (1, 'twice')"),
  );
  await expect(
    restore(backupPorts(path), { database, jobs: 1, key: { kind: "none" } }),
  ).rejects.toMatchObject({ code: "RESTORE.FAILED", sqlState: "23505" });
  await target.run("delete from t where x = 'twice'");
  expect(await restoreBackup(path, target)).toMatchObject({ resumed: true });
});

test("another backup's restore that is half done is not gone on with", async () => {
  const [first, second] = [await smallBackup(), await smallBackup()];
  const target = await testDatabase();
  const database = disturbed(target, /count\(\*\)::text as rows/, () =>
    Promise.reject(new Error("stop")),
  );
  await restore(backupPorts(first), { database, jobs: 1, key: { kind: "none" } }).catch(
    () => undefined,
  );
  await expect(restoreBackup(second, target)).rejects.toMatchObject({
    code: "RESTORE.OTHER_BACKUP",
  });
  expect(await restoreBackup(first, target)).toMatchObject({ resumed: true });
});

test("a ledger of a newer lockstep is refused by its version", async () => {
  const path = await smallBackup();
  await rewriteManifest(path, (body) =>
    body.replace('"ledgerVersion":null', '"ledgerVersion":999'),
  );
  await expect(restoreBackup(path, await testDatabase())).rejects.toMatchObject({
    code: "RESTORE.NEWER_LEDGER",
    message: expect.stringContaining("version 999") as unknown,
  });
});

test("text without an encoding goes into no database that has one", async () => {
  const source = await testDatabase();
  const plain = `${source.name}_ascii`;
  await source.run(`create database ${plain} encoding 'SQL_ASCII' locale 'C' template template0`);
  const ascii = { ...source, name: plain, url: source.url.replace(source.name, plain) };
  try {
    const session = await postgresDatabase(
      resolveTarget({ url: ascii.url, environment: {} }),
    ).connect();
    await session.script("create table t (x text); insert into t values (E'\\xff\\xfe')");
    await session.close();
    const { path } = await takeBackup(ascii);
    const same = `${plain}_restored`;
    await source.run(`create database ${same} encoding 'SQL_ASCII' locale 'C' template template0`);
    await restoreBackup(path, { ...ascii, url: source.url.replace(source.name, same) });
    const restored = postgresDatabase(
      resolveTarget({ url: source.url.replace(source.name, same), environment: {} }),
    );
    const look = await restored.connect();
    expect(await look.query("select x::bytea::text as x from t")).toEqual([{ x: "\\xfffe" }]);
    await look.close();
    await source.run(`drop database ${same} with (force)`);
    await expect(restoreBackup(path, await testDatabase())).rejects.toMatchObject({
      code: "RESTORE.ENCODING",
    });
  } finally {
    await source.run(`drop database ${plain} with (force)`);
  }
});

test("rows that come back otherwise than they were are found by their checksum", async () => {
  const path = await smallBackup();
  const target = await testDatabase();
  const scratch: Scratch = {
    place: "embedded",
    majors: () => Promise.resolve([target.major]),
    create: () => Promise.resolve(scratchOf(target)),
    close: () => Promise.resolve(),
  };
  const ports = backupPorts(path);
  await expect(
    verifyBackup(
      {
        ...ports,
        readCatalog: async (session, filter, snapshot) => {
          // As many rows, and one of them is another: the last thing before they are compared.
          const [row = {}] = await session.query(
            "select pg_catalog.to_regclass('public.t') is not null as there",
          );
          if (row["there"] === true) await target.run("update t set x = 'y' where id = 7");
          return await ports.readCatalog(session, filter, snapshot);
        },
      },
      { quick: false, jobs: 1, key: { kind: "none" }, scratch: () => Promise.resolve(scratch) },
    ),
  ).rejects.toMatchObject({
    code: "BACKUP.UNVERIFIED",
    message: expect.stringContaining("public.t") as unknown,
  });
});

function scratchOf(target: TestDatabase): ScratchDatabase {
  return {
    ...asDatabase(target),
    ...{ major: target.major, name: target.name, url: target.url },
    copy: () => Promise.reject(new Error("not asked for")),
    drop: () => Promise.resolve(),
  };
}

test("a statement that somebody cancels ends the backup with what the server said", async () => {
  const source = await testDatabase();
  await source.run(
    "create table t (x text); insert into t select repeat('x', 900) from generate_series(1, 60000)",
  );
  const admin = await source.connect();
  const stopped = new AbortController();
  const cancelling = (async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await admin.query(
        `select pg_cancel_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'active' and query like 'copy%'`,
      );
    }
  })();
  const error: unknown = await takeBackup(source).catch((thrown: unknown) => thrown);
  stopped.abort();
  await cancelling;
  expect(error).toMatchObject({ code: "BACKUP.FAILED", sqlState: "57014" });
});
