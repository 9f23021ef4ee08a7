/** The catalog that a target is held against: what the project's files lead to, found by replaying them in scratch. */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import { replayApplied, replaySteps } from "../prove/applied.ts";
import { waysOf } from "../prove/ways.ts";
import type { Stage } from "../replay/open.ts";
import { openSource } from "../source/read.ts";
import type { LiveRead } from "./read.ts";

export const againstChoices = ["lock", "migrations", "baseline", "declared"] as const;

/** `lock`: what the target has applied, by its ledger. */
export type Against = (typeof againstChoices)[number];

export interface Expected {
  readonly name: string;
  readonly catalog: Catalog;
}

export async function expectedOf(
  stage: Stage,
  against: Against,
  live: LiveRead,
): Promise<Expected> {
  switch (against) {
    case "lock":
      return await expectedOfApplied(stage, live);
    case "declared": {
      const source = await openSource({ kind: "declared" }, stage.ports, { major: stage.major });
      await source.close();
      return { name: "declared", catalog: source.catalog };
    }
    case "baseline":
    case "migrations": {
      const isMeant = (first: string | undefined, kind: string): boolean =>
        against === "baseline" ? first === "baseline" && kind === "fresh" : first === "up";
      const { replayed } = waysOf(stage.project);
      const way =
        replayed.find(({ steps, kind }) => isMeant(steps[0]?.kind, kind)) ??
        (against === "migrations" ? replayed.find(({ steps }) => steps.length > 1) : undefined);
      if (way === undefined) {
        throw new LockstepError("SOURCE.ABSENT", `the project has no ${against}`);
      }
      return { name: against, catalog: await replaySteps(stage, way.steps) };
    }
  }
}

async function expectedOfApplied(stage: Stage, live: LiveRead): Promise<Expected> {
  if (live.applied === undefined) {
    throw new LockstepError(
      "LEDGER.ABSENT",
      `${live.label} has no ledger, so what it has applied is not known`,
      {
        next: "lockstep verify --against declared, --against migrations or --against baseline",
      },
    );
  }
  const catalog = await replayApplied(stage, live.applied);
  if (catalog !== undefined) return { name: "what it has applied", catalog };
  throw new LockstepError(
    "VERIFY.UNREACHABLE",
    "no files of the project lead to what this database has applied",
    { next: "lockstep verify --against migrations" },
  );
}
