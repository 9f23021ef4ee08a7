import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

test(
  "health says pending before a deploy, ok after it, and down without a server",
  { timeout: 30_000 },
  async () => {
    const database = await testDatabase();
    const cwd = await folderWith({
      "init_schema.sql": "create table t (id integer primary key);\n",
    });
    const ask = async (url: string): Promise<unknown> => {
      const { exitCode, stdout } = await runLockstep(["health"], {
        cwd,
        env: { DATABASE_URL: url },
      });
      return [exitCode, stdout];
    };
    expect(await ask(database.url)).toEqual([4, '{"status":"pending"}\n']);
    await runLockstep(["deploy"], { cwd, env: { DATABASE_URL: database.url } });
    expect(await ask(database.url)).toEqual([0, '{"status":"ok"}\n']);
    expect(await ask("postgres://nobody@127.0.0.1:1/none")).toEqual([
      4,
      '{"status":"down","code":"CONNECT.REFUSED"}\n',
    ]);
  },
);

test("health answers over HTTP until it is stopped", { timeout: 30_000 }, async () => {
  const database = await testDatabase();
  const cwd = await folderWith({ "init_schema.sql": "create table t (id integer primary key);\n" });
  await runLockstep(["deploy"], { cwd, env: { DATABASE_URL: database.url } });
  let asked: Promise<unknown> | undefined;
  const run = await runLockstep(["health", "--listen", "0"], {
    cwd,
    env: { DATABASE_URL: database.url },
    onStart: (child) => {
      let text = "";
      child.stderr?.on("data", (chunk: Uint8Array) => {
        text += Buffer.from(chunk).toString("utf8");
        const port = /on port (\d+)/.exec(text)?.[1];
        if (port === undefined || asked !== undefined) return;
        asked = fetch(`http://127.0.0.1:${port}/health`)
          .then(async (response) => [response.status, await response.text()])
          .finally(() => child.kill("SIGTERM"));
      });
    },
  });
  expect(run.signal).toBeNull();
  expect(await asked).toEqual([200, '{"status":"ok"}\n']);
});
