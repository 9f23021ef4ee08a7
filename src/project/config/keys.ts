/**
 * Every key of the config, once: what it takes, its default, its line in docs/reference/config.md, and how it
 * becomes a part of Config. Adding a key means adding a row; there is no other place that knows one.
 */
import type { Config } from "../config.ts";
import { readBackup } from "./backup.ts";
import { readHooks } from "./hooks.ts";
import { readExceptions } from "./exceptions.ts";
import { readBaseline, readDeclared } from "./schemas.ts";
import { readTargets } from "./targets.ts";
import {
  oneOf,
  readBoolean,
  readCount,
  readDuration,
  readPath,
  readPaths,
  readText,
  readTextByName,
  readTexts,
  type ConfigKey,
  type Expectation,
  type Place,
} from "./value.ts";

export interface TopLevelKey extends ConfigKey {
  readonly read: (value: unknown, place: Place, expected: Expectation) => Partial<Config>;
}

export const configKeys: readonly TopLevelKey[] = [
  {
    key: "scope",
    takes: "a name",
    byDefault: "default",
    doc: "The project's name in a database that several projects share; part of the deploy lock and of the ledger.",
    example: 'scope: "billing"',
    read: (...given) => ({ scope: readText(...given) }),
  },
  {
    key: "strategy",
    takes: '"migrations" or "declarative"',
    byDefault: "migrations",
    doc: "Whether existing databases get migrations, or a plan by difference from the declared schema.",
    example: 'strategy: "declarative"',
    read: (...given) => ({ strategy: oneOf(["migrations", "declarative"])(...given) }),
  },
  {
    key: "baseline",
    takes: "a path, a list of paths, or { path, includes }",
    byDefault: "found by name and header",
    doc: "The complete schema for fresh databases. `includes` names the newest migration that it holds, or none.",
    example: 'baseline: { path: "init-complete.sql", includes: "004_add_phone" }',
    read: (...given) => ({ baseline: readBaseline(...given) }),
  },
  {
    key: "declared",
    takes: "a path, a list of paths, or { command, timeout }",
    byDefault: "found by name and header",
    doc: "What the schema should be: files, a folder of them, or a command that prints it as SQL and is ended after `timeout`, 120s by default.",
    example: 'declared: "schema/"',
    read: (...given) => ({ declared: readDeclared(...given) }),
  },
  {
    key: "migrations",
    takes: "the path of a folder",
    byDefault: "found by name",
    doc: "The folder of the migrations.",
    example: 'migrations: "db/migrations"',
    read: (...given) => ({ migrations: readPath(...given) }),
  },
  {
    key: "seeds",
    takes: "a path or a list of paths",
    byDefault: "seed.sql, seeds/ and the like",
    doc: "SQL files, or folders of them, that `lockstep seed` runs.",
    example: 'seeds: ["db/seed.sql"]',
    read: (...given) => ({ seeds: readPaths(...given) }),
  },
  {
    key: "startingPoints",
    takes: "a path or a list of paths",
    byDefault: "releases/*/, baselines/",
    doc: "Complete schemas of earlier releases, each with the migration that it includes in its header: `lockstep test` proves that each can be upgraded.",
    example: 'startingPoints: ["releases/v1.0.0/schema.sql"]',
    read: (...given) => ({ startingPoints: readPaths(...given) }),
  },
  {
    key: "owner",
    takes: "a role",
    byDefault: "the owner of each database",
    doc: "Whom the project's objects belong to. What this role owns in a database, and what SQL that names no owner makes, count as the same; without it, what belongs to the owner of the database does.",
    example: 'owner: "app"',
    read: (...given) => ({ owner: readText(...given) }),
  },
  {
    key: "roles",
    takes: "a role, or a list of them, with * for any text",
    byDefault: "none is compared",
    doc: "Roles that the project's SQL declares: what they may, their memberships and settings, and the settings of the database count as part of the schema wherever one is read or compared. Passwords never do. A list without names reads the database's settings alone.",
    example: 'roles: ["app", "app_*"]',
    read: (...given) => ({ roles: readTexts(...given) }),
  },
  {
    key: "equality",
    takes: '"strict", "column-order", "names" or "semantic"',
    byDefault: "column-order",
    doc: "How equal the ways to the schema have to be: in everything, but for the order of columns, but for names of indexes and the like, but for physical settings.",
    example: 'equality: "strict"',
    read: (...given) => ({
      equality: oneOf(["strict", "column-order", "names", "semantic"])(...given),
    }),
  },
  {
    key: "exceptions",
    takes: "a list of { object, attribute, values, reason, until }",
    byDefault: "none",
    doc: "Differences that are known and accepted: one object, one attribute and both values each. They are shown in every report, and one that no longer matches is a finding.",
    example:
      'exceptions: [{ object: "column:public.orders.total", attribute: "type", values: ["integer", "bigint"], reason: "widened by hand in 2024", until: "2027-01-31" }]',
    read: (...given) => ({ exceptions: readExceptions(...given) }),
  },
  {
    key: "targets",
    takes: "an object of targets",
    byDefault: "DATABASE_URL, PG*",
    doc: "Databases by name, for --target. In JSON, ${NAME} is filled from the environment.",
    example: "targets: { production: { url: process.env.PRODUCTION_URL, protected: true } }",
    read: (value, place) => ({ targets: readTargets(value, place) }),
  },
  {
    key: "settings",
    takes: "an object of server settings",
    byDefault: "none",
    doc: "Set on every session that runs the project's SQL, and recorded with the run.",
    example: 'settings: { "storage.multitenant": true }',
    read: (...given) => ({ settings: readTextByName(...given) }),
  },
  {
    key: "variables",
    takes: "an object of texts",
    byDefault: "none",
    doc: "Values for ${name} and :name in SQL; --set name=value overrides them.",
    example: 'variables: { app_role: "web" }',
    read: (...given) => ({ variables: readTextByName(...given) }),
  },
  {
    key: "lockTimeout",
    takes: "a duration such as 5s, 200ms, 1min",
    byDefault: "5s",
    doc: "How long a statement waits for a lock before its segment is rolled back and tried again.",
    example: 'lockTimeout: "2s"',
    read: (...given) => ({ lockTimeoutMs: readDuration(...given) }),
  },
  {
    key: "lockRetries",
    takes: "a whole number",
    byDefault: "10",
    doc: "How often a segment is tried again after a lock was not granted.",
    example: "lockRetries: 20",
    read: (...given) => ({ lockRetries: readCount(...given) }),
  },
  {
    key: "statementTimeout",
    takes: "a duration such as 30s, 10min; 0 for none",
    byDefault: "0",
    doc: "How long a statement may run.",
    example: 'statementTimeout: "10min"',
    read: (...given) => ({ statementTimeoutMs: readDuration(...given) }),
  },
  {
    key: "allowOutOfOrder",
    takes: "true or false",
    byDefault: "false",
    doc: "Apply a migration that sorts before an applied one, as --allow-out-of-order does.",
    example: "allowOutOfOrder: true",
    read: (...given) => ({ allowOutOfOrder: readBoolean(...given) }),
  },
  {
    key: "additive",
    takes: "true or false",
    byDefault: "false",
    doc: "A deploy of a declared schema drops nothing: what is there and not declared stays, and a change that would lose rows or values is refused.",
    example: "additive: true",
    read: (...given) => ({ additive: readBoolean(...given) }),
  },
  {
    key: "columnOrder",
    takes: '"keep" or "rebuild"',
    byDefault: "keep",
    doc: "Whether a table whose columns stand in another order than declared stays as it is, or is made again with its rows. Of diff, plan and a deploy of a declared schema.",
    example: 'columnOrder: "rebuild"',
    read: (...given) => ({ columnOrder: oneOf(["keep", "rebuild"])(...given) }),
  },
  {
    key: "allowDrop",
    takes: "a kind of object, a list of them, or all",
    byDefault: "none",
    doc: "What a deploy of a declared schema may drop, as --allow-drop says it.",
    example: 'allowDrop: ["index", "view"]',
    read: (...given) => ({ allowDrop: readTexts(...given) }),
  },
  {
    key: "backup",
    takes: "auto, always, never, or { policy, schemas, tables, maxSize, to, keep }",
    byDefault: "auto; never on the development database",
    doc: "What is backed up before a deploy: with auto, what the plan can harm. `schemas` and `tables` choose, and stand for always without a policy; `maxSize` (5GB) refuses what is larger (1GB with auto); `to` is a folder or s3://BUCKET/PREFIX, .lockstep/backups by default; `keep` leaves so many there.",
    example: 'backup: { policy: "auto", to: "s3://backups/shop", maxSize: "20GB", keep: 10 }',
    read: (...given) => ({ backup: readBackup(...given) }),
  },
  {
    key: "hooks",
    takes: "{ stop, start, health, timeout }",
    byDefault: "none; a timeout of 60s",
    doc: "Programs that rollback --restore runs in the project's folder, as lists of words without a shell: before it changes anything, when the backup is in place, and to look whether it is well.",
    example:
      'hooks: { stop: ["systemctl", "stop", "shop"], start: ["systemctl", "start", "shop"], health: ["npm", "run", "health"] }',
    read: (...given) => ({ hooks: readHooks(...given) }),
  },
];

/** Other words for a key. */
export const configAliases: Readonly<Record<string, string>> = { schema: "declared" };
