import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { refusedCommands, understoodCommands } from "../../../src/sql/psql/commands.ts";

const page = readFileSync("docs/reference/psql.md", "utf8");
const documented = new Set([...page.matchAll(/\\([A-Za-z_]+|!)/g)].map((match) => match[1]));

test("the reference page names every command that is understood or refused", () => {
  const all = [...understoodCommands, ...Object.keys(refusedCommands)];
  expect(all.filter((name) => !documented.has(name))).toEqual([]);
});

test("the reference page names no other", () => {
  const known = new Set([...understoodCommands, ...Object.keys(refusedCommands)]);
  // Shown by themselves, without an entry each: what \d, \l, \z and \sf stand for.
  const shown = new Set(["d", "l", "sf", "sv", "z"]);
  expect(
    [...documented].filter((name) => !known.has(name ?? "") && !shown.has(name ?? "")),
  ).toEqual([]);
});
