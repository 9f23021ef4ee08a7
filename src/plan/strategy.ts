/**
 * The decision table: what a deploy does, by what the project holds and what the target is. One row per line, the
 * first that fits wins; docs/guide/deploy.md shows the same rows. Pure: it looks at words, never at a database.
 */

/** `ours`: it has a ledger for this scope. `foreign`: it has objects and no ledger. */
export type TargetCondition = "empty" | "ours" | "foreign";

export interface Situation {
  readonly hasBaseline: boolean;
  /** A migrations folder, even one that is still empty. */
  readonly hasMigrations: boolean;
  readonly hasDeclared: boolean;
  readonly isDeclarative: boolean;
  readonly target: TargetCondition;
  /** RUN_MIGRATIONS=false: nothing may be changed. */
  readonly verifyOnly: boolean;
}

export type StrategyKind =
  /** Only looks. */
  | "verify-only"
  /** The complete schema into an empty database. */
  | "load-baseline"
  /** The ledger says which baseline was loaded; another one is drift. */
  | "compare-baseline"
  /** What is lacking, in order. */
  | "migrate"
  /** The complete schema, what it includes recorded, then the rest. */
  | "baseline-then-migrate"
  /** A plan by difference from the declared schema. */
  | "declare"
  | "refuse-foreign"
  | "refuse-nothing-there"
  | "refuse-undecided";

interface StrategyRow {
  readonly when: Partial<Situation>;
  readonly then: StrategyKind;
}

export const strategyTable: readonly StrategyRow[] = [
  { when: { verifyOnly: true }, then: "verify-only" },
  { when: { target: "foreign" }, then: "refuse-foreign" },
  { when: { hasDeclared: true, isDeclarative: true }, then: "declare" },
  {
    when: { hasBaseline: true, hasMigrations: true, target: "empty" },
    then: "baseline-then-migrate",
  },
  { when: { hasMigrations: true }, then: "migrate" },
  { when: { hasBaseline: true, target: "empty" }, then: "load-baseline" },
  { when: { hasBaseline: true, target: "ours" }, then: "compare-baseline" },
  { when: { hasDeclared: true }, then: "refuse-undecided" },
  { when: {}, then: "refuse-nothing-there" },
];

export function strategyFor(situation: Situation): StrategyKind {
  const row = strategyTable.find((candidate) => fits(candidate.when, situation));
  return row?.then ?? "refuse-nothing-there";
}

function fits(when: Partial<Situation>, situation: Situation): boolean {
  const actual = new Map<string, unknown>(Object.entries(situation));
  return Object.entries(when).every(([key, value]) => actual.get(key) === value);
}
