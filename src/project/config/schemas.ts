/** The sections that say which files are the schema. */
import type { BaselineSource, DeclaredSource } from "../config.ts";
import {
  isPlainObject,
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
  for (const [key] of readObject(value, place, expected)) {
    if (key !== "command") throw unknownKey(within(place, key), ["command"]);
  }
  const command = readText(value["command"], within(place, "command"), expected);
  return { kind: "command", command };
}
