/**
 * The environment that lockstep works with: the real one, what the project's .env adds to it, and secrets that lie in
 * files. process.env itself is never changed here, and the real environment always wins.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { LockstepError } from "../../core/errors.ts";
import { decodeText } from "../../project/decode.ts";
import type { Files } from "../../ports/files.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that may be given as a file: `DATABASE_URL_FILE` for `DATABASE_URL`. */
export const secretVariables: readonly string[] = [
  "DATABASE_URL",
  "DIRECT_URL",
  "LOCKSTEP_BACKUP_KEY",
  "LOCKSTEP_BACKUP_PASSPHRASE",
  "LOCKSTEP_MASK_KEY",
  "SCRATCH_URL",
  "PGPASSWORD",
];

export async function readEnvironment(files: Files, real: Environment): Promise<Environment> {
  const bytes = await files.readIfPresent(".env");
  const dotEnv = bytes === undefined ? {} : parseDotEnv(decodeText(bytes, ".env").text);
  const merged = { ...dotEnv, ...definedOnly(real) };
  return { ...merged, ...readSecrets(merged, files.root) };
}

/** NAME=value lines, quotes, comments and `export` as Node reads them; anything else is refused with its line. */
function parseDotEnv(text: string): Record<string, string> {
  let openQuote: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (openQuote !== undefined) {
      if (line.includes(openQuote)) openQuote = undefined;
      continue;
    }
    const bare = line.trim();
    if (bare === "" || bare.startsWith("#")) continue;
    const match = /^(?:export\s+)?[A-Za-z_][\w.]*\s*=\s*(.*)$/.exec(bare);
    if (match === null) {
      throw new LockstepError("CONFIG.ENV_FILE", ".env holds a line that is no assignment", {
        where: { file: ".env", line: index + 1 },
      });
    }
    const value = match[1] ?? "";
    const quote = /^["'`]/.exec(value)?.[0];
    if (quote !== undefined && !value.slice(1).includes(quote)) openQuote = quote;
  }
  return definedOnly(parseEnv(text));
}

function readSecrets(environment: Environment, root: string): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const name of secretVariables) {
    const path = environment[`${name}_FILE`];
    if (path === undefined || path === "") continue;
    if ((environment[name] ?? "") !== "") {
      throw new LockstepError("CONFIG.SECRET_FILE", `both ${name} and ${name}_FILE are set`);
    }
    secrets[name] = readSecret(`${name}_FILE`, resolve(root, path));
  }
  return secrets;
}

/** Secrets lie outside of the project as a rule (/run/secrets), so this is no project file. */
function readSecret(variable: string, path: string): string {
  try {
    // Editors and `echo` end a file with a line end that is no part of the secret.
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    const message = `${variable} names ${path}, which can't be read (${reason})`;
    throw new LockstepError("CONFIG.SECRET_FILE", message, { cause });
  }
}

function definedOnly(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) found[name] = value;
  return found;
}

/** What a program that uses the library has around it; read when it is asked for, never changed. */
export function processSurroundings(): {
  readonly environment: Environment;
  readonly workingFolder: string;
} {
  return { environment: process.env, workingFolder: process.cwd() };
}
