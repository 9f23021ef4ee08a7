import ts from "typescript";
import { expect, test } from "vitest";
import { findNodes, readText, repositoryFiles, sourcesIn } from "../support/sources.ts";

const linesMax = 500;
const functionLinesMax = 70;
const sources = [...sourcesIn("src"), ...sourcesIn("scripts")];

test(`no file of code has more than ${linesMax} lines`, () => {
  const found = repositoryFiles()
    .filter((path) => /^(src|test|scripts|bench)\/.*\.ts$/.test(path))
    .map((path) => ({ path, lines: readText(path).trimEnd().split("\n").length }))
    .flatMap(({ path, lines }) => (lines > linesMax ? [`${path}: ${lines} lines`] : []));
  expect(found.join("\n")).toBe("");
});

test(`no function has more than ${functionLinesMax} lines`, () => {
  const found = findNodes(sources, (node, { tree }) => {
    if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return undefined;
    const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
    const last = tree.getLineAndCharacterOfPosition(node.end).line;
    const lines = last - first + 1;
    return lines > functionLinesMax ? `${lines} lines` : undefined;
  });
  expect(found.join("\n")).toBe("");
});

test("every module says at its top why it exists", () => {
  const found = sources
    .filter(({ text, path }) => !/^(#!.*\n)?\/\*\*/.test(text) && !path.endsWith(".d.ts"))
    .map(({ path }) => path);
  expect(found.join("\n")).toBe("");
});
