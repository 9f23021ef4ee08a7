/**
 * The composition root of the command line and of the library: from options and environment to a project, a target
 * and the adapters. Everything is made when it is first asked for, and once. Prints nothing and changes nothing,
 * except that it starts the development database where that is what is meant.
 */
import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { nodeClock } from "./adapters/node/clock.ts";
import { configFileNames, readConfig } from "./adapters/node/config.ts";
import { type Environment, readEnvironment } from "./adapters/node/environment.ts";
import { nodeFiles } from "./adapters/node/files.ts";
import { LockstepError } from "./core/errors.ts";
import { checkEnvironmentName, type SaidEnvironment } from "./ledger/environment.ts";
import type { Clock } from "./ports/clock.ts";
import type { Database } from "./ports/database.ts";
import type { Files } from "./ports/files.ts";
import type { Scratch } from "./ports/scratch.ts";
import { quoteIdentifier } from "./sql/quote.ts";
import type { Config, Target } from "./project/config.ts";
import { withTargetBackup } from "./project/config/backup.ts";
import type { Project } from "./project/project.ts";

export interface ComposeOptions {
  /** Relative to the working folder; by default found from there upwards. */
  readonly projectFolder?: string | undefined;
  /** Relative to the project's folder. */
  readonly configFile?: string | undefined;
  /** The name of a target of the config. */
  readonly target?: string | undefined;
  readonly url?: string | undefined;
  /** Which environment the database is; by default LOCKSTEP_ENVIRONMENT, else the target's name. */
  readonly environmentName?: string | undefined;
  /** Values for SQL that stand above the config's. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Stands above the config's. */
  readonly roles?: readonly string[] | undefined;
  readonly environment: Environment;
  readonly workingFolder: string;
  /** Ends programs that run for us. */
  readonly signal?: AbortSignal | undefined;
  /** One line for people: which database is used, what was ignored. */
  readonly note: (line: string) => void;
}

export interface Parts {
  /** Absolute. */
  readonly projectFolder: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** The real environment, what .env adds, and secrets from files. */
  environment(): Promise<Environment>;
  config(): Promise<Config>;
  /** As the project will have it: with what the target's URL says of it. */
  projectConfig(): Promise<Config>;
  project(): Promise<Project>;
  /** With the migrations that squashes put aside. */
  wholeProject(): Promise<Project>;
  target(): Promise<TargetDatabase>;
  /** Another target of the config. */
  namedTarget(name: string): Promise<TargetDatabase>;
  /** A database by its URL, with the environment's password and TLS settings where the URL has none. */
  databaseAt(url: string): Promise<Database>;
  scratch(): Promise<Scratch>;
  close(): Promise<void>;
}

export interface TargetDatabase {
  /** As the config names it; undefined when the environment or a URL describes it. */
  readonly name: string | undefined;
  readonly database: Database;
  /** The same database past a pooler. */
  readonly direct: Database | undefined;
  /** Which environment it is said to be; a protected one refuses drop and reset. */
  readonly environment: SaidEnvironment;
  /** The developer's own database, which lockstep runs. */
  readonly isDevelopment: boolean;
}

export function compose(options: ComposeOptions): Parts {
  const projectFolder = findProject(options);
  const files = nodeFiles(projectFolder);
  const environment = once(() => readEnvironment(files, options.environment));
  const config = once(async () => {
    const read = await readConfig({
      files,
      environment: await environment(),
      ...(options.configFile === undefined ? {} : { configFile: options.configFile }),
    });
    const variables = { ...read.variables, ...options.variables };
    const own = chosenTarget({ options, environment: await environment(), config: read })?.backup;
    const backup = own === undefined ? read.backup : withTargetBackup(read.backup, own);
    return { ...read, variables, backup, roles: options.roles ?? read.roles };
  });
  const projectConfig = once(async () => {
    const given = { options, environment: await environment(), config: await config() };
    return withTargetSchema(given);
  });
  const project = once(async () => {
    const { readProject } = await import("./adapters/node/project.ts");
    return readProject({ files, config: await projectConfig() });
  });
  const wholeProject = once(async () => {
    const lean = await project();
    if (lean.replaced.length === 0) return lean;
    const { readProject } = await import("./adapters/node/project.ts");
    return readProject({ files, config: await config(), withArchive: true });
  });
  const surroundings = { options, projectFolder, environment, config, project };
  const target = once(() => openTarget(surroundings));
  const namedTarget = (name: string): Promise<TargetDatabase> => named(surroundings, name);
  const databaseAt = async (url: string): Promise<Database> => openDatabase(surroundings, { url });
  let scratchInUse: Scratch | undefined;
  const scratch = once(async () => {
    const { chooseScratch } = await import("./adapters/scratch/choose-scratch.ts");
    scratchInUse = chooseScratch({ projectFolder, environment: await environment() });
    return scratchInUse;
  });
  const close = async (): Promise<void> => {
    await scratchInUse?.close();
  };
  const parts = {
    environment,
    config,
    projectConfig,
    project,
    wholeProject,
    target,
    namedTarget,
    databaseAt,
    scratch,
    close,
  };
  return { projectFolder, files, clock: nodeClock, signal: options.signal, ...parts };
}

interface Surroundings {
  readonly options: ComposeOptions;
  readonly projectFolder: string;
  readonly environment: () => Promise<Environment>;
  readonly config: () => Promise<Config>;
  readonly project: () => Promise<Project>;
}

/** How a database is reached: a URL, libpq's parameters, or the environment alone. */
interface Address {
  readonly url?: string | undefined;
  readonly parts?: Readonly<Record<string, string>>;
}

async function openTarget(from: Surroundings): Promise<TargetDatabase> {
  const { options } = from;
  const environment = await from.environment();
  if (options.url !== undefined && options.target !== undefined) {
    throw new LockstepError("USAGE.INVALID", "a URL and a target are both given", {
      next: "Leave one of the two out.",
    });
  }
  if (options.url !== undefined) return await unnamed(from, { url: options.url });
  if (options.target !== undefined) return await named(from, options.target);
  const url = environment["DATABASE_URL"] ?? "";
  if (url !== "") return await unnamed(from, { url }, environment["DIRECT_URL"]);
  const config = await from.config();
  if (Object.hasOwn(config.targets, "default")) return await named(from, "default");
  if (isDescribed(environment)) return await unnamed(from, {}, environment["DIRECT_URL"]);
  const development = await import("./adapters/scratch/development-database.ts");
  const { projectFolder } = from;
  // Whoever is in the wrong folder gets a word, not a server.
  if (development.isDevelopment(environment)) assertProject(await from.project());
  const found = await development.developmentTarget({ projectFolder, environment });
  if (found === undefined) throw notConfigured(Object.keys(config.targets));
  options.note(found.note);
  return { ...(await unnamed(from, { url: found.url })), isDevelopment: true };
}

function assertProject({ root, config, baseline, declared, migrationsFolder }: Project): void {
  const found = config.file ?? baseline ?? declared ?? migrationsFolder;
  if (found !== undefined) return;
  const message = `${root} holds no config, no schema file and no migrations, and no database was named`;
  throw new LockstepError("PROJECT.NOTHING_FOUND", message, {
    next: "Run it in the project's folder, add --project DIR, set DATABASE_URL, or begin with: lockstep init",
  });
}

interface TargetChoice {
  readonly options: ComposeOptions;
  readonly environment: Environment;
  readonly config: Config;
}

/** `?schema=` of the URL that is going to be used. A search_path of the config's own is nearer. */
function withTargetSchema(choice: TargetChoice): Config {
  const { config } = choice;
  const targetSchema = schemaOf(urlOf(choice));
  if (targetSchema === undefined || config.settings["search_path"] !== undefined) return config;
  const search_path = quoteIdentifier(targetSchema, { always: true });
  return { ...config, targetSchema, settings: { search_path, ...config.settings } };
}

/** In the order of openTarget. */
function urlOf(choice: TargetChoice): string {
  const { options, environment } = choice;
  if (options.url !== undefined) return options.url;
  const fromEnvironment = options.target === undefined ? (environment["DATABASE_URL"] ?? "") : "";
  return fromEnvironment === "" ? (chosenTarget(choice)?.url ?? "") : fromEnvironment;
}

/** The target of the config that is going to be used; undefined where a URL is, or none of that name is there. */
function chosenTarget({ options, environment, config }: TargetChoice): Target | undefined {
  if (options.url !== undefined) return undefined;
  if (options.target === undefined && (environment["DATABASE_URL"] ?? "") !== "") return undefined;
  const name = options.target ?? "default";
  return Object.hasOwn(config.targets, name) ? config.targets[name] : undefined;
}

/** A URL that can't be read is refused when it is connected to. */
function schemaOf(url: string): string | undefined {
  const query = /[?&]schema=([^&]*)/.exec(url)?.[1];
  if (query === undefined || query === "") return undefined;
  try {
    return decodeURIComponent(query);
  } catch {
    return undefined;
  }
}

async function named(from: Surroundings, name: string): Promise<TargetDatabase> {
  const { findTarget } = await import("./project/config/read.ts");
  const target = findTarget(await from.config(), name);
  const { url, parts, directUrl, isProtected } = target;
  const said = name === "default" ? undefined : name;
  return {
    name,
    database: await openDatabase(from, { url, parts }),
    direct: directUrl === undefined ? undefined : await openDatabase(from, { url: directUrl }),
    environment: { name: await environmentName(from, said), isProtected },
    isDevelopment: false,
  };
}

/** `--environment`, LOCKSTEP_ENVIRONMENT, or the target's name. */
async function environmentName(
  from: Surroundings,
  ofTarget: string | undefined,
): Promise<string | undefined> {
  const environment = await from.environment();
  const said = from.options.environmentName ?? environment["LOCKSTEP_ENVIRONMENT"] ?? "";
  const name = said === "" ? ofTarget : said;
  return name === undefined ? undefined : checkEnvironmentName(name);
}

async function unnamed(
  from: Surroundings,
  address: Address,
  directUrl: string = "",
): Promise<TargetDatabase> {
  return {
    name: undefined,
    database: await openDatabase(from, address),
    direct: directUrl === "" ? undefined : await openDatabase(from, { url: directUrl }),
    environment: { name: await environmentName(from, undefined), isProtected: false },
    isDevelopment: false,
  };
}

async function openDatabase(from: Surroundings, { url, parts }: Address): Promise<Database> {
  const { postgresDatabase } = await import("./adapters/postgres/connect.ts");
  const { resolveTarget } = await import("./adapters/postgres/settings.ts");
  const systemUser = nameOfUser();
  const database = postgresDatabase(
    resolveTarget({
      ...(url === undefined ? {} : { url }),
      ...(parts === undefined ? {} : { parts }),
      ...(systemUser === undefined ? {} : { systemUser }),
      environment: await from.environment(),
      homeFolder: homedir(),
    }),
  );
  for (const line of database.notes) from.options.note(line);
  return database;
}

/** Whether libpq's variables say which server or database is meant. */
function isDescribed(environment: Environment): boolean {
  return ["PGHOST", "PGHOSTADDR", "PGDATABASE", "PGSERVICE", "PGUSER"].some(
    (name) => (environment[name] ?? "") !== "",
  );
}

function notConfigured(targets: readonly string[]): LockstepError {
  const message = "nothing says which database is meant";
  if (targets.length === 0) return new LockstepError("CONNECT.NOT_CONFIGURED", message);
  const named = targets.map((name) => `--target ${name}`).join(" or ");
  return new LockstepError("CONNECT.NOT_CONFIGURED", message, {
    notes: [
      `the config has ${targets.length === 1 ? "a target" : "targets"}: ${targets.join(", ")}`,
    ],
    next: `Add ${named}, or set DATABASE_URL.`,
  });
}

/**
 * The folder that is named, or the nearest from the working folder upwards that holds a config or a lock file. A
 * repository's border is never crossed.
 */
function findProject({ projectFolder, workingFolder }: ComposeOptions): string {
  if (projectFolder !== undefined) {
    const folder = resolve(workingFolder, projectFolder);
    if (existsSync(folder)) return folder;
    throw new LockstepError("PROJECT.FILE_ABSENT", `the folder ${folder} is not there`);
  }
  const marks = [...configFileNames, "lockstep.lock"];
  for (let folder = workingFolder; ; folder = dirname(folder)) {
    if (marks.some((name) => existsSync(join(folder, name)))) return folder;
    if (existsSync(join(folder, ".git")) || dirname(folder) === folder) return workingFolder;
  }
}

/** A user of a container may have a number and no name. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
