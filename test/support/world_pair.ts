/**
 * Random pairs of small worlds: few names and many statements about them, so that things meet that no list of examples
 * puts together. Four of them: tables that inherit from several others, types made of types with what stands on them, what
 * hangs on plain tables (keys over periods, policies, rules, publications, statistics, event triggers), and what computes
 * (generated columns, views, routines that call each other). The two sides
 * share most of it, and each has changes of its own. What does not apply is passed over. The same seed gives the same pair
 * on the same major.
 */
import { loaderOf, pick, randomFrom } from "./random_pair.ts";
import type { SchemaPair } from "./schema_pair.ts";
import { codeWorld } from "./worlds/code.ts";
import { hangingWorld } from "./worlds/hanging.ts";
import { inheritanceWorld } from "./worlds/inheritance.ts";
import { typesWorld } from "./worlds/types.ts";
import type { Random, World } from "./worlds/world.ts";

type PairOf = (seed: number, major: number) => SchemaPair;

export const inheritancePair: PairOf = pairOf(inheritanceWorld, 104_729);
export const typesPair: PairOf = pairOf(typesWorld, 15_485_863);
export const hangingPair: PairOf = pairOf(hangingWorld, 32_452_843);
export const codePair: PairOf = pairOf(codeWorld, 49_979_687);

/** `factor`: apart from the seeds of other pairs. */
function pairOf(world: World, factor: number): PairOf {
  return (seed, major) => {
    const random = randomFrom(Math.imul(seed, factor) + 29);
    const possible = world.changes.filter(({ since = 14 }) => since <= major);
    const changes = (count: number): readonly string[] =>
      Array.from({ length: count }, () => chosen(possible, random).say(random));
    const base = [...world.base(random), ...changes(4 + Math.floor(random() * 20))];
    // Some pairs differ in what they begin with.
    const leftOut = random() < 0.3 ? 0.12 : 0;
    const side = (): readonly string[] => [
      ...world.setting,
      ...base.filter(() => random() >= leftOut),
      ...changes(1 + Math.floor(random() * 6)),
    ];
    const [before, after] = [side(), side()];
    return { before: loaderOf(before), after: loaderOf(after) };
  };
}

function chosen<T>(from: readonly T[], random: Random): T {
  const [one] = pick(from, 1, random);
  if (one === undefined) throw new Error("nothing to choose from");
  return one;
}
