/** The key `backup`: a policy as one word, or an object that says more. */
import type { BackupConfig } from "../config.ts";
import {
  isPlainObject,
  oneOf,
  readCount,
  readObject,
  readText,
  readTexts,
  unknownKey,
  valueError,
  within,
  type Expectation,
  type Place,
  type Reader,
} from "./value.ts";

export const noBackupConfig: BackupConfig = {
  policy: undefined,
  schemas: [],
  tables: [],
  maxBytes: undefined,
  to: undefined,
  keep: undefined,
};

const readPolicy = oneOf(["auto", "always", "never"]);

export const readBackup: Reader<BackupConfig> = (value, place, expected) => {
  if (!isPlainObject(value))
    return { ...noBackupConfig, policy: readPolicy(value, place, expected) };
  let config = noBackupConfig;
  for (const [key, member] of readObject(value, place, expected)) {
    const here = within(place, key);
    const read = Object.hasOwn(members, key) ? members[key] : undefined;
    if (read === undefined) throw unknownKey(here, Object.keys(members));
    config = { ...config, ...read(member, here) };
  }
  return config;
};

/** A target's own stands above the project's, member by member; what it chooses, it chooses anew. */
export function withTargetBackup(general: BackupConfig, own: BackupConfig): BackupConfig {
  const chooses = own.schemas.length > 0 || own.tables.length > 0;
  const { schemas, tables } = chooses ? own : general;
  return {
    ...{ schemas, tables },
    policy: own.policy ?? general.policy,
    maxBytes: own.maxBytes ?? general.maxBytes,
    to: own.to ?? general.to,
    keep: own.keep ?? general.keep,
  };
}

const members: Readonly<Record<string, (value: unknown, place: Place) => Partial<BackupConfig>>> = {
  policy: (value, place) => ({
    policy: readPolicy(value, place, { what: "auto, always or never", example: 'policy: "auto"' }),
  }),
  schemas: (value, place) => ({ schemas: readTexts(value, place, list("schemas", "billing")) }),
  tables: (value, place) => ({
    tables: readTexts(value, place, list("tables", "billing.invoice")),
  }),
  maxSize: (value, place) => ({
    maxBytes: readSize(value, place, { what: "a size such as 500MB", example: 'maxSize: "20GB"' }),
  }),
  to: (value, place) => ({
    to: readText(value, place, {
      what: "a folder or s3://BUCKET/PREFIX",
      example: 'to: "/srv/backups/shop"',
    }),
  }),
  keep: (value, place) => ({
    keep: readCount(value, place, { what: "a whole number", example: "keep: 10" }),
  }),
};

function list(key: string, name: string): Expectation {
  return { what: "a list of names", example: `${key}: ["${name}"]` };
}

/** Bytes from `500MB`, `20 GB`, or a number of bytes; a unit is 1024 of the one before it, as PostgreSQL means it. */
const readSize: Reader<number> = (value, place, expected) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  const match =
    typeof value === "string" ? /^\s*(\d+(?:\.\d+)?)\s*(kB|KB|MB|GB|TB)\s*$/.exec(value) : null;
  const power = units.indexOf((match?.[2] ?? "").toUpperCase());
  if (match === null || power < 0) throw valueError(place, expected, value);
  return Math.round(Number(match[1]) * 1024 ** (power + 1));
};

const units = ["KB", "MB", "GB", "TB"];
