/** A code that no test names may never have been thrown: nobody knows what it says, or whether it can be. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { errorCodes } from "../../src/core/codes.ts";
import { findingCodes } from "../../src/core/finding-codes.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));

test("every code of an error or a finding is named by a test", () => {
  const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:ts|json|txt)$/.test(path))
    .map((path) => readFileSync(join(folder, path), "utf8"));
  // In a pattern the dot is escaped.
  const named = new Set(
    texts
      .join("\n")
      .replaceAll("\\.", ".")
      .match(/\b[A-Z_]+\.[A-Z_]+\b/g),
  );
  const codes = [...Object.keys(errorCodes), ...Object.keys(findingCodes)];
  expect(codes.length).toBeGreaterThan(300);
  expect(codes.filter((code) => !named.has(code))).toEqual([]);
});
