/**
 * A stranger in an empty folder with nothing but the package: begins, deploys, breaks a file, is killed in the middle
 * of what can't be rolled back, carries on, looks, takes back. Held to what is read on the way, not to the code alone.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { type Said, type Stranger, stranger } from "../support/stranger.ts";

test("from an empty folder to a database that was broken, resumed and looked at", async () => {
  const someone = await stranger();
  await begins(someone);
  const customers = await breaks(someone);
  await corrects(someone, customers);
  const index = await isKilled(someone);
  await carriesOn(someone);
  await takesBack(someone, index);
}, 240_000);

async function begins({ lockstep }: Stranger): Promise<void> {
  const lost = await lockstep("deploy");
  expect(lost).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("lockstep init") });
  const begun = await lockstep("init");
  expect(begun.stdout).toMatch(/^found {4}nothing yet\nwritten {2}migrations\/\d{8}_\d{6}_/);
  expect(begun.stderr).toBe("next: lockstep deploy\n");
  const vague = await lockstep("new", "fix");
  expect(vague).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("add_phone") });
  const deployed = await lockstep("deploy");
  expect(deployed.stderr).toMatch(/^started the development database .*\n\[1\/1\] .*\napplied 1 /);
  expect(deployed).toMatchObject({ exitCode: 0, stdout: "" });
  expect((await lockstep("deploy")).stderr).toContain("nothing to do");
}

/** Its path. */
async function write(
  { folder, lockstep }: Stranger,
  name: string,
  lines: readonly string[],
): Promise<string> {
  const made = await lockstep("new", name);
  expect(made.exitCode, made.stderr).toBe(0);
  const [path = ""] = made.stdout.split("\n");
  await writeFile(join(folder, path), `${lines.join("\n")}\n`);
  return path;
}

const fields = Array.from({ length: 35 }, (_, index) => `  field_${index} text,`);
const table = ["create table customers (", "  id bigint primary key,", ...fields, "  name text"];
const wrong = [...table, ");", "create index customers_name on customers (nmae);"];

/** On line 40, and nothing of the file stays. */
async function breaks(someone: Stranger): Promise<string> {
  const path = await write(someone, "add_customers", wrong);
  const failed = await someone.lockstep("deploy");
  expect(failed.exitCode).toBe(2);
  const id = idOf(path);
  expect(linesOf(failed)).toEqual([
    expect.stringMatching(/^using the development database/),
    `[1/1] ${id}`,
    'DEPLOY.STATEMENT_FAILED: column "nmae" does not exist (SQLSTATE 42703)',
    expect.stringMatching(`^  at ${path}:40:\\d+$`),
    "  40 | create index customers_name on customers (nmae)",
    ...Array.from({ length: linesOf(failed).length - 7 }, () => expect.any(String)),
    expect.stringMatching(/^ {2}state: .*(nothing was changed|nothing of \S+ was changed)/),
    "  next:  Correct the file, then: lockstep deploy",
  ]);
  const status = await someone.lockstep("status");
  expect(status.stdout).toMatch(new RegExp(`^pending +${id}`, "m"));
  expect((await someone.lockstep("history")).stdout).toContain('column "nmae" does not exist');
  return path;
}

async function corrects({ folder, lockstep }: Stranger, path: string): Promise<void> {
  await writeFile(join(folder, path), `${wrong.join("\n").replaceAll("nmae", "name")}\n`);
  const deployed = await lockstep("deploy");
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  // The lock file's line is of the file as `new` wrote it; that alone is nothing to be warned of.
  expect(deployed.stderr).not.toContain("warning");
}

/** While the index waits for a snapshot that is older than it. */
async function isKilled(someone: Stranger): Promise<string> {
  const path = await write(someone, "index_customers", [
    "alter table customers add email text;",
    "create index concurrently customers_email on customers (email);",
    "comment on column customers.email is 'unique one day';",
  ]);
  const url = (await someone.lockstep("dev", "url")).stdout.trim();
  const older = await connect(url);
  await older.query("begin isolation level repeatable read");
  await older.query("select from notes");
  const { child, ended } = someone.begin("deploy");
  await until(() => isWaiting(url));
  const holder = await someone.lockstep("unlock");
  expect(holder.stdout + holder.stderr).toMatch(
    /^the lock is held by .* running: create index concurrently customers_email .*\nnothing was changed; --force ends it/m,
  );
  child.kill("SIGKILL");
  expect((await ended).exitCode).toBeNull();
  const status = await someone.lockstep("status");
  expect(status.stdout, status.stderr).toMatch(new RegExp(`^half applied +${idOf(path)}`, "m"));
  // The server notices within a second that nobody is there any more; before that the index might still be finished.
  await until(async () => !(await isWaiting(url)));
  await older.end();
  return path;
}

async function isWaiting(url: string): Promise<boolean> {
  const client = await connect(url);
  const { rowCount } = await client.query(
    "select from pg_stat_activity where query ~* '^create index concurrently' and wait_event_type = 'Lock'",
  );
  await client.end();
  return (rowCount ?? 0) > 0;
}

async function carriesOn({ lockstep }: Stranger): Promise<void> {
  const resumed = await lockstep("deploy");
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain(
    "the invalid index customers_email is left of an earlier attempt: drop index concurrently",
  );
  const url = (await lockstep("dev", "url")).stdout.trim();
  const client = await connect(url);
  const { rows } = await client.query(
    "select indexrelid::regclass::text as name, indisvalid from pg_index where indrelid = 'customers'::regclass order by 1",
  );
  await client.end();
  expect(rows).toEqual([
    { name: "customers_email", indisvalid: true },
    { name: "customers_name", indisvalid: true },
    { name: "customers_pkey", indisvalid: true },
  ]);
  expect((await lockstep("status")).stdout).not.toContain("pending");
  expect((await lockstep("verify")).exitCode).toBe(0);
}

async function takesBack(someone: Stranger, path: string): Promise<void> {
  const cannot = await someone.lockstep("rollback", "--yes", "--no-prove");
  expect(cannot).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("has no down file"),
  });
  const down = `${idOf(path)}.down.sql`;
  expect(cannot.stderr).toContain(down);
  await writeFile(
    join(someone.folder, "migrations", down),
    "drop index concurrently customers_email;\nalter table customers drop column email;\n",
  );
  const back = await someone.lockstep("rollback", "--yes");
  expect(back.exitCode, back.stderr).toBe(0);
  expect((await someone.lockstep("history")).stdout).toMatch(/reverted +\S+_index_customers/);
  const again = await someone.lockstep("deploy");
  expect(again.exitCode, again.stderr).toBe(0);
}

function idOf(path: string): string {
  return path.replace(/^migrations\//, "").replace(/\.sql$/, "");
}

function linesOf({ stderr }: Said): readonly string[] {
  return stderr.trimEnd().split("\n");
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    expect(tries, "it never came to that").toBeLessThan(600);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
