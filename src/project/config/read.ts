/** From what a config file exports to a Config. Unknown keys are errors: a typing mistake must not be a default. */
import { LockstepError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import type { Config, Target } from "../config.ts";
import { configAliases, configKeys } from "./keys.ts";
import { noBackupConfig } from "./backup.ts";
import { noHooks } from "./hooks.ts";
import { fillTarget } from "./targets.ts";
import { positionOf, readObject, unknownKey, within, type Place } from "./value.ts";

export const defaultConfig: Config = {
  file: undefined,
  scope: "default",
  owner: undefined,
  strategy: "migrations",
  baseline: undefined,
  declared: undefined,
  migrations: undefined,
  seeds: [],
  startingPoints: undefined,
  roles: undefined,
  equality: "column-order",
  exceptions: [],
  targets: {},
  settings: {},
  variables: {},
  lockTimeoutMs: 5000,
  lockRetries: 10,
  statementTimeoutMs: 0,
  allowOutOfOrder: false,
  allowDrop: [],
  additive: false,
  columnOrder: "keep",
  backup: noBackupConfig,
  hooks: noHooks,
};

export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  /** The file's text, for line numbers. */
  readonly source: string | undefined;
}

export function readConfigValue(given: ConfigSource): Config {
  const place: Place = { file: given.file, source: given.source, keys: [] };
  const whole = { what: "an object", example: 'export default { migrations: "migrations" }' };
  let config: Config = { ...defaultConfig, file: given.file };
  const seen = new Map<string, string>();
  for (const [written, value] of readObject(
    given.value,
    { ...place, keys: ["the config"] },
    whole,
  )) {
    const here = within(place, written);
    const key = configAliases[written] ?? written;
    const entry = configKeys.find((candidate) => candidate.key === key);
    if (entry === undefined)
      throw unknownKey(
        here,
        configKeys.map((candidate) => candidate.key),
      );
    const before = seen.get(key);
    if (before !== undefined) throw twice(here, before);
    seen.set(key, written);
    const read = entry.read(value, here, { what: entry.takes, example: entry.example });
    config = { ...config, ...read };
  }
  return config;
}

/** `${NAME}` in targets, from the environment with .env. */
export function fillTargets(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const targets = Object.entries(config.targets).map(
    ([name, target]) => [name, fillTarget(target, environment)] as const,
  );
  return { ...config, targets: Object.fromEntries(targets) };
}

/** The target of that name, complete, or an error that says what is lacking. */
export function findTarget(config: Config, name: string): Target {
  const names = Object.keys(config.targets);
  const target = names.includes(name) ? config.targets[name] : undefined;
  if (target === undefined) {
    const guess = nearest(name, names);
    throw new LockstepError(
      "CONFIG.TARGET_UNKNOWN",
      `the config has no target ${name}` + (guess === undefined ? "" : `; did you mean ${guess}?`),
      {
        ...(config.file === undefined ? {} : { where: { file: config.file } }),
        next: names.length === 0 ? "Add targets to the config." : `Use one of: ${names.join(", ")}`,
      },
    );
  }
  if (target.missing.length > 0) {
    const missing = target.missing.join(", ");
    throw new LockstepError("CONFIG.TARGET_INCOMPLETE", `target ${name}: not set: ${missing}`, {
      ...(config.file === undefined ? {} : { where: { file: config.file } }),
      data: { target: name, missing: target.missing },
    });
  }
  return target;
}

function twice(place: Place, before: string): LockstepError {
  const written = place.keys.at(-1) ?? "";
  return new LockstepError("CONFIG.VALUE", `${written} and ${before} mean the same key`, {
    where: positionOf(place),
    next: "Keep one of the two.",
  });
}
