/** The sections that say which files are the schema. */
import type { BaselineSource, DeclaredSource } from "../config.ts";
import {
  isPlainObject,
  readDuration,
  readObject,
  readPaths,
  readText,
  unknownKey,
  within,
  type Expectation,
  type Place,
} from "./value.ts";

export function readBaseline(value: unknown, place: Place, expected: Expectation): BaselineSource {
  if (!isPlainObject(value))
    return { paths: readPaths(value, place, expected), includes: undefined };
  let source: BaselineSource = { paths: [], includes: undefined };
  for (const [key, member] of readObject(value, place, expected)) {
    const here = within(place, key);
    if (key === "path") source = { ...source, paths: readPaths(member, here, expected) };
    else if (key === "includes") source = { ...source, includes: readText(member, here, expected) };
    else throw unknownKey(here, ["path", "includes"]);
  }
  if (source.paths.length === 0) readPaths(undefined, within(place, "path"), expected);
  return source;
}

export function readDeclared(value: unknown, place: Place, expected: Expectation): DeclaredSource {
  if (!isPlainObject(value)) return { kind: "paths", paths: readPaths(value, place, expected) };
  let timeoutMs = commandTimeoutMs;
  for (const [key, member] of readObject(value, place, expected)) {
    const here = within(place, key);
    if (key === "timeout") timeoutMs = readDuration(member, here, expectedTimeout);
    else if (key !== "command") throw unknownKey(here, ["command", "timeout"]);
  }
  const command = readText(value["command"], within(place, "command"), expected);
  return { kind: "command", command, timeoutMs };
}

/** Such a command may have to fetch its program first. */
const commandTimeoutMs = 120_000;

const expectedTimeout: Expectation = {
  what: "a duration such as 90s, or 0 for none",
  example: 'declared: { command: "npm run -s schema", timeout: "90s" }',
};
