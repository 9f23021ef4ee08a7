/** The project's seeds, loaded on a copy of where the first way ends: they must load and leave the schema alone. */
import type { SchemaFile } from "../../../project/schema.ts";
import type { Stage } from "../replay/open.ts";
import type { Replay } from "../replay/replay.ts";
import { noSkips } from "../source/skipped.ts";
import { loadSteps } from "../source/load.ts";
import { sourceText } from "../source/material.ts";
import { censusOf, type Census } from "./census.ts";
import type { Chain } from "./chain.ts";
import { compareSides, type CompareOptions } from "./compare.ts";
import { failedPart } from "./failure.ts";
import type { ProofPart } from "./part.ts";
import type { Catalog } from "../../../catalog/fact.ts";

export async function proveSeeds(
  stage: Stage,
  chains: readonly Chain[],
  compare: CompareOptions,
): Promise<readonly ProofPart[]> {
  const { seeds } = stage.project;
  if (seeds.length === 0) return [];
  const subject = seeds.map(({ path }) => path).join(", ");
  const end = chains.map((chain) => chain.end).find(({ kind }) => kind === "reached");
  if (end?.kind !== "reached") {
    const reason = "no way leads to a schema that they could be loaded into";
    return [{ kind: "seeds", subject, outcome: "unproved", reason }];
  }
  const copy = await end.replay.copy();
  try {
    return [await loadSeeds({ stage, copy, seeds, catalog: end.catalog }, subject, compare)];
  } catch (error) {
    return [failedPart("seeds", subject, error)];
  } finally {
    await copy.close();
  }
}

interface SeedLoad {
  readonly stage: Stage;
  readonly copy: Replay;
  readonly seeds: readonly SchemaFile[];
  readonly catalog: Catalog;
}

async function loadSeeds(
  load: SeedLoad,
  subject: string,
  compare: CompareOptions,
): Promise<ProofPart> {
  const { copy, catalog } = load;
  await loadOnce(load);
  const once = await censusOf(await copy.session(), catalog);
  const after = await compareSides(catalog, await copy.catalog(), compare);
  const common = { kind: "seeds", subject } as const;
  if (!after.isEqual) {
    const sides = ["before the seeds", "after the seeds"] as const;
    const reason = "they change the schema";
    return { ...common, outcome: "refuted", reason, sides, differences: after.differences };
  }
  const rows = rowsOf(once);
  return { ...common, outcome: "proved", reason: `they load: ${rows} row${rows === 1 ? "" : "s"}` };
}

async function loadOnce({ stage, copy, seeds }: SeedLoad): Promise<void> {
  const { files, loadModule } = stage.ports;
  const steps = seeds.map((file) => ({
    kind: "script" as const,
    source: sourceText(file),
    together: true,
  }));
  const mayMakeRoles = stage.isolation === "cluster";
  const order = { anyOrder: false, partitionedLast: false };
  const options = { files, loadModule, ...order, mayMakeRoles, skips: noSkips() };
  await loadSteps(copy.database, steps, options);
}

function rowsOf(census: Census): number {
  return [...census.values()].reduce((sum, { rows }) => sum + rows, 0);
}
