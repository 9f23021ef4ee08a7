import { expect, onTestFinished, test } from "vitest";
import { databaseOf } from "./sessions.ts";
import { ConnectionLost, type Session } from "../../src/ports/database.ts";
import { testDatabase } from "./database.ts";
import { startProxy, type WireProxy } from "./proxy.ts";

async function proxied(): Promise<{ proxy: WireProxy; session: Session; url: string }> {
  const { url } = await testDatabase();
  const proxy = await startProxy({ to: url });
  const session = await databaseOf(proxy.urlOf(url)).connect();
  onTestFinished(() => session.close());
  return { proxy, session, url };
}

test("it counts answers, statements and commits", async () => {
  const { proxy, session } = await proxied();
  proxy.inject(undefined);
  await session.script("begin; create table t (a int); commit");
  await session.query("select 1");
  expect(proxy.counts()).toEqual({
    readyForQuery: 2,
    commandComplete: 4,
    committed: 1,
    commitSent: 1,
  });
});

test("a reset after the commit and before its answer leaves the client not knowing", async () => {
  const { proxy, session, url } = await proxied();
  proxy.inject({ point: "committed", nth: 1, action: "reset" });
  const failed = session.script("begin; create table t (a int); commit");
  await expect(failed).rejects.toBeInstanceOf(ConnectionLost);
  expect(proxy.injected()).toBe(1);
  const other = await databaseOf(url).connect();
  onTestFinished(() => other.close());
  expect(await other.query("select to_regclass('t')::text as t")).toEqual([{ t: "t" }]);
});

test("a reset when the commit is sent leaves nothing behind", async () => {
  const { proxy, session, url } = await proxied();
  await session.script("begin; create table t (a int)");
  proxy.inject({ point: "commitSent", nth: 1, action: "reset" });
  await expect(session.script("commit")).rejects.toBeInstanceOf(ConnectionLost);
  const other = await databaseOf(url).connect();
  onTestFinished(() => other.close());
  expect(await other.query("select to_regclass('t')::text as t")).toEqual([{ t: null }]);
});

test("a stalled connection stays open and silent", async () => {
  const { proxy, session } = await proxied();
  proxy.inject({ point: "readyForQuery", nth: 2, action: "stall" });
  await session.query("select 1");
  let answered = false;
  const silent = session.query("select 2").then(() => {
    answered = true;
  });
  silent.catch(() => undefined);
  await new Promise((later) => setTimeout(later, 300));
  expect([answered, proxy.injected()]).toEqual([false, 1]);
});

test("a function is called at the boundary, before the answer is passed on", async () => {
  const { proxy, session } = await proxied();
  const seen: string[] = [];
  const action = async (): Promise<void> => {
    await new Promise((later) => setTimeout(later, 50));
    seen.push("called");
  };
  proxy.inject({ point: "readyForQuery", nth: 1, action });
  await session.query("select 1");
  expect(seen).toEqual(["called"]);
});
