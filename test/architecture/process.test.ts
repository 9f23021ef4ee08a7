import ts from "typescript";
import { expect, test } from "vitest";
import { findNodes, sourcesIn } from "../support/sources.ts";

const sources = sourcesIn("src");

/** `process.exit`, `console.log`: what is asked of a global object. */
function member(node: ts.Node, object: string): string | undefined {
  const isMember = ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression);
  return isMember && node.expression.text === object ? node.name.text : undefined;
}

test("only cli/main.ts ends the process", () => {
  const found = findNodes(
    sources.filter(({ path }) => path !== "src/cli/main.ts"),
    (node) => {
      const name = member(node, "process") ?? "";
      return ["exit", "exitCode", "abort", "reallyExit"].includes(name)
        ? `process.${name}`
        : undefined;
    },
  );
  expect(found.join("\n")).toBe("");
});

test("only cli/ prints", () => {
  const found = findNodes(
    sources.filter(({ path }) => !path.startsWith("src/cli/")),
    (node) => {
      const stream = member(node, "process") ?? "";
      if (stream === "stdout" || stream === "stderr") return `process.${stream}`;
      return member(node, "console") === undefined ? undefined : "console";
    },
  );
  expect(found.join("\n")).toBe("");
});

test("nothing prints by console, not even in cli/", () => {
  const found = findNodes(sources, (node) => member(node, "console"));
  expect(found.join("\n")).toBe("");
});

// The library's functions take an environment and a folder; without them they are the process's own.
const processReaders = ["src/cli/main.ts", "src/library.ts"];

test("only adapters, main.ts and the library look at the process's environment and folder", () => {
  const found = findNodes(
    sources.filter(
      ({ path }) => !processReaders.includes(path) && !path.startsWith("src/adapters/"),
    ),
    (node) => {
      const name = member(node, "process") ?? "";
      return ["env", "argv", "cwd", "chdir"].includes(name) ? `process.${name}` : undefined;
    },
  );
  expect(found.join("\n")).toBe("");
});
