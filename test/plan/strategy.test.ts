/** The decision table by itself: which row wins, whatever the database is. */
import { expect, test } from "vitest";
import { strategyFor, type Situation, type StrategyKind } from "../../src/plan/strategy.ts";

const nothing: Situation = {
  hasBaseline: false,
  hasMigrations: false,
  hasDeclared: false,
  isDeclarative: false,
  target: "empty",
  verifyOnly: false,
};

const rows: readonly (readonly [Partial<Situation>, StrategyKind])[] = [
  [{}, "refuse-nothing-there"],
  [{ hasBaseline: true }, "load-baseline"],
  [{ hasBaseline: true, target: "ours" }, "compare-baseline"],
  [{ hasMigrations: true }, "migrate"],
  [{ hasMigrations: true, target: "ours" }, "migrate"],
  [{ hasBaseline: true, hasMigrations: true }, "baseline-then-migrate"],
  [{ hasBaseline: true, hasMigrations: true, target: "ours" }, "migrate"],
  [{ hasDeclared: true }, "refuse-undecided"],
  [{ hasDeclared: true, isDeclarative: true }, "declare"],
  [{ hasDeclared: true, isDeclarative: true, target: "ours" }, "declare"],
  [{ hasDeclared: true, isDeclarative: true, hasMigrations: true, target: "ours" }, "declare"],
  [{ hasMigrations: true, target: "foreign" }, "refuse-foreign"],
  [{ hasDeclared: true, isDeclarative: true, target: "foreign" }, "refuse-foreign"],
  [{ hasMigrations: true, target: "foreign", verifyOnly: true }, "verify-only"],
];

test.each(rows)("%o: %s", (situation, strategy) => {
  expect(strategyFor({ ...nothing, ...situation })).toBe(strategy);
});
