/**
 * The developer's own database: one server per project, data under .lockstep/ that survives restarts, ended only
 * when told to. It never deletes data unless it is asked for a fresh start.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LockstepError } from "../../core/errors.ts";
import { cacheFolder, type Environment, isReachable } from "./cache-folder.ts";
import { ensureCluster, stopCluster } from "./cluster.ts";
import { readState } from "./cluster-state.ts";
import { connectTo, type Endpoint, endpointUrl } from "./endpoint.ts";
import { type InstalledServer, installServer } from "./installed-server.ts";
import { findServerPackage, listServerPackages } from "./packages.ts";
import { serverPid } from "./server-process.ts";
import { superuser } from "./template.ts";

export interface DevelopmentOptions {
  readonly projectFolder: string;
  readonly environment: Environment;
}

export interface DevelopmentStart extends DevelopmentOptions {
  /** The server's major for new data; by default the newest that is installed. */
  readonly major?: number | undefined;
  /** Deletes the data that is there. */
  readonly fresh?: boolean | undefined;
}

export type DevelopmentStatus =
  | { readonly state: "absent"; readonly folder: string }
  | { readonly state: "stopped"; readonly folder: string; readonly major: number }
  | {
      readonly state: "running";
      readonly folder: string;
      readonly major: number;
      readonly version: string;
      readonly url: string;
      readonly pid: number;
    };

export type RunningDevelopment = Extract<DevelopmentStatus, { readonly state: "running" }>;

const databaseName = "dev";

/** Starts it, or finds it running. */
export async function startDevelopment(
  options: DevelopmentStart,
): Promise<RunningDevelopment & { readonly started: boolean }> {
  const before = await developmentStatus(options);
  if (before.state === "running" && options.fresh !== true) {
    refuseOtherMajor(options, before.major);
    return { ...before, started: false };
  }
  const home = before.folder;
  await prepareHome(options.projectFolder, home);
  const cache = await cacheFolder(options.environment);
  if (options.fresh === true) await deleteData(home, await anyServer(options, cache));
  const server = await serverFor(options, home, cache);
  const { started } = await ensureCluster({
    ...{ home, cache, server, tcp: true, settings: {}, keepData: true },
    idleSeconds: undefined,
    prepare: createDatabase,
  });
  const after = await developmentStatus(options);
  if (after.state === "running") return { ...after, started };
  throw new LockstepError("DEV.NOT_RUNNING", "the development database was started and has ended", {
    notes: [`its log: ${join(home, "server.log")}`],
  });
}

/** True when it was running. The data stays. */
export async function stopDevelopment(options: DevelopmentOptions): Promise<boolean> {
  const status = await developmentStatus(options);
  if (status.state === "absent") return false;
  const cache = await cacheFolder(options.environment);
  return await stopCluster(status.folder, await anyServer(options, cache));
}

export async function developmentStatus(options: DevelopmentOptions): Promise<DevelopmentStatus> {
  const folder = await homeOf(options);
  const major = await majorOfData(folder);
  if (major === undefined) return { state: "absent", folder };
  const state = await readState(folder);
  const pid = await serverPid(folder);
  if (pid === undefined || state === undefined) return { state: "stopped", folder, major };
  const url = endpointUrl(state, databaseName, "tcp");
  return { state: "running", folder, major, version: state.version, url, pid };
}

/** Its URL, or DEV.NOT_RUNNING. */
export async function developmentUrl(options: DevelopmentOptions): Promise<string> {
  const status = await developmentStatus(options);
  if (status.state === "running") return status.url;
  throw new LockstepError("DEV.NOT_RUNNING", "the development database is not running");
}

export interface DevelopmentTarget {
  readonly url: string;
  /** One line for people: which database this is, and how to get rid of it. */
  readonly note: string;
}

/**
 * The database that commands use when none was named: started when it is not running. Undefined where guessing
 * would be dangerous: in CI, in production, and wherever the environment speaks of another database.
 */
export async function developmentTarget(
  options: DevelopmentOptions,
): Promise<DevelopmentTarget | undefined> {
  if (!isDevelopment(options.environment)) return undefined;
  const running = await startDevelopment(options);
  const what = running.started
    ? "started the development database"
    : "using the development database";
  return {
    url: running.url,
    note: `${what} (PostgreSQL ${running.major}; no DATABASE_URL is set; lockstep dev stop ends it)`,
  };
}

/** Whether the environment leaves it open which database is meant, and looks like a developer's. */
export function isDevelopment(environment: Environment): boolean {
  const named = [
    "DATABASE_URL",
    "DATABASE_URL_FILE",
    "DIRECT_URL",
    "PGHOST",
    "PGHOSTADDR",
    "PGSERVICE",
    "PGDATABASE",
  ];
  if (named.some((name) => (environment[name] ?? "") !== "")) return false;
  if (environment["NODE_ENV"] === "production") return false;
  return ["", "0", "false"].includes((environment["CI"] ?? "").toLowerCase());
}

async function homeOf({ projectFolder, environment }: DevelopmentOptions): Promise<string> {
  const project = resolve(projectFolder);
  if (await isReachable(project)) return join(project, ".lockstep", "dev");
  // Root's own folders cannot be entered by the user who runs the server.
  const name = createHash("sha256").update(project).digest("hex").slice(0, 16);
  return join(await cacheFolder(environment), "dev", name);
}

async function prepareHome(projectFolder: string, home: string): Promise<void> {
  const own = join(resolve(projectFolder), ".lockstep");
  try {
    await mkdir(home, { recursive: true, mode: 0o755 });
    if (!home.startsWith(own)) return;
    await writeFile(join(own, ".gitignore"), "*\n", { flag: "wx" }).catch(() => undefined);
  } catch (error) {
    throw new LockstepError("EMBEDDED.FOLDER", `the folder ${home} cannot be made`, {
      cause: error,
      notes: [String(error)],
      next: "make the project's folder writable, or set DATABASE_URL to a database of your own",
    });
  }
}

/** The server that wrote the data, of any minor version; for new data the one that is asked for. */
async function serverFor(
  options: DevelopmentStart,
  home: string,
  cache: string,
): Promise<InstalledServer> {
  const search = { from: [options.projectFolder], cache };
  const written = await majorOfData(home);
  if (written !== undefined) refuseOtherMajor(options, written);
  try {
    return await installServer(await findServerPackage(search, written ?? options.major), cache);
  } catch (error) {
    if (written === undefined || !(error instanceof LockstepError)) throw error;
    if (error.code !== "EMBEDDED.NOT_INSTALLED") throw error;
    const installed = (await listServerPackages(search)).map((found) => found.version);
    throw otherMajor(written, `installed: ${installed.join(", ") || "none"}`);
  }
}

function refuseOtherMajor(options: DevelopmentStart, written: number): void {
  if (options.major === undefined || options.major === written) return;
  throw otherMajor(written, `PostgreSQL ${options.major} was asked for`);
}

function otherMajor(written: number, note: string): LockstepError {
  return new LockstepError(
    "DEV.OTHER_MAJOR",
    `the development database's data belongs to PostgreSQL ${written}`,
    { notes: [note] },
  );
}

/** To stop a server, the programs of any version do. */
async function anyServer(options: DevelopmentOptions, cache: string): Promise<InstalledServer> {
  const search = { from: [options.projectFolder], cache };
  return await installServer(await findServerPackage(search, undefined), cache);
}

async function deleteData(home: string, server: InstalledServer): Promise<void> {
  await stopCluster(home, server, "immediate");
  await rm(join(home, "state.json"), { force: true });
  await rm(join(home, "data"), { recursive: true, force: true });
}

async function majorOfData(home: string): Promise<number | undefined> {
  const text = await readFile(join(home, "data", "PG_VERSION"), "utf8").catch(() => "");
  const major = Number.parseInt(text, 10);
  return major > 0 ? major : undefined;
}

/** A password of this server's own, since its URL is made to be passed on; then the database. */
async function createDatabase(endpoint: Endpoint, asMade: Endpoint): Promise<void> {
  const { client } = await connectTo(asMade, { applicationName: "lockstep dev" });
  try {
    await client.query(`alter role ${superuser} password '${endpoint.password}'`);
    const found = await client.query("select from pg_database where datname = $1", [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}
