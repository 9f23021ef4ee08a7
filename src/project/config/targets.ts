/**
 * The section `targets`: names of databases and how to reach them, as a URL or in parts. Nothing is connected to and
 * no value is ever quoted in an error, since each may be a secret.
 */
import type { BackupConfig, Target } from "../config.ts";
import { readBackup } from "./backup.ts";
import {
  isPlainObject,
  readBoolean,
  readObject,
  readText,
  unknownKey,
  valueError,
  within,
  type ConfigKey,
  type Expectation,
  type Place,
} from "./value.ts";

/** What a target may hold; `part` names libpq's parameter. */
export const targetKeys: readonly (ConfigKey & { readonly part?: string })[] = [
  key("url", "The database's URL.", 'url: "postgres://app@db.example.com/app"'),
  key("directUrl", "The URL past a pooler.", 'directUrl: "postgres://app@db.example.com/app"'),
  part("host", "host", {
    doc: "Host name, address, or the folder of a socket.",
    example: 'host: "db.example.com"',
  }),
  part("port", "port", { doc: "Port.", example: "port: 5432" }),
  part("user", "user", { doc: "User.", example: 'user: "deployer"' }),
  part("password", "password", {
    doc: "Password; better left to a variable.",
    example: "password: process.env.DB_PASSWORD",
  }),
  part("database", "dbname", { doc: "Database.", example: 'database: "app"' }),
  part("sslmode", "sslmode", { doc: "As libpq means it.", example: 'sslmode: "verify-full"' }),
  part("sslrootcert", "sslrootcert", {
    doc: "File with the authorities' certificates.",
    example: 'sslrootcert: "ca.pem"',
  }),
  part("sslcert", "sslcert", {
    doc: "File with the client's certificate.",
    example: 'sslcert: "client.pem"',
  }),
  part("sslkey", "sslkey", { doc: "File with the client's key.", example: 'sslkey: "client.key"' }),
  part("options", "options", {
    doc: "Command-line options for the server.",
    example: 'options: "-c role=owner"',
  }),
  {
    key: "protected",
    takes: "true or false",
    byDefault: "false",
    doc: "Refuse drop and reset.",
    example: "protected: true",
  },
  {
    key: "backup",
    takes: "auto, always, never, or { policy, schemas, tables, maxSize, to, keep }",
    byDefault: "the project's",
    doc: "What is backed up before this target is changed; what it does not say, the project's `backup` says.",
    example: 'backup: "always"',
  },
];

const expected: Expectation = {
  what: "an object of targets",
  example: 'targets: { production: { url: "postgres://app@db.example.com/app" } }',
};

export function readTargets(value: unknown, place: Place): Readonly<Record<string, Target>> {
  if (!isPlainObject(value)) throw valueError(place, expected, value);
  const targets = Object.entries(value).map(
    ([name, target]) => [name, readTarget(name, target, within(place, name))] as const,
  );
  return Object.fromEntries(targets);
}

/** Without these there is a default that is no other server, and no weaker connection. */
const mayBeUnset: ReadonlySet<string> = new Set([
  "port",
  "directUrl",
  "options",
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
]);

function readTarget(name: string, value: unknown, place: Place): Target {
  if (typeof value === "string") return complete(name, new Map([["url", value]]));
  if (value === undefined) return complete(name, new Map(), { unset: ["its URL"] });
  // A member that is undefined came of a variable that is not set: a fault only when this target is used.
  const unset = (isPlainObject(value) ? Object.entries(value) : []).flatMap(([key, member]) =>
    member === undefined && !mayBeUnset.has(key) ? [key] : [],
  );
  const members = readObject(value, place, { ...expected, what: "a URL or an object" });
  const texts = new Map<string, string>();
  let isProtected = false;
  let backup: BackupConfig | undefined;
  for (const [key, member] of members) {
    const known = targetKeys.find((candidate) => candidate.key === key);
    const here = within(place, key);
    if (known === undefined)
      throw unknownKey(
        here,
        targetKeys.map((candidate) => candidate.key),
      );
    const expectation = { what: known.takes, example: known.example };
    if (key === "protected") isProtected = readBoolean(member, here, expectation);
    else if (key === "backup") backup = readBackup(member, here, expectation);
    else if (key === "port") texts.set(key, readPort(member, here, expectation));
    else texts.set(key, readText(member, here, expectation));
  }
  return complete(name, texts, { isProtected, backup, unset });
}

function readPort(value: unknown, place: Place, expectation: Expectation): string {
  const port = Number(value);
  const isNumber = typeof value === "number" || (typeof value === "string" && value.trim() !== "");
  // `${DB_PORT}` is a number only once the variable is filled in.
  if (typeof value === "string" && variablePattern.test(value)) return value;
  if (isNumber && Number.isInteger(port) && port > 0 && port < 65_536) return String(port);
  throw valueError(place, expectation, value);
}

/** What a target holds beside its address. */
interface Beside {
  readonly isProtected?: boolean;
  readonly backup?: BackupConfig | undefined;
  readonly unset?: readonly string[];
}

function complete(
  name: string,
  texts: ReadonlyMap<string, string>,
  { isProtected = false, backup, unset = [] }: Beside = {},
): Target {
  const parts: Record<string, string> = {};
  for (const { key, part } of targetKeys) {
    const text = texts.get(key);
    if (part !== undefined && text !== undefined) parts[part] = text;
  }
  return {
    name,
    url: texts.get("url"),
    directUrl: texts.get("directUrl"),
    parts,
    ...{ isProtected, backup },
    missing: unset,
  };
}

const variablePattern = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/;
const variables = new RegExp(variablePattern, "g");

/** Fills `${NAME}` in a JSON config's targets; what is not set is remembered and refused when it is used. */
export function fillTarget(
  target: Target,
  environment: Readonly<Record<string, string | undefined>>,
): Target {
  const missing = new Set(target.missing);
  const fill = (text: string): string =>
    text.replaceAll(variables, (whole, name: string) => {
      const value = environment[name];
      if (value === undefined || value === "") missing.add(name);
      return value ?? whole;
    });
  const entries = Object.entries(target.parts).map(([name, text]) => [name, fill(text)] as const);
  return {
    ...target,
    url: target.url === undefined ? undefined : fill(target.url),
    directUrl: target.directUrl === undefined ? undefined : fill(target.directUrl),
    parts: Object.fromEntries(entries),
    missing: [...missing],
  };
}

function key(name: string, doc: string, example: string): ConfigKey {
  return { key: name, takes: "text", byDefault: "none", doc, example };
}

function part(
  name: string,
  libpq: string,
  { doc, example }: Pick<ConfigKey, "doc" | "example">,
): ConfigKey & { readonly part: string } {
  const own = name === "port" ? { takes: "a number from 1 to 65535" } : {};
  return { ...key(name, doc, example), ...own, part: libpq };
}
