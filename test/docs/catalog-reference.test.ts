/** docs/reference/catalog.md says of the catalogs what the tables in the code say. */
import { expect, test } from "vitest";
import { catalogCoverage } from "../../src/catalog/coverage.ts";
import { kindEntry, kinds, type Kind } from "../../src/catalog/kinds.ts";
import { generatedBlock, markdownTable } from "../support/generated-blocks.ts";

const page = "docs/reference/catalog.md";
const code = (text: string): string => `\`${text}\``;

test("the kinds of facts are those of the code", async () => {
  // Object.keys forgets that the keys are the kinds.
  const names = Object.keys(kinds) as readonly Kind[];
  const rows = names.map((kind) => {
    const { label, optIn, storageAttributes = [], aside } = kindEntry(kind);
    const notes = [
      ...(optIn === true ? ["only when asked for"] : []),
      ...(aside === undefined ? [] : [`left aside at \`${aside}\``]),
      ...(storageAttributes.length === 0
        ? []
        : [`at \`semantic\` without ${storageAttributes.map(code).join(", ")}`]),
    ];
    return [code(kind), label, notes.join("; ")];
  });
  const wanted = markdownTable(["kind", "is a", "notes"], rows);
  expect(await generatedBlock(page, "kinds", wanted)).toBe(wanted);
});

test("what becomes of each catalog and column is what the code says", async () => {
  const rows = Object.entries(catalogCoverage).map(([catalog, coverage]) => [
    code(catalog),
    coverage.whole === undefined ? (coverage.facts ?? "") : `ignored: ${coverage.whole}`,
    reasons(coverage.derived),
    reasons(coverage.ignored),
  ]);
  const wanted = markdownTable(["catalog", "becomes", "derived", "ignored"], rows);
  expect(await generatedBlock(page, "catalogs", wanted)).toBe(wanted);
});

function reasons(columns: Readonly<Record<string, string>> = {}): string {
  return Object.entries(columns)
    .map(([names, reason]) => `${names.split(" ").map(code).join(", ")}: ${reason}`)
    .join("; ");
}
