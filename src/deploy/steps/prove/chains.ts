/** All ways that are replayed, one after the other, each file looked at on the longest way that runs it. */
import type { Stage } from "../replay/open.ts";
import { nameOf, replayWay, type Chain, type ChainWishes } from "./chain.ts";
import { waysOf, type ReplayedWay } from "./ways.ts";

export async function chainsFor(
  stage: Stage,
  wishes: Omit<ChainWishes, "checks">,
): Promise<readonly Chain[]> {
  const { replayed } = waysOf(stage.project);
  const checks = whereToLook(replayed);
  const chains: Chain[] = [];
  for (const way of replayed) {
    const { ports } = stage;
    ports.progress({ event: "proof.way", message: `${way.name}: ${way.description}` });
    const fingerprints = wishes.fingerprints && (checks.get(way)?.size ?? 0) > 0;
    chains.push(
      await replayWay(stage, way, {
        ...wishes,
        fingerprints,
        checks: checks.get(way) ?? new Set(),
      }),
    );
  }
  return chains;
}

/** The way with the most migrations has the most to look at; the others take what it does not run. */
function whereToLook(ways: readonly ReplayedWay[]): ReadonlyMap<ReplayedWay, ReadonlySet<string>> {
  const longestFirst = ways.toSorted((a, b) => b.steps.length - a.steps.length);
  const seen = new Set<string>();
  const where = new Map<ReplayedWay, ReadonlySet<string>>();
  for (const way of longestFirst) {
    const own = new Set(way.steps.map(nameOf).filter((name) => !seen.has(name)));
    for (const name of own) seen.add(name);
    where.set(way, own);
  }
  return where;
}
