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

test(
  "with --replicate a change that is too large to be held is named, and the old database is as it was",
  { timeout: 120_000 },
  async () => {
    const docs = "create table docs (id int primary key, body text);";
    const { run, database } = await rebuilding(undefined, newSchema + docs);
    await database.run(`${docs} insert into docs values (1, 'small')`);
    let written: Promise<void> | undefined;
    const refused = await run(["--replicate"], {
      onStart: (child) => {
        child.stderr?.on("data", (chunk: Uint8Array) => {
          if (!Buffer.from(chunk).toString("utf8").includes("copying rows")) return;
          written ??= database.run("update docs set body = repeat('x', 70 * 1024 * 1024)");
        });
      },
    });
    await written;
    expect(refused.json()).toMatchObject({
      error: {
        code: "REBUILD.CHANGE_TOO_LARGE",
        message: "a change of public.docs holds 70 MB, where 64 MB are the most",
        state: "the old database is as it was; what was built of the new one is dropped",
      },
    });
    expect(await database.query("select length(body) as length from docs")).toEqual([
      { length: 70 * 1024 * 1024 },
    ]);
  },
);
