/** The library as a program uses it: values in, values out, and nothing of the process touched. */
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import * as library from "../src/index.ts";
import { errorCodes } from "../src/core/codes.ts";
import { LockstepError } from "../src/core/errors.ts";
import { testDatabase } from "./support/database.ts";
import { folderWith } from "./support/folders.ts";
import { bareEnvironment } from "./support/lockstep.ts";

const { adopt, deploy, history, plan, repair, rollback, seed, status, verify, wait } = library;
const calls = { adopt, deploy, history, plan, repair, rollback, seed, status, verify, wait };

const files = {
  "migrations/001_people.sql": "create table people (id int primary key);\n",
  "migrations/001_people.down.sql": "drop table people;\n",
  "migrations/002_name.sql": "alter table people add name text;\n",
  "migrations/002_name.down.sql": "alter table people drop name;\n",
  "seed.sql": "insert into people values (1) on conflict do nothing;\n",
};

async function given(): Promise<{
  readonly project: string;
  readonly url: string;
  readonly environment: Record<string, string | undefined>;
}> {
  const database = await testDatabase();
  return {
    project: await folderWith(files),
    url: database.url,
    environment: bareEnvironment(),
  };
}

/** The error's code; fails when the call resolves, or rejects with anything else. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => "resolved",
    (failure: unknown) => failure,
  );
  if (!(error instanceof LockstepError)) throw new TypeError(`no LockstepError: ${String(error)}`);
  expect(Object.keys(errorCodes)).toContain(error.code);
  return error.code;
}

test("every function does its work and reports it as a value", async () => {
  const options = await given();
  expect(await plan(options)).toMatchObject({
    outcome: "planned",
    pending: ["001_people", "002_name"],
  });
  expect(await codeOf(wait({ ...options, applied: true, timeoutMs: 0 }))).toBe("WAIT.TIMEOUT");
  expect(await deploy({ ...options, to: "001_people" })).toMatchObject({
    outcome: "deployed",
    applied: [{ id: "001_people" }],
  });
  expect(await status(options)).toMatchObject({ isUpToDate: false, pending: [{ id: "002_name" }] });
  expect(await verify(options)).toMatchObject({ isEqual: false, pending: ["002_name"] });
  expect(await deploy({ ...options, seed: true })).toMatchObject({ seeded: [{ id: "seed.sql" }] });
  expect(await seed(options)).toMatchObject({ seeded: [{ id: "seed.sql" }], pending: [] });
  expect(await wait({ ...options, applied: true })).toMatchObject({ applied: 2 });
  expect((await history({ ...options, limit: 1 })).events).toHaveLength(1);
  expect(await repair(options)).toMatchObject({ repaired: [], inDoubt: [] });
  const seen: unknown[] = [];
  const back = await rollback({
    ...options,
    prove: false,
    confirm: async (planned, ways) => {
      seen.push(
        planned.units.map(({ identity }) => identity.id),
        ways.length,
      );
      return await Promise.resolve();
    },
  });
  expect(seen).toEqual([["002_name"], 1]);
  expect(back.reverted.map(({ id }) => id)).toEqual(["002_name"]);
  expect(await codeOf(adopt(options))).toBe("LEDGER.PRESENT");
});

test("what confirm throws comes back as it is, and nothing is taken back", async () => {
  const options = await given();
  await deploy(options);
  const no = new Error("no");
  const refused = rollback({ ...options, prove: false, confirm: () => Promise.reject(no) });
  await expect(refused).rejects.toBe(no);
  expect(await status(options)).toMatchObject({ isUpToDate: true });
});

test("RUN_MIGRATIONS=false of the environment makes a deploy look only, unless the call says otherwise", async () => {
  const options = await given();
  const environment = { ...options.environment, RUN_MIGRATIONS: "false" };
  expect(await deploy({ ...options, environment })).toMatchObject({ outcome: "differs" });
  expect(await status(options)).toMatchObject({ appliedCount: 0 });
  expect(await deploy({ ...options, environment, verifyOnly: false })).toMatchObject({
    outcome: "deployed",
  });
  const unclear = { ...options.environment, RUN_MIGRATIONS: "perhaps" };
  expect(await codeOf(deploy({ ...options, environment: unclear }))).toBe("CONFIG.VALUE");
});

test("an option that there is not, or that is no such value, is refused before anything is looked at", async () => {
  const options = await given();
  const wrong: readonly (readonly [keyof typeof calls, unknown, string])[] = [
    [
      "deploy",
      { ...options, planonly: true },
      "deploy() has no option planonly; did you mean planOnly?",
    ],
    ["deploy", { ...options, to: 5 }, "deploy() takes a string as to"],
    ["deploy", { ...options, allowDrop: "all" }, "deploy() takes an array of strings as allowDrop"],
    [
      "deploy",
      { ...options, backup: "sometimes" },
      'takes "auto" or "always" or "never" as backup',
    ],
    ["deploy", { ...options, signal: {} }, "takes an AbortSignal as signal"],
    ["deploy", { ...options, environment: { A: 1 } }, "takes an object whose values are strings"],
    ["deploy", null, "deploy() takes an object with options"],
    ["plan", [], "plan() takes an object with options"],
    ["plan", { ...options, planOnly: 1 }, "plan() takes true or false as planOnly"],
    ["rollback", { ...options, steps: -1 }, "takes a number that is not negative as steps"],
    ["rollback", { ...options, confirm: "yes" }, "takes a function as confirm"],
    ["history", { ...options, limit: "3" }, "history() takes a number that is not negative"],
    ["adopt", { ...options, applied: "001" }, 'takes "all" or { upTo: ID } as applied'],
    ["repair", { ...options, repairs: {} }, "repair() takes an array of objects as repairs"],
    ["status", { ...options, steps: 1 }, "status() has no option steps"],
    ["verify", { ...options, to: "001" }, "verify() has no option to"],
    ["seed", { ...options, lockWaitMs: Number.NaN }, "seed() takes a number that is not negative"],
    ["wait", { ...options, timeout: 1 }, "did you mean timeoutMs?"],
  ];
  for (const [name, value, message] of wrong) {
    // What a program without types may hand over.
    const call = calls[name] as (options: unknown) => Promise<unknown>;
    await expect(call(value)).rejects.toMatchObject({
      code: "USAGE.INVALID",
      message: expect.stringContaining(message),
    });
  }
  expect(await status({ ...options, target: undefined } as typeof options)).toMatchObject({
    appliedCount: 0,
  });
});

/** Takes connections and never says a word. */
async function silentServer(): Promise<string> {
  const server: Server = createServer((socket) => socket.on("error", () => undefined));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return `postgres://app@127.0.0.1:${address.port}/shop`;
}

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

test("a signal that is aborted already stops every call before anything is done", async () => {
  const options = { ...(await given()), signal: AbortSignal.abort(new Error("enough")) };
  for (const call of Object.values(calls)) {
    await expect(call(options)).rejects.toMatchObject({
      code: "USAGE.INTERRUPTED",
      state: "nothing was changed",
      cause: { message: "enough" },
    });
  }
});

test("a signal ends the wait for a server that does not answer, and for another's lock", async () => {
  const options = await given();
  const silent = await silentServer();
  for (const call of [deploy, status, verify, seed, rollback, wait]) {
    const startedAt = performance.now();
    const signal = AbortSignal.timeout(200);
    const code = await codeOf(call({ ...options, url: silent, signal }));
    expect(code).toBe("USAGE.INTERRUPTED");
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  }
  await deploy(options);
  const [held, holding, waiting] = [gate(), gate(), gate()];
  const holder = rollback({
    ...options,
    prove: false,
    confirm: async () => {
      holding.open();
      await held.passed;
    },
  });
  await holding.passed;
  const controller = new AbortController();
  const blocked = rollback({
    ...options,
    prove: false,
    signal: controller.signal,
    onProgress: ({ event }) => {
      if (event.startsWith("lock.")) waiting.open();
    },
  });
  await waiting.passed;
  controller.abort();
  expect(await codeOf(blocked)).toBe("USAGE.INTERRUPTED");
  held.open();
  expect((await holder).reverted).toHaveLength(1);
});

test("a signal in the middle of a deploy stops before the next file, and the next deploy goes on", async () => {
  const options = await given();
  const controller = new AbortController();
  const stopped = deploy({
    ...options,
    signal: controller.signal,
    onProgress: ({ event }) => {
      if (event === "unit.start") controller.abort();
    },
  });
  expect(await codeOf(stopped)).toBe("DEPLOY.INTERRUPTED");
  expect(await status(options)).toMatchObject({ isUpToDate: false });
  expect(await deploy(options)).toMatchObject({ outcome: "deployed" });
});

test("a listener that throws stops nothing", async () => {
  const options = await given();
  const onProgress = (): never => {
    throw new Error("the listener's own");
  };
  expect(await deploy({ ...options, onProgress })).toMatchObject({ outcome: "deployed" });
});

const program = `
const before = { env: JSON.stringify(process.env), cwd: process.cwd(), code: process.exitCode };
const listeners = () => JSON.stringify(process.eventNames().map((name) => [String(name), process.listenerCount(name)]).sort());
const heard = listeners();
const { deploy, rollback, status } = await import(process.argv[1]);
const written = [];
for (const stream of [process.stdout, process.stderr]) stream.write = (text) => written.push(text) > 0;
const options = { project: process.argv[2], url: process.argv[3] };
const reports = [await deploy(options), await status(options), await rollback(options)];
const code = await status({ ...options, url: "nonsense" }).catch((error) => error.code);
delete process.stdout.write;
const same = JSON.stringify(process.env) === before.env && process.cwd() === before.cwd
  && process.exitCode === before.code && listeners() === heard;
console.log(JSON.stringify({ same, written, code, done: reports.length, active: process.getActiveResourcesInfo() }));
`;

test("a program that uses it ends by itself, with nothing printed and nothing of the process changed", async () => {
  const { project, url } = await given();
  const index = pathToFileURL(join(import.meta.dirname, "..", "dist", "index.js")).href;
  const args = ["--input-type=module", "-e", program, index, project, url];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env: bareEnvironment(),
    timeout: 50_000,
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ same: true, written: [], code: "CONNECT.URL_INVALID", done: 3 },
  });
});
