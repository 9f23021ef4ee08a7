import ts from "typescript";
import { expect, test } from "vitest";
import { errorCodes } from "../../src/core/codes.ts";
import { findNodes, readText, repositoryFiles, sourcesIn } from "../support/sources.ts";

const sources = sourcesIn("src");
const nativeErrors = ["Error", "TypeError", "RangeError", "SyntaxError", "AggregateError"];

test("nothing throws a bare Error: failures have codes, bugs are InternalError", () => {
  const found = findNodes(sources, (node) =>
    ts.isThrowStatement(node) && isNativeError(node.expression) ? node.getText() : undefined,
  );
  expect(found.join("\n")).toBe("");
});

function isNativeError(node: ts.Node): boolean {
  const isNew = ts.isNewExpression(node) && ts.isIdentifier(node.expression);
  return isNew && nativeErrors.includes(node.expression.text);
}

test("every error code is thrown somewhere", () => {
  const text = sources
    .filter(({ path }) => !path.startsWith("src/core/codes"))
    .map((source) => source.text)
    .join("\n");
  const unused = Object.keys(errorCodes).filter((code) => !text.includes(`"${code}"`));
  expect(unused.join("\n")).toBe("");
});

test("a namespace's codes lie in its own file, in the order of the alphabet", () => {
  for (const path of repositoryFiles().filter((file) => file.startsWith("src/core/codes/"))) {
    const codes = [...readText(path).matchAll(/^ {2}"([A-Z_0-9.]+)": \{/gm)].map(
      ([, code]) => code,
    );
    expect(codes, path).toEqual(codes.toSorted());
    const namespaces = new Set(codes.map((code) => code?.split(".")[0]?.toLowerCase()));
    expect([...namespaces], path).toEqual([path.slice("src/core/codes/".length, -".ts".length)]);
  }
});

test("each code says in a sentence what it means, and what to do next", () => {
  for (const [code, { summary, next }] of Object.entries(errorCodes)) {
    expect(summary, code).toMatch(/^(?:[A-Z\\.]|lockstep)[^]*[.]$/);
    expect(next, code).not.toBe("");
  }
});
