/**
 * `npm run demo`: a real schema into an empty PostgreSQL, then an older database upgraded while a fresh one is built
 * beside it, and the two compared. Each project gets a development database of its own under .lockstep/demo, so that
 * the reader can go on trying where the demo ends. Calls the built command as a user would.
 */
import { spawnSync } from "node:child_process";
import { cp, mkdir, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { styleText } from "node:util";
import pg from "pg";

const root = resolve(import.meta.dirname, "..");
const program = join(root, "bin/lockstep.cjs");
const stage = join(root, ".lockstep/demo");
/** Of each project's development database, once it runs. */
const urls = new Map<string, string>();
const environment = { ...process.env, DATABASE_URL: undefined, CI: undefined, NODE_ENV: undefined };
const startedMs = performance.now();

await tidy();
await mkdir(stage, { recursive: true });
say("1. TDF Records: one file with 54 tables, into an empty database");
await project("tdf-records", "tdf-records");
lockstep("tdf-records", ["dev", "start"]);
lockstep("tdf-records", ["deploy"]);
lockstep("tdf-records", ["status"]);

say("2. TaskFlow as it was at release 0.9.0: an older database, with rows in it");
await project("taskflow-upgraded", "taskflow/releases/v0.9.0");
lockstep("taskflow-upgraded", ["dev", "start"], "quiet");
lockstep("taskflow-upgraded", ["deploy"]);
await query(
  "taskflow-upgraded",
  `with owner as (insert into account (email, display_name) values ('ada@example.com', 'Ada') returning id),
     space as (insert into workspace (slug, name, owner_id) select 'home', 'Home', id from owner returning id),
     plan as (insert into project (workspace_id, name) select id, 'Garden' from space returning id)
   insert into task (project_id, title, body) select plan.id, 'Task ' || n, '[blocked] by rain' from plan, generate_series(1, 5000) n`,
);
print("(5,000 tasks inserted)");

say("3. The same database, with today's files: it gets the migrations that it lacks");
await project("taskflow-upgraded", "taskflow");
lockstep("taskflow-upgraded", ["deploy"]);
const [{ count } = {}] = await query(
  "taskflow-upgraded",
  "select count(*) from task where status = 'blocked'",
);
print(`(the rows are still there: ${String(count)} tasks, now blocked)`);

say("4. A fresh database from the baseline and the migrations after it");
await project("taskflow-fresh", "taskflow");
lockstep("taskflow-fresh", ["dev", "start"], "quiet");
lockstep("taskflow-fresh", ["deploy"]);
lockstep("taskflow-fresh", ["status"]);

say("5. The proof: upgraded and fresh have the same catalog");
const upgraded = lockstep("taskflow-upgraded", ["fingerprint", "live"]);
const fresh = lockstep("taskflow-fresh", ["fingerprint", "live"]);
if (upgraded !== fresh) {
  print(styleText("red", "They differ, which they must not."));
  process.exitCode = 1;
} else {
  print(
    styleText(
      "green",
      "Equal: tables, columns, constraints, indexes, views, functions, grants and comments.",
    ),
  );
}
for (const name of ["tdf-records", "taskflow-upgraded", "taskflow-fresh"]) {
  lockstep(name, ["dev", "stop"], "quiet");
}

print(`
Done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s. Try next, in ${relative(process.cwd(), stage)}/taskflow-fresh:

  npx lockstep new add_due_reminder     write a migration
  npx lockstep plan                     see what deploy would run
  npx lockstep deploy                   run it
  npx lockstep history                  see what was done, when and by whom

The server stops by \`npx lockstep dev stop\` and starts when a command needs it.`);

async function project(name: string, example: string): Promise<void> {
  const folder = join(stage, name);
  const source = join(root, "examples", example);
  const isWanted = (path: string): boolean => !relative(source, path).startsWith("releases");
  await cp(source, folder, { recursive: true, filter: isWanted });
}

/** Runs it in the project's folder, shows what it prints, and hands back its stdout. */
function lockstep(
  name: string,
  args: readonly string[],
  mode: "shown" | "quiet" = "shown",
): string {
  if (mode === "shown") print(styleText("dim", `${name}$ lockstep ${args.join(" ")}`));
  const done = spawnSync(process.execPath, [program, ...args], {
    cwd: join(stage, name),
    env: { ...environment, ...(urls.has(name) ? { DATABASE_URL: urls.get(name) } : {}) },
    encoding: "utf8",
  });
  if (mode === "shown") print(`${done.stderr}${done.stdout}`.trimEnd());
  if (done.status !== 0) {
    print(styleText("red", `lockstep ${args.join(" ")} ended with ${done.status ?? done.signal}`));
    process.exit(1);
  }
  if (args[1] === "start") urls.set(name, lockstep(name, ["dev", "url"], "quiet").trim());
  return done.stdout;
}

async function query(name: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: urls.get(name) });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** An earlier demo may have been interrupted with its servers running. */
async function tidy(): Promise<void> {
  for (const name of ["tdf-records", "taskflow-upgraded", "taskflow-fresh"]) {
    spawnSync(process.execPath, [program, "dev", "stop"], {
      cwd: join(stage, name),
      stdio: "ignore",
    });
  }
  await rm(stage, { recursive: true, force: true });
}

function say(line: string): void {
  print(`\n${styleText("bold", line)}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
