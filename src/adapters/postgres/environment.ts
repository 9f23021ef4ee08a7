/**
 * The environment's say in where the database is: DATABASE_URL, DIRECT_URL and SCRATCH_URL, libpq's PG* variables,
 * and for each that may hold a secret NAME_FILE, whose file holds the value (as container platforms mount them).
 */
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { LockstepError } from "../../core/errors.ts";
import type { Database } from "../../ports/database.ts";
import { postgresDatabase } from "./connect.ts";
import { resolveTarget, type Environment } from "./settings.ts";

export const urlVariables = ["DATABASE_URL", "DIRECT_URL", "SCRATCH_URL"] as const;

export type UrlVariable = (typeof urlVariables)[number];

/** Variables for which NAME_FILE is read. */
const fileVariables: readonly string[] = [
  ...urlVariables,
  "PGPASSWORD",
  "PGUSER",
  "PGDATABASE",
  "PGHOST",
  "POSTGRES_PASSWORD",
];

/** The same environment with each NAME_FILE's content under NAME. Both at once is a mistake, and said. */
export async function readSecretFiles(environment: Environment): Promise<Environment> {
  const found: Record<string, string> = {};
  for (const name of fileVariables) {
    const path = environment[`${name}_FILE`];
    if (path === undefined || path === "") continue;
    if ((environment[name] ?? "") !== "") throw givenTwice(name);
    found[name] = await readSecret(name, path);
  }
  return Object.keys(found).length === 0 ? environment : { ...environment, ...found };
}

async function readSecret(name: string, path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (cause) {
    const message = `${name}_FILE: can't read ${path}`;
    throw new LockstepError("CONNECT.FILE_UNREADABLE", message, { cause });
  }
}

function givenTwice(name: string): LockstepError {
  const message = `both ${name} and ${name}_FILE are set, and only one can be meant`;
  return new LockstepError("CONNECT.SETTING_INVALID", message, { next: `Unset one of them.` });
}

export interface DatabaseSource {
  readonly url?: string | undefined;
  /** libpq's parameter names; they stand behind the URL. */
  readonly parts?: Readonly<Record<string, string>>;
  /** With the secret files read (readSecretFiles). */
  readonly environment: Environment;
}

/** A Database of a URL or parts, with the environment's PG* variables as defaults. Does not connect. */
export function openDatabase(source: DatabaseSource): Database {
  const { url, parts, environment } = source;
  const target = resolveTarget({
    environment,
    ...(url === undefined ? {} : { url }),
    ...(parts === undefined ? {} : { parts }),
    ...systemDefaults(environment),
  });
  return postgresDatabase(target);
}

/** Whether PG* alone say where the database is. */
export function hasLibpqTarget(environment: Environment): boolean {
  return ["PGHOST", "PGHOSTADDR", "PGDATABASE", "PGSERVICE"].some(
    (name) => (environment[name] ?? "") !== "",
  );
}

function systemDefaults(environment: Environment): { systemUser?: string; homeFolder?: string } {
  const home = environment["HOME"];
  const folder = home === undefined || home === "" ? {} : { homeFolder: home };
  try {
    return { systemUser: userInfo().username, ...folder };
  } catch {
    // A container may run under a uid that has no name.
    return folder;
  }
}
