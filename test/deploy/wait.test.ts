import { randomUUID } from "node:crypto";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { sessionOf } from "../support/sessions.ts";
import { ensureLedger } from "../../src/deploy/steps/ledger/ensure.ts";
import { nodeClock } from "../../src/adapters/node/clock.ts";

/** A port where nothing listens. */
async function closedPort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  const { port } = listener.address() as AddressInfo;
  await new Promise<void>((closed) => listener.close(() => closed()));
  return port;
}

test("wait ends as soon as the server is up", async () => {
  const { url } = await testDatabase();
  const port = await closedPort();
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const forwarder = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.pipe(server).pipe(client);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((closed) => forwarder.close(() => closed()));
  });
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  setTimeout(() => forwarder.listen(port, "127.0.0.1"), 800);
  const run = await runLockstep(["wait", "--timeout", "20s"], {
    env: { DATABASE_URL: through.href },
  });
  expect([run.exitCode, run.stderr.includes("the server is up")]).toEqual([0, true]);
  expect(run.stderr).toContain("nothing listens at");
});

test("wait gives up when the time is over, and at once when waiting can't help", async () => {
  const port = await closedPort();
  const env = { DATABASE_URL: `postgres://me:canary@127.0.0.1:${port}/db` };
  const late = await runLockstep(["wait", "--timeout", "500ms", "--json"], { env });
  expect(late.exitCode).toBe(2);
  expect(late.json()).toMatchObject({ error: { code: "CONNECT.REFUSED" } });
  const { url } = await testDatabase();
  const absent = new URL(url);
  absent.pathname = "/no_such_database";
  const started = performance.now();
  const run = await runLockstep(["wait", "--json"], { env: { DATABASE_URL: absent.href } });
  expect(run.json()).toMatchObject({ error: { code: "CONNECT.DATABASE_ABSENT" } });
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("wait --applied ends when the ledger has every migration, and names what is lacking till then", async () => {
  const { url } = await testDatabase();
  const cwd = await folderWith({
    "migrations/001_a.sql": "create table a (i int);",
    "migrations/002_b.sql": "create table b (i int);",
  });
  const env = { DATABASE_URL: url };
  const early = await runLockstep(["wait", "--applied", "--timeout", "300ms"], { cwd, env });
  expect([early.exitCode, early.stderr]).toEqual([2, expect.stringContaining("no ledger yet")]);
  const session = await sessionOf(url);
  await ensureLedger(session, { clock: nodeClock, toolVersion: "0.0.0" });
  const deployment = randomUUID();
  await session.query(
    "insert into lockstep.deployments (id, scope, kind, outcome, tool_version) values ($1, 'default', 'deploy', 'done', '0')",
    [deployment],
  );
  const record = async (id: string): Promise<void> => {
    await session.query(
      "insert into lockstep.migrations (scope, id, kind, provenance, bytes_hash, tool_version, deployment_id) values ('default', $1, 'migration', 'deployed', 'x', '0', $2)",
      [id, deployment],
    );
  };
  await record("001_a");
  const run = runLockstep(["wait", "--applied", "--timeout", "20s"], { cwd, env });
  await new Promise((later) => setTimeout(later, 700));
  await record("002_b");
  const done = await run;
  expect([done.exitCode, done.stderr]).toEqual([0, expect.stringContaining("all 2 migrations")]);
  expect(done.stderr).toContain("002_b");
});
