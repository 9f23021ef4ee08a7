/** A rebuild that has nothing to change, one of a project that does not deploy, and one whose changes are too large. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LockstepRun } from "../support/lockstep.ts";
import { newSchema, rebuilding } from "../support/rebuilding.ts";

test(
  "a rebuild that is run again copies nothing, until the files or the database are others, or --force says so",
  { timeout: 120_000 },
  async () => {
    const { database, folder, run, runPlain } = await rebuilding();
    const outcome = async (done: LockstepRun): Promise<unknown> => {
      expect(done.exitCode, done.stderr).toBe(0);
      return (done.json() as { readonly outcome: string }).outcome;
    };
    const names = (): Promise<readonly unknown[]> =>
      database.query("select datname from pg_database where datname like $1", [
        `${database.name}\\_%`,
      ]);
    expect(await outcome(await run())).toBe("switched");
    const session = await database.connect();
    // The same command, although what it maps is called so no more.
    expect(await outcome(await run())).toBe("unchanged");
    expect(await outcome(await runPlain("--dry-run"))).toBe("unchanged");
    expect((await session.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await session.end();
    expect(await names()).toHaveLength(1);
    expect(await outcome(await runPlain("--force", "--dry-run"))).toBe("dry-run");
    await database.run("create index extra on users (name)");
    expect(await outcome(await runPlain())).toBe("switched");
    expect(await names()).toHaveLength(2);
    await writeFile(join(folder, "init_schema.sql"), `-- Schema Version: 2.0.1\n${newSchema}`);
    expect(await outcome(await runPlain())).toBe("switched");
    expect(await outcome(await runPlain("--replicate"))).toBe("unchanged");
  },
);

test(
  "what is wrong with the project's files leads back to the rebuild, and not to a deploy",
  { timeout: 60_000 },
  async () => {
    const { run, folder } = await rebuilding(
      undefined,
      `${newSchema}create table x (y nosuchtype)`,
    );
    const error = {
      state: "the old database is as it was; what was built of the new one is dropped",
      next: "Correct the file, then run the same command again.",
    };
    const code = "DEPLOY.STATEMENT_FAILED";
    expect((await run()).json()).toMatchObject({ error: { code, ...error } });
    await writeFile(join(folder, "init_schema.sql"), "selec 1");
    expect((await run()).json()).toMatchObject({ error: { code: "SQL.SYNTAX", ...error } });
  },
);

const documents = (name: string, gone: string): string => `create table ${name}
  (id bigint generated always as identity, ${gone} body text, bytes bytea, kind varchar(20) collate "C", kept filled,
  primary key (kind, id));`;
const filled = "create domain filled as text not null;";

/** What COPY reads in another way, and characters of several bytes. */
const signs = String.raw`repeat(E'\\ \\N \\. \t \r\n é 猫 ', 100000)`;

const largeChanges = (name: string): string => `
  insert into ${name} (body, bytes, kind, kept) values (${signs}, decode(repeat('00ff5c', 600000), 'hex'), '', 'x'),
    (repeat('x', 2000000), null, 'l', '');
  update ${name} set body = body || ${signs} where id = 1;
  update ${name} set bytes = decode(repeat('5c', 1000000), 'hex') where id = 2;
  update ${name} set kind = 'other', gone = null, body = upper(body) where id = 3;
  update ${name} set kind = 'kept' where id = 4;
  delete from ${name} where id = 5;`;

test(
  "with --replicate changes that are too large to be held go over in pieces, whatever they are and hold",
  { timeout: 120_000 },
  async () => {
    const names = ["docs", "wholly"];
    const { run, database } = await rebuilding(
      undefined,
      newSchema + filled + names.map((name) => documents(name, "")).join(""),
    );
    await database.run(filled);
    for (const name of names) {
      await database.run(`${documents(name, "gone text,")}
        insert into ${name} (gone, body, kind, kept) select repeat(md5(i::text), 40000), md5(i::text), 'k', repeat(i::text, 1000000)
        from generate_series(1, 6) i`);
    }
    // Then a change tells all that was there before it, and not the key alone.
    await database.run("alter table wholly replica identity full");
    const sums = names.map(
      (name) =>
        `select id, kind, md5(body) as body, md5(bytes) as bytes, md5(kept) as kept from ${name}`,
    );
    const query = `${sums.join(" union all ")} order by id, kind`;
    // Writers are not kept away before this is over, and a transaction that has not written yet is not waited for.
    const session = await database.connect();
    await session.query("begin; lock table docs in row exclusive mode");
    const write = async (): Promise<readonly unknown[]> => {
      for (const name of names) await session.query(largeChanges(name));
      await session.query("select pg_logical_emit_message(true, 'other', repeat('x', 2000000))");
      const { rows } = await session.query(query);
      await session.query("commit");
      return rows;
    };
    let writing: Promise<readonly unknown[]> | undefined;
    const done = await run(["--replicate"], {
      onStart: (child) => {
        child.stderr?.on("data", (chunk: Uint8Array) => {
          const text = Buffer.from(chunk).toString("utf8");
          if (text.includes("catching up with changes")) writing ??= write();
        });
      },
    });
    expect(done.exitCode, done.stderr).toBe(0);
    const written = await writing;
    expect(written).toHaveLength(14);
    expect(await database.query(query)).toEqual(written);
  },
);
