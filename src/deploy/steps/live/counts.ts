/** How many objects of each kind a catalog has, in the words that people count them by. */
import type { Catalog } from "../../../catalog/fact.ts";
import { kinds, type Kind } from "../../../catalog/kinds.ts";
import { LockstepError } from "../../../core/errors.ts";
import { nearest } from "../../../core/nearest.ts";

export type Counts = Readonly<Record<string, number>>;

/** Those that there are any of. An index behind a constraint counts as the constraint. */
export function countsOf(catalog: Catalog): Counts {
  const counts: Record<string, number> = {};
  for (const { kind } of catalog.facts.values()) {
    const word = wordOf(kind);
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

export interface CountDifference {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

export function unexpectedCounts(counts: Counts, expected: Counts): readonly CountDifference[] {
  return Object.entries(expected)
    .map(([what, number]) => ({ what, expected: number, found: counts[what] ?? 0 }))
    .filter((count) => count.expected !== count.found);
}

/** `tables=54`, one each. */
export function readExpectations(given: readonly string[]): Counts {
  const words = kindNames.map(wordOf);
  const entries = given.map((text): readonly [string, number] => {
    const [, word = "", number] = /^([a-z_]+)=(\d+)$/.exec(text.trim()) ?? [];
    if (number !== undefined && words.includes(word)) return [word, Number(number)];
    const guess = nearest(word === "" ? text : word, words);
    throw new LockstepError(
      "USAGE.INVALID",
      `--expect takes counts such as tables=54, not ${JSON.stringify(text)}`,
      { next: guess === undefined ? `Count one of: ${words.join(", ")}` : `Write ${guess}=N` },
    );
  });
  return Object.fromEntries(entries);
}

/** Object.keys forgets that the keys of the table are the kinds. */
const kindNames = Object.keys(kinds) as readonly Kind[];

function wordOf(kind: Kind): string {
  if (/(?:x|ss)$/.test(kind)) return `${kind}es`;
  if (/[^aeiou]y$/.test(kind)) return `${kind.slice(0, -1)}ies`;
  return kind.endsWith("s") ? kind : `${kind}s`;
}
