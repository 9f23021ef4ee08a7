import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cannotRunError } from "../../src/adapters/scratch/template.ts";
import { serverPlatform } from "../../src/adapters/scratch/packages.ts";
import type { LockstepError } from "../../src/core/errors.ts";
import { replayPortsOf } from "../../src/deploy/steps/declare/files.ts";
import { emptyCatalog } from "../../src/plan/empty_catalog.ts";
import { planSchema } from "../../src/plan/schema_plan.ts";
import { quoteIdentifier } from "../../src/sql/quote.ts";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { bareEnvironment, lockstepProgram, runLockstep } from "../support/lockstep.ts";

const nobody = "postgres://nobody@127.0.0.1:1/nothing";

interface Refused {
  readonly error?: { readonly code: string };
}

async function codeOf(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  const run = await runLockstep([...args, "--json"], options);
  if (run.stdout === "") return /[A-Z]+\.[A-Z_]+/.exec(run.stderr)?.[0];
  return (run.json() as Refused).error?.code;
}

test("what the config, the environment and the command line get wrong is refused by its own code", async () => {
  const cwd = await folderWith({
    "lockstep.config.json": JSON.stringify({ targets: { shop: { url: "${SHOP_URL}" } } }),
    "migrations/001_a.sql": "create table a (id int)",
  });
  const cases: readonly (readonly [string, readonly string[], Record<string, string>?])[] = [
    ["CONFIG.FILE_ABSENT", ["status", "--config", "nowhere.json"]],
    ["CONFIG.TARGET_UNKNOWN", ["status", "--target", "ship"]],
    ["CONFIG.TARGET_INCOMPLETE", ["status", "--target", "shop"]],
    ["CONFIG.SECRET_FILE", ["status"], { DATABASE_URL_FILE: "nowhere" }],
    ["CONFIG.SECRET_FILE", ["status"], { DATABASE_URL_FILE: "nowhere", DATABASE_URL: nobody }],
    ["CONNECT.REFUSED", ["status"], { DATABASE_URL: nobody }],
    ["SOURCE.UNKNOWN", ["fingerprint", "wherever"]],
    ["USAGE.NO_COMMAND", []],
  ];
  const found = await Promise.all(cases.map(([, args, env = {}]) => codeOf(args, { cwd, env })));
  expect(found).toEqual(cases.map(([code]) => code));
});

test("what stands between the files and the ledger is refused by its own code, and status names it", async () => {
  const cwd = await folderWith({ "migrations/002_b.sql": "create table b (id int)" });
  const database = await testDatabase();
  const options = { cwd, env: { DATABASE_URL: database.url } };
  expect(await codeOf(["wait", "--applied", "--timeout", "1s"], options)).toBe("WAIT.TIMEOUT");
  expect((await runLockstep(["deploy"], options)).exitCode).toBe(0);
  await writeFile(join(cwd, "migrations", "001_a.sql"), "create table a (id int)");
  expect(await codeOf(["deploy"], options)).toBe("PLAN.OUT_OF_ORDER");
  expect((await runLockstep(["status", "--json"], options)).stdout).toContain("PLAN.OUT_OF_ORDER");
  await rm(join(cwd, "migrations", "001_a.sql"));
  await writeFile(
    join(cwd, "migrations", "003_c.sql"),
    "select 'select 1' \\gexec\nvacuum b;\ncreate table c (id int);\n",
  );
  expect(await codeOf(["deploy"], options)).toBe("PLAN.INTERPRETED_MIXED");
  await rm(join(cwd, "migrations", "003_c.sql"));
  await writeFile(
    join(cwd, "migrations", "003_c.ts"),
    "export async function up() { throw new RangeError('too far'); }",
  );
  expect(await codeOf(["deploy"], options)).toBe("DEPLOY.DATA_FAILED");
  await rm(join(cwd, "migrations", "003_c.ts"));
  await database.run(
    "insert into lockstep.ledger_versions (version, tool_version) values (99, 'x')",
  );
  expect(await codeOf(["deploy"], options)).toBe("LEDGER.NEWER");
});

test("a declared schema alone is refused until the config says how it is deployed", async () => {
  const cwd = await folderWith({
    "schema.sql": "create table a (id int);",
    "lockstep.config.json": JSON.stringify({ declared: "schema.sql" }),
  });
  const database = await testDatabase();
  const env = { DATABASE_URL: database.url };
  expect(await codeOf(["deploy"], { cwd, env })).toBe("PLAN.UNDECIDED");
  await expect(replayPortsOf({})).rejects.toMatchObject({ code: "PLAN.DECLARATIVE" });
});

test("a migration is never written over what is there", async () => {
  const cwd = await folderWith({
    "migrations/001_a.sql": "",
    "migrations/002_add_phone.sql/x": "",
  });
  expect(await codeOf(["new", "add phone"], { cwd })).toBe("PROJECT.EXISTS");
});

test("a server that is older than 14 is refused by name", async () => {
  const old = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(greetingOf("9.6.24")));
  });
  await new Promise<void>((resolve) => old.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void old.close());
  const { port } = old.address() as AddressInfo;
  const cwd = await folderWith({ "migrations/001_a.sql": "" });
  const url = `postgres://u@127.0.0.1:${port}/d?sslmode=disable`;
  expect(await codeOf(["status"], { cwd, env: { DATABASE_URL: url } })).toBe("CONNECT.VERSION");
});

/** AuthenticationOk, the version, the key, ready. */
function greetingOf(version: string): Buffer {
  const message = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5);
    head.write(type, 0);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  return Buffer.concat([
    message("R", Buffer.from([0, 0, 0, 0])),
    message("S", Buffer.from(`server_version\0${version}\0`)),
    message("S", Buffer.from("client_encoding\0UTF8\0")),
    message("K", Buffer.from([0, 0, 0, 1, 0, 0, 0, 2])),
    message("Z", Buffer.from("I")),
  ]);
}

test("two catalogs of different majors are not compared", () => {
  expect(() => planSchema(emptyCatalog(14), emptyCatalog(18))).toThrow(
    expect.objectContaining({ code: "DIFF.MAJORS" }) as Error,
  );
});

test("an address that no way leads to, and a server that breaks off TLS, are told apart", async () => {
  const cwd = await folderWith({ "migrations/001_a.sql": "" });
  const broken = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write("S");
      socket.once("data", () => socket.end("this is no handshake"));
    });
  });
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void broken.close());
  const { port } = broken.address() as AddressInfo;
  const cases: readonly (readonly [string, string])[] = [
    ["CONNECT.TLS_FAILED", `postgres://u@127.0.0.1:${port}/d?sslmode=require`],
    // No TCP connection has an end there.
    ["CONNECT.UNREACHABLE", "postgres://u@255.255.255.255:5432/d?sslmode=disable"],
  ];
  for (const [code, url] of cases) {
    const run = await runLockstep(["status", "--json"], { cwd, env: { DATABASE_URL: url } });
    expect(run.json()).toMatchObject({ error: { code, state: "nothing was changed" } });
  }
});

/** util-linux's, which gives a program a terminal. */
const hasScript = spawnSync("script", ["--version"]).status === 0;

test.skipIf(!hasScript)(
  "who answers no to a question has declined, and nothing is done",
  async () => {
    const cwd = await folderWith({ "migrations/001_a.sql": "" });
    const database = await testDatabase();
    const command = `'${process.execPath}' '${lockstepProgram}' drop`;
    const env = { ...bareEnvironment(), DATABASE_URL: database.url };
    const child = spawn("script", ["-qec", command, "/dev/null"], { cwd, env });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (!said.includes("[y/N]") && `${said}${chunk}`.includes("[y/N]")) child.stdin.write("n\n");
      said += chunk.toString("utf8");
    });
    const [exitCode] = await once(child, "close");
    expect(said).toContain("USAGE.DECLINED");
    expect(exitCode).toBe(3);
    expect(await database.query("select 1 as there")).toEqual([{ there: 1 }]);
  },
);

test("a name that no quoting makes safe is refused", () => {
  expect(() => quoteIdentifier("a\0b")).toThrow(
    expect.objectContaining({ code: "SQL.UNQUOTABLE" }) as Error,
  );
});

test("why the embedded server can't run is told apart by what the system said", () => {
  const server = { folder: "/srv/pg" } as Parameters<typeof cannotRunError>[0];
  const because = (code: string): LockstepError =>
    cannotRunError(server, Object.assign(new Error(code), { code }));
  expect(because("EACCES").code).toBe("EMBEDDED.CANNOT_RUN");
  expect(because("EPERM").code).toBe("EMBEDDED.USER");
  if (process.platform === "linux") expect(because("ENOENT").code).toBe("EMBEDDED.PLATFORM");
  expect(serverPlatform()).toMatch(/^(?:linux|darwin|windows)-/);
});
