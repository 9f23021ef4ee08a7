import { expect, test } from "vitest";
import { readText, repositoryFiles } from "../support/sources.ts";

const decisions = repositoryFiles().filter((path) => /^docs\/adr\/.*\.md$/.test(path));
const sections = ["Status", "Context", "Decision", "Consequences"];

test("each decision is numbered, and no number is used twice", () => {
  const numbers = decisions.map((path) => /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]);
  expect(numbers.filter((number) => number === undefined)).toEqual([]);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("each decision has a status, a context, a decision and consequences, in this order", () => {
  for (const path of decisions) {
    const found = [...readText(path).matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(found, path).toEqual(sections);
  }
});
