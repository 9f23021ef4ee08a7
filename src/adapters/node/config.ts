/**
 * Finds and loads the config file: JSON by ourselves, TypeScript and JavaScript through jiti, which is loaded only
 * for them. What the values mean is decided in project/config/; running the user's module is all that happens here.
 */
import { join } from "node:path";
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import type { Files } from "../../ports/files.ts";
import type { Config } from "../../project/config.ts";
import { configKeys } from "../../project/config/keys.ts";
import { defaultConfig, fillTargets, readConfigValue } from "../../project/config/read.ts";
import { decodeText } from "../../project/decode.ts";
import type { ConfigContext } from "../../project/user-config.ts";
import type { Environment } from "./environment.ts";
import { importModule } from "./modules.ts";

export const configFileNames: readonly string[] = ["ts", "mts", "js", "mjs", "cjs", "json"].map(
  (ending) => `lockstep.config.${ending}`,
);

export interface ReadConfigOptions {
  readonly files: Files;
  readonly environment: Environment;
  /** What --config names; found by name without it. */
  readonly configFile?: string;
}

export async function readConfig(options: ReadConfigOptions): Promise<Config> {
  const file = options.configFile ?? (await findConfigFile(options.files));
  if (file === undefined) return defaultConfig;
  const bytes = await options.files.readIfPresent(file);
  if (bytes === undefined) throw configAbsent(file);
  const { text } = decodeText(bytes, file);
  const isJson = file.endsWith(".json");
  const value = isJson ? parseJson(file, text) : await loadModule(file, options);
  const config = readConfigValue({ file, value, source: text });
  return isJson ? fillTargets(config, options.environment) : config;
}

async function findConfigFile(files: Files): Promise<string | undefined> {
  const names = (await files.list("")).map(({ name }) => name);
  const found = configFileNames.filter((name) => names.includes(name));
  if (found.length > 1) {
    const message = `there are several config files: ${found.join(", ")}`;
    throw new LockstepError("CONFIG.SEVERAL_FILES", message, { where: { file: found[1] ?? "" } });
  }
  // A name that is nearly right would be passed over in silence, and with it all that it says.
  const similar = names.find((name) =>
    /^\.?lock-?step\.conf(?:ig)?\.|^lockstep\.(?:json|ts|js|ya?ml|toml)$/i.test(name),
  );
  if (found.length === 0 && similar !== undefined) {
    const guess = nearest(similar, configFileNames) ?? "lockstep.config.json";
    const message = `${similar} is no name of a config file; did you mean ${guess}?`;
    throw new LockstepError("CONFIG.LOAD", message, { where: { file: similar } });
  }
  return found[0];
}

function configAbsent(file: string): LockstepError {
  return new LockstepError("CONFIG.FILE_ABSENT", `${file} is not there`, { where: { file } });
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const where = { file, ...jsonPosition(text, why) };
    throw new LockstepError("CONFIG.LOAD", `${file} is not JSON: ${shorten(why)}`, {
      where,
      cause,
    });
  }
}

/** The engine's message may quote the text around the fault, and with it a password. */
function shorten(why: string): string {
  return why
    .replace(/,? *(?:"[^]*"|\.\.\.[^]*) is not valid JSON$/, "")
    .replace(/ in JSON at position.*$/s, "");
}

function jsonPosition(text: string, why: string): Pick<SourcePosition, "line" | "column"> {
  const at = /at position (\d+)/.exec(why)?.[1];
  const end = /end of JSON|Unterminated/.test(why) ? text.length : undefined;
  const offset = at === undefined ? end : Number(at);
  if (offset === undefined) return {};
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

async function loadModule(file: string, options: ReadConfigOptions): Promise<unknown> {
  const { files, environment } = options;
  const path = join(files.root, file);
  try {
    return await withEnvironment(environment, async () => {
      const loaded = await importModule(path);
      const exported: unknown = "default" in loaded ? loaded["default"] : namedConfig(file, loaded);
      return isConfigFunction(exported) ? await exported({ env: environment }) : exported;
    });
  } catch (cause) {
    if (cause instanceof LockstepError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const where = { file, ...stackPosition(cause, path) };
    throw new LockstepError("CONFIG.LOAD", `${file} can't be loaded: ${why}`, { where, cause });
  }
}

/** Keys of the config that are exported by their names are one too. */
function namedConfig(file: string, loaded: Readonly<Record<string, unknown>>): unknown {
  if (configKeys.some(({ key }) => key in loaded)) return loaded;
  throw new LockstepError("CONFIG.LOAD", `${file} has no default export`, {
    where: { file },
    next: 'Write: export default { migrations: "migrations" }',
  });
}

/** Whatever it takes and returns is checked afterwards. */
function isConfigFunction(exported: unknown): exported is (context: ConfigContext) => unknown {
  return typeof exported === "function";
}

function stackPosition(cause: unknown, path: string): Pick<SourcePosition, "line" | "column"> {
  const text = cause instanceof Error ? `${cause.message}\n${cause.stack ?? ""}` : "";
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const match =
    new RegExp(`${escaped}:(\\d+)(?::(\\d+))?`).exec(text) ?? /\((\d+):(\d+)\)/.exec(text);
  if (match === null) return {};
  const [, line, column] = match;
  // The loader puts its own words before the first line's.
  const isKnown = column !== undefined && line !== "1";
  // Its parser counts columns from 0, the stack of what ran from 1.
  const first = text.startsWith("ParseError") ? 1 : 0;
  return { line: Number(line), ...(isKnown ? { column: Number(column) + first } : {}) };
}

/**
 * Configs read process.env themselves, and expect .env in it. What .env adds is there while the module runs and gone
 * afterwards, so that nothing else in the process sees it.
 */
async function withEnvironment<T>(environment: Environment, work: () => Promise<T>): Promise<T> {
  const added = Object.keys(environment).filter((name) => process.env[name] === undefined);
  for (const name of added) process.env[name] = environment[name];
  try {
    return await work();
  } finally {
    for (const name of added) delete process.env[name];
  }
}
