/**
 * libpq's password file: lines of host:port:database:user:password with `*` and backslash escapes. Read only when
 * a server asks for a password that nobody gave; a file that others can read is not used, as libpq has it, and what is
 * no plain file (/dev/null, to say that there is none) holds nothing.
 */
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { LockstepError } from "../../core/errors.ts";
import { secret, type Secret } from "../../core/secret.ts";
import { isSocketFolder } from "./target.ts";

export interface Passfile {
  readonly path: string | undefined;
  readonly homeFolder: string | undefined;
}

export interface PasswordPlace {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

export async function readPassword(
  file: Passfile,
  place: PasswordPlace,
): Promise<Secret | undefined> {
  const path = file.path ?? `${file.homeFolder ?? homedir()}/.pgpass`;
  const text = await readPrivate(path);
  const found = text === undefined ? undefined : findPassword(text, place);
  return found === undefined ? undefined : secret(found);
}

async function readPrivate(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    const { mode } = found;
    if (process.platform !== "win32" && (mode & 0o077) !== 0) throw tooOpen(path);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    return undefined;
  }
}

function tooOpen(path: string): LockstepError {
  const message = `the password file ${path} can be read by others, so it is not used`;
  return new LockstepError("CONNECT.FILE_UNREADABLE", message, { next: `chmod 600 ${path}` });
}

export function findPassword(text: string, place: PasswordPlace): string | undefined {
  const host = isSocketFolder(place.host) ? "localhost" : place.host;
  const wanted = [host, place.port, place.database, place.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = splitFields(line);
    const password = fields[4];
    const fits = wanted.every((value, index) => fields[index] === "*" || fields[index] === value);
    if (password !== undefined && password !== "" && fits) return password;
  }
  return undefined;
}

function splitFields(line: string): readonly string[] {
  const fields: string[] = [];
  let field = "";
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === "\\" && at + 1 < line.length) {
      at += 1;
      field += line.charAt(at);
    } else if (character === ":" && fields.length < 4) {
      fields.push(field);
      field = "";
    } else {
      field += character;
    }
  }
  return [...fields, field];
}
