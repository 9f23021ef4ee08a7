/**
 * libpq's connection service file: the settings that a service's name stands for, looked up where libpq looks. What
 * is given otherwise is nearer; libpq's variables are farther. No error quotes a value: one may be a password.
 */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LockstepError } from "../../core/errors.ts";
import { parameters } from "./parameters.ts";
import type { Settings } from "./url.ts";

export interface ServicePlace {
  readonly service: string;
  /** Undefined: the user's own, ~/.pg_service.conf. */
  readonly file: string | undefined;
  readonly homeFolder: string | undefined;
  /** PGSYSCONFDIR: where the machine's own one is. */
  readonly systemFolder: string | undefined;
}

export function readService(place: ServicePlace): Settings {
  const { service, file, systemFolder } = place;
  const own = file ?? join(place.homeFolder ?? homedir(), ".pg_service.conf");
  const text = readText(own, file !== undefined);
  const found = text === undefined ? undefined : findService(text, service, own);
  if (found !== undefined) return found;
  const shared = systemFolder === undefined ? undefined : join(systemFolder, "pg_service.conf");
  const others = shared === undefined ? undefined : readText(shared, false);
  const known = others === undefined ? undefined : findService(others, service, shared ?? "");
  if (known !== undefined) return known;
  const places = [own, ...(shared === undefined ? [] : [shared])].join(" nor in ");
  throw new LockstepError(
    "CONNECT.SETTING_INVALID",
    `the service ${service} is not defined in ${places}`,
    { next: `Write [${service}] and its settings there, or name another file with PGSERVICEFILE.` },
  );
}

function readText(path: string, isNamed: boolean): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (!isNamed && cause instanceof Error && "code" in cause && cause.code === "ENOENT") return;
    throw new LockstepError("CONNECT.FILE_UNREADABLE", `the service file ${path} can't be read`, {
      cause,
    });
  }
}

/** Lines are NAME=value without white space around the sign; the first of a name counts. */
export function findService(text: string, service: string, path: string): Settings | undefined {
  let found: Map<string, string> | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("[")) {
      if (found !== undefined) return found;
      if (line.startsWith(`[${service}]`)) found = new Map();
    } else if (found !== undefined) {
      const [name, value] = settingOf(line, { file: path, line: index + 1 });
      if (value !== "" && !found.has(name)) found.set(name, value);
    }
  }
  return found;
}

function settingOf(
  line: string,
  where: { readonly file: string; readonly line: number },
): readonly [name: string, value: string] {
  const refuse = (what: string): LockstepError =>
    new LockstepError("CONNECT.SETTING_INVALID", `the service file ${what}`, { where });
  if (line.startsWith("ldap")) throw refuse("asks an LDAP server, which lockstep does not do");
  const equals = line.indexOf("=");
  if (equals < 0) throw refuse("has a line that is not NAME=value");
  const name = line.slice(0, equals);
  if (name === "service" || name === "servicefile") throw refuse("names another service");
  if (!parameters.has(name)) throw refuse("names a parameter that there is not");
  return [name, line.slice(equals + 1)];
}
