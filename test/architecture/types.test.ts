import ts from "typescript";
import { describe, expect, test } from "vitest";
import { findNodes, type SourceFile, sourcesIn } from "../support/sources.ts";

const sources = sourcesIn("src");

describe("types are never talked out of", () => {
  test("no any", () => {
    const found = findNodes(sources, (node) =>
      node.kind === ts.SyntaxKind.AnyKeyword ? "any" : undefined,
    );
    expect(found.join("\n")).toBe("");
  });

  test("no non-null !", () => {
    const found = findNodes(sources, (node) =>
      ts.isNonNullExpression(node) ? node.getText() : undefined,
    );
    expect(found.join("\n")).toBe("");
  });

  test("no complaint of the compiler is silenced, none of the linter without a reason", () => {
    const pattern = /@ts-(?:ignore|expect-error|nocheck)|(?:ox|es)lint-disable(?!.* -- )/;
    const found = sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
    expect(found.join("\n")).toBe("");
  });

  test("each `as` has a comment that says why it holds", () => {
    const found = findNodes(sources, (node, source) => {
      if (!isCast(node) || hasReason(node, source)) return undefined;
      return node.getText();
    });
    expect(found.join("\n")).toBe("");
  });

  test("there are at most two `as` in a thousand lines", () => {
    const casts = findNodes(sources, (node) => (isCast(node) ? "" : undefined)).length;
    const lines = sources.reduce((sum, { text }) => sum + text.split("\n").length, 0);
    expect((casts / lines) * 1_000).toBeLessThanOrEqual(2);
  });
});

describe("the language stays small", () => {
  test("no enum, no namespace, no default export, no parameter property", () => {
    const found = findNodes(sources, (node) => {
      if (ts.isEnumDeclaration(node)) return "enum";
      if (ts.isModuleDeclaration(node) && !ts.isStringLiteral(node.name)) return "namespace";
      if (ts.isExportAssignment(node)) return "default export";
      return undefined;
    });
    expect(found.join("\n")).toBe("");
  });

  test("node's modules are imported as node:x", () => {
    const found = findNodes(sources, (node) => {
      if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return;
      const name = node.moduleSpecifier.text;
      return /^(fs|path|os|crypto|net|tls|url|util|stream|child_process|module|events)(\/|$)/.test(
        name,
      )
        ? name
        : undefined;
    });
    expect(found.join("\n")).toBe("");
  });
});

/** `as const` only narrows, so it can't be wrong. */
function isCast(node: ts.Node): boolean {
  if (ts.isTypeAssertionExpression(node)) return true;
  return ts.isAsExpression(node) && node.type.getText() !== "const";
}

/** A comment on the line, up to two lines above, or on the function that it is in. */
function hasReason(node: ts.Node, { tree, text }: SourceFile): boolean {
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  const near = text.split("\n").slice(Math.max(0, line - 2), line + 1);
  if (near.some((part) => /\/\/|\*\//.test(part))) return true;
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const owner = ts.isArrowFunction(at) ? (at.parent.parent.parent ?? at) : at;
    return (ts.getLeadingCommentRanges(text, owner.getFullStart()) ?? []).length > 0;
  }
  return false;
}
