/** A password that goes in never comes out: not when all is well, and not in any way of failing. */
import { execFileSync } from "node:child_process";
import { chmod, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { administer, testDatabase, testRole, type TestDatabase } from "../support/database.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { runLockstep, type LockstepRunOptions } from "../support/lockstep.ts";

const canary = "C4n4ry-s3cret";
const files = {
  "migrations/001_people.sql": "create table people (id int primary key);\n",
  "seed.sql": "insert into people values (1) on conflict do nothing;\n",
};

interface Secured {
  readonly database: TestDatabase;
  readonly role: string;
  readonly url: string;
}

/** A database that is entered with the canary as password. */
async function secured(): Promise<Secured> {
  const database = await testDatabase();
  const role = await testRole(database.major, `login createdb password '${canary}'`);
  await administer(database.major, `alter database ${database.name} owner to ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = canary;
  return { database, role, url: url.href };
}

async function run(
  args: readonly string[],
  options: LockstepRunOptions,
): Promise<{ readonly exitCode: number | null; readonly said: string }> {
  let seen = "";
  const { exitCode, stdout, stderr } = await runLockstep(args, {
    ...options,
    onStart: ({ pid }) => {
      const timer = setInterval(() => {
        try {
          seen += execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
        } catch {
          clearInterval(timer);
        }
      }, 50);
      timer.unref();
    },
  });
  return { exitCode, said: `${stdout}\n${stderr}\n${seen}` };
}

async function everything(database: TestDatabase): Promise<string> {
  const rows = await database.query(
    `select query_to_xml(format('select * from lockstep.%I', relname), true, true, '')::text as content
    from pg_class where relnamespace = 'lockstep'::regnamespace and relkind = 'r'
    union all select string_agg(concat_ws(' ', application_name, query), ' ') from pg_stat_activity
    where backend_type = 'client backend'`,
  );
  return JSON.stringify(rows);
}

async function filesBelow(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = names
    .filter((entry) => entry.isFile() && ![".env", "secret.txt", "pass"].includes(entry.name))
    .map((entry) => readFile(join(entry.parentPath, entry.name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}

const commands = [
  ["deploy", "--seed", "--verbose"],
  ["status", "--json"],
  ["history", "--json"],
  ["plan", "--json"],
  ["verify", "--verbose"],
  ["seed", "--json"],
  ["unlock", "--verbose"],
  ["create", "--json"],
  ["dump", "live"],
  ["reset", "--yes", "--verbose"],
  ["drop", "--yes", "--json"],
] as const;

test("from the URL in the environment, by every command", async () => {
  const { database, url } = await secured();
  const cwd = await folderWith(files);
  for (const args of commands) {
    const { said, exitCode } = await run(args, { cwd, env: { DATABASE_URL: url } });
    expect(said, args.join(" ")).not.toContain(canary);
    expect([exitCode, args[0]], said).toEqual([0, args[0]]);
    if (args[0] !== "drop") expect(await everything(database), args[0]).not.toContain(canary);
  }
  expect(await filesBelow(cwd)).not.toContain(canary);
});

test("from .env, a secret file, PGPASSWORD, a password file and the config", async () => {
  const { database, role, url } = await secured();
  const { hostname, port, pathname } = new URL(url);
  const bare = `postgres://${role}@${hostname}:${port}${pathname}`;
  const ways: readonly [Record<string, string>, Record<string, string>][] = [
    [{ ".env": `DATABASE_URL=${url}\n` }, {}],
    [{ "secret.txt": `${url}\n` }, { DATABASE_URL_FILE: "secret.txt" }],
    [{}, { DATABASE_URL: bare, PGPASSWORD: canary }],
    [{ pass: `*:*:*:*:${canary}\n` }, { DATABASE_URL: bare, PGPASSFILE: "pass" }],
    [{ "lockstep.config.mjs": "" }, { DB_PASSWORD: canary }],
  ];
  for (const [own, env] of ways) {
    const isConfig = "lockstep.config.mjs" in own;
    const config = `{ "targets": { "default": { "host": "${hostname}", "port": ${port}, "user": "${role}", "password": "\${DB_PASSWORD}", "database": "${database.name}" } } }`;
    const cwd = await folderWith({
      ...files,
      ...(isConfig ? { "lockstep.config.json": config } : own),
    });
    if ("pass" in own) await chmod(join(cwd, "pass"), 0o600);
    const paths = "PGPASSFILE" in env ? { ...env, PGPASSFILE: join(cwd, "pass") } : env;
    const { said, exitCode } = await run(["deploy", "--verbose"], { cwd, env: paths });
    expect(said).not.toContain(canary);
    expect(exitCode, said).toBe(0);
    expect(await everything(database)).not.toContain(canary);
  }
});

test("in every way of failing: wrong, refused, absent, denied, lost, mistyped, and in the middle", async () => {
  const { database, role, url } = await secured();
  const cwd = await folderWith(files);
  const change = (edit: (url: URL) => void): string => {
    const changed = new URL(url);
    edit(changed);
    return changed.href;
  };
  const failures: readonly (readonly [string, readonly string[]])[] = [
    [change((to) => (to.password = `${canary}-wrong`)), ["deploy"]],
    [change((to) => (to.port = "1")), ["status"]],
    [change((to) => (to.hostname = "no-such-host.invalid")), ["status"]],
    [change((to) => (to.pathname = "/absent")), ["deploy"]],
    [change((to) => to.searchParams.set("sslmode", "verify-full")), ["status"]],
    [change((to) => to.searchParams.set("sslmode", canary)), ["status"]],
    [change((to) => to.searchParams.set("port", canary)), ["status"]],
    [url.replace(/^\w+/, "postgras"), ["status"]],
    [url.replace("@", "@@"), ["status"]],
    [`${url}?sslpassword=${canary}&nonsense=${canary}`, ["status"]],
    [`host=localhost port=x password='${canary}`, ["status"]],
  ];
  for (const [broken, args] of failures) {
    for (const form of [[], ["--json"], ["--verbose"]]) {
      const env = { DATABASE_URL: broken };
      const { said, exitCode } = await run([...args, ...form], { cwd, env });
      expect(said, broken).not.toContain(canary);
      expect(said, broken).not.toContain("INTERNAL.BUG");
      expect([exitCode === 0, broken.replaceAll(canary, "*")], said).toEqual([
        broken.includes("nonsense"),
        broken.replaceAll(canary, "*"),
      ]);
    }
  }
  await writeFiles(cwd, {
    "migrations/002_fails.sql": "select 1;\nselect pg_terminate_backend(pg_backend_pid());\n",
  });
  const lost = await run(["deploy", "--json"], { cwd, env: { DATABASE_URL: url } });
  expect([lost.exitCode, lost.said.includes(canary)], lost.said).toEqual([2, false]);
  expect(await everything(database)).not.toContain(canary);
  expect(role).not.toBe("");
}, 120_000);
