/**
 * Start, no-op, fresh deploy, 200 migrations, status with 5,000 applied: lockstep beside bare node + pg, psql and the
 * tools that people use today. `npm run bench` runs all contests on this node, `npm run bench -- noop 22` one of
 * them on node 22, `npm run bench -- 20 22 24` all on three, where 20 stands for the node that runs this.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, copyFile, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type Contestant, hold } from "./support/measure.ts";
import {
  type BenchMigration,
  installNode,
  installPeers,
  nodeVersions,
  writeForPeers,
} from "./support/peers.ts";
import { type BenchServer, benchServer } from "./support/server.ts";

const root = resolve(import.meta.dirname, "..");
const program = join(root, "bin/lockstep.cjs");
const floorScript = join(root, "bench/floor/query.js");
const filesFloorScript = join(root, "bench/floor/hash-files.js");
const hasPsql = spawnSync("psql", ["--version"]).status === 0;
// Set anew for each version; the other tools find it in PATH.
let node = process.execPath;

interface Stage {
  readonly server: BenchServer;
  readonly folder: string;
  readonly peers: string;
}

const contests: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  start: benchStart,
  noop: benchNoop,
  fresh: benchFresh,
  history: benchHistory,
  status: benchStatus,
  growth: benchGrowth,
};

const wanted = process.argv.slice(2).filter((name) => name in contests);
const nodes = process.argv.slice(2).filter((name) => /^\d+$/.test(name));
const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
const server = await benchServer();
try {
  const stage = { server, folder, peers: await installPeers() };
  for (const major of nodes.length === 0 ? ["20"] : nodes) {
    await useNode(major);
    for (const [name, contest] of Object.entries(contests)) {
      if (wanted.length === 0 || wanted.includes(name)) await contest(stage);
    }
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function useNode(major: string): Promise<void> {
  const version = nodeVersions[major];
  node = version === undefined ? process.execPath : await installNode(version);
  process.env["PATH"] = [dirname(node), process.env["PATH"]].join(delimiter);
  const said = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  const load = loadavg()[0]?.toFixed(1) ?? "?";
  const day = new Date().toISOString().slice(0, 10);
  process.stdout.write(`## node ${said}, ${day}, load ${load}\n\n`);
}

async function benchStart(): Promise<void> {
  const contestants: Contestant[] = [
    { name: "node -e 0", command: [node, "-e", "0"] },
    { name: "lockstep --version", command: [node, program, "--version"] },
  ];
  await hold({ title: "Start", contestants, runs: 30 });
}

async function benchNoop(stage: Stage): Promise<void> {
  const folder = await withHistory(stage, "noop", 20);
  for (const [name, tool] of tools(stage, folder)) await applyAll(stage, name, tool);
  const lockstep = url(stage, "lockstep");
  const contestants: Contestant[] = [
    { name: "bare node + pg, select 1", command: [node, floorScript], env: lockstep },
    ...psql("psql -c 'select 1'", ["-qc", "select 1", lockstep.DATABASE_URL]),
    ...tools(stage, folder).map(([, tool]) => tool),
  ];
  await hold({ title: "Nothing pending, 20 migrations applied", contestants, runs: 20 });
}

async function benchFresh(stage: Stage): Promise<void> {
  const schema = join(root, "examples/tdf-records/init_schema.sql");
  const folder = join(stage.folder, "fresh");
  await mkdir(folder, { recursive: true });
  await copyFile(schema, join(folder, "init_schema.sql"));
  const prepare = async (): Promise<void> => stage.server.recreate("fresh");
  const env = url(stage, "fresh");
  const contestants: Contestant[] = [
    ...psql(
      "psql -1 -f",
      ["-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", schema, env.DATABASE_URL],
      prepare,
    ),
    { name: "lockstep deploy", command: [node, program, "deploy"], cwd: folder, env, prepare },
    ...(await asOneMigration(stage, schema)),
  ];
  await hold({ title: "Fresh deploy, 54 tables", contestants, runs: 10 });
}

/** The whole schema as the first migration of the tools that know no baseline. */
async function asOneMigration(stage: Stage, schema: string): Promise<readonly Contestant[]> {
  const folder = join(stage.folder, "fresh-peers");
  const sql = await readFile(schema, "utf8");
  await mkdir(folder, { recursive: true });
  await writeForPeers(folder, [{ version: "20200101000000", name: "init", sql }]);
  return tools(stage, folder)
    .filter(([name]) => name !== "lockstep")
    .map(([name, tool]) => ({ ...tool, prepare: () => stage.server.recreate(name) }));
}

async function benchHistory(stage: Stage): Promise<void> {
  const folder = await withHistory(stage, "history", 200);
  const prepare = (name: string) => async (): Promise<void> => stage.server.recreate(name);
  const contestants: Contestant[] = [
    ...psql(
      "one psql, a transaction each",
      [
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        join(folder, "one-session.sql"),
        url(stage, "session").DATABASE_URL,
      ],
      prepare("session"),
    ),
    ...tools(stage, folder).map(([name, tool]) => ({ ...tool, prepare: prepare(name) })),
  ];
  await hold({ title: "200 migrations into an empty database", contestants, runs: 7 });
}

async function benchStatus(stage: Stage): Promise<void> {
  const folder = await withHistory(stage, "status", 5000);
  const env = url(stage, "lockstep");
  await applyAll(stage, "lockstep", lockstepTool(stage, folder));
  const contestants: Contestant[] = [
    {
      name: "bare node + pg, the same rows",
      command: [
        node,
        floorScript,
        "select id, applied_at from lockstep.migrations order by position",
      ],
      env,
    },
    filesFloor(folder, env),
    {
      name: "lockstep status",
      command: [node, program, "status"],
      cwd: join(folder, "lockstep"),
      env,
    },
    {
      name: "lockstep deploy (no-op)",
      command: [node, program, "deploy"],
      cwd: join(folder, "lockstep"),
      env,
    },
  ];
  await hold({ title: "5,000 migrations applied", contestants, runs: 10 });
}

async function benchGrowth(stage: Stage): Promise<void> {
  const env = url(stage, "lockstep");
  for (const count of [200, 1000, 5000]) {
    const folder = await withHistory(stage, `growth${count}`, count);
    await applyAll(stage, "lockstep", lockstepTool(stage, folder));
    const contestants: Contestant[] = [
      filesFloor(folder, env),
      { name: "bare node + pg, select 1", command: [node, floorScript], env },
      {
        name: `lockstep deploy, ${count} applied`,
        command: [node, program, "deploy"],
        cwd: join(folder, "lockstep"),
        env,
      },
    ];
    await hold({ title: `No-op with ${count} migrations`, contestants, runs: 10 });
  }
}

/** Nobody can know that nothing is pending without it. */
function filesFloor(folder: string, env: { readonly DATABASE_URL: string }): Contestant {
  return {
    name: "bare node + pg, the same files read and hashed",
    command: [node, filesFloorScript, join(folder, "lockstep/migrations")],
    env,
  };
}

async function withHistory(stage: Stage, name: string, count: number): Promise<string> {
  const folder = join(stage.folder, name);
  await mkdir(folder, { recursive: true });
  await writeForPeers(folder, history(count));
  await writeFile(join(folder, "lockstep/package.json"), "{}");
  return folder;
}

/** A mix that a year of work looks like: tables, columns, indexes, a function now and then. */
function history(count: number): readonly BenchMigration[] {
  return Array.from({ length: count }, (_, index) => {
    const table = `item_${Math.floor(index / 4)}`;
    const forms = [
      `create table ${table} (id bigint generated always as identity primary key, name text not null, created_at timestamptz not null default now());`,
      `alter table ${table} add column amount_cents bigint not null default 0 check (amount_cents >= 0);`,
      `create index ${table}_name_idx on ${table} (name);`,
      `create function ${table}_total() returns bigint language sql stable as $$ select coalesce(sum(amount_cents), 0)::bigint from ${table} $$;`,
    ];
    const version = String(20200101000000 + index);
    return { version, name: `change_${index}`, sql: forms[index % 4] ?? "" };
  });
}

function tools(stage: Stage, folder: string): readonly (readonly [string, Contestant])[] {
  const bin = (name: string): string => join(stage.peers, "node_modules/.bin", name);
  const named = (
    name: string,
    command: Contestant["command"],
    cwd: string,
  ): readonly [string, Contestant] => [
    name.replaceAll("-", "_"),
    { name, command, cwd, env: url(stage, name.replaceAll("-", "_")) },
  ];
  const dbmateUrl = `${url(stage, "dbmate").DATABASE_URL}?sslmode=disable`;
  return [
    ["lockstep", lockstepTool(stage, folder)],
    named(
      "dbmate",
      [
        bin("dbmate"),
        "--url",
        dbmateUrl,
        "-d",
        join(folder, "dbmate"),
        "--no-dump-schema",
        "migrate",
      ],
      folder,
    ),
    named(
      "node-pg-migrate",
      [
        bin("node-pg-migrate"),
        "up",
        "-m",
        join(folder, "node-pg-migrate"),
        "--no-single-transaction",
      ],
      folder,
    ),
    named("graphile-migrate", [bin("graphile-migrate"), "migrate"], join(folder, "graphile")),
  ];
}

function lockstepTool(stage: Stage, folder: string): Contestant {
  const cwd = join(folder, "lockstep");
  return {
    name: "lockstep deploy",
    command: [node, program, "deploy"],
    cwd,
    env: url(stage, "lockstep"),
  };
}

async function applyAll(stage: Stage, database: string, tool: Contestant): Promise<void> {
  await stage.server.recreate(database);
  const [command, ...args] = tool.command;
  const done = spawnSync(command, args, {
    cwd: tool.cwd,
    env: { ...process.env, ...tool.env },
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`${tool.name}: ${done.stderr}${done.stdout}`);
}

function url(stage: Stage, database: string): { readonly DATABASE_URL: string } {
  return { DATABASE_URL: stage.server.url(database) };
}

function psql(
  name: string,
  args: readonly string[],
  prepare?: () => Promise<void>,
): readonly Contestant[] {
  if (!hasPsql) {
    process.stdout.write(`(${name}: there is no psql on this machine)\n`);
    return [];
  }
  return [
    { name, command: ["psql", "-X", ...args], ...(prepare === undefined ? {} : { prepare }) },
  ];
}
