/**
 * Two branches' migrations in either order. Which of them a database gets first, the order of deploys decides: both
 * orders are run, and both must end in the same catalog, or it is said why the order matters.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { MigrationFile } from "../../../project/migration.ts";
import type { Project } from "../../../project/project.ts";
import type { Stage } from "../replay/open.ts";
import type { Replay, ReplayStep } from "../replay/replay.ts";
import { compareSides, type CompareOptions } from "./compare.ts";
import { failedPart } from "./failure.ts";
import type { ProofPart } from "./part.ts";
import { waysOf } from "./ways.ts";

export interface Others {
  /** As the user names it. */
  readonly revision: string;
  /** All that the project has there, in order. */
  readonly migrations: readonly MigrationFile[];
  /** Ids of those that both had when the branches parted; empty when that is not known. */
  readonly shared: ReadonlySet<string>;
}

export async function proveOrder(
  stage: Stage,
  others: Others,
  compare: CompareOptions,
): Promise<ProofPart> {
  const { mine, theirs } = partedBy(stage.project, others);
  const subject = `${namesOf(theirs)} of ${others.revision} and ${namesOf(mine)}`;
  if (mine.length === 0 || theirs.length === 0) {
    const who = mine.length === 0 ? "this branch has" : `${others.revision} has`;
    const reason = `${who} no migrations of its own`;
    return { kind: "order", subject: others.revision, outcome: "absent", reason };
  }
  const apart = new Set([...mine, ...theirs].map(({ id }) => id));
  const start = commonSteps(stage.project, apart);
  if (start === undefined) {
    const reason = "every way to the schema begins with a baseline that holds some of them";
    return { kind: "order", subject, outcome: "unproved", reason };
  }
  const common = await stage.open();
  try {
    for (const step of start) await common.apply(step);
    const usual = await runIn(common, [theirs, mine]);
    const swapped = await runIn(common, [mine, theirs]);
    return await judge({ subject, mine, theirs }, [usual, swapped], compare);
  } catch (error) {
    return failedPart("order", subject, error);
  } finally {
    await common.close();
  }
}

interface Parted {
  readonly mine: readonly MigrationFile[];
  readonly theirs: readonly MigrationFile[];
}

/** When theirs have been merged already, those count that sort behind the first of mine. */
function partedBy({ migrations }: Project, others: Others): Parted {
  const ids = new Set(others.migrations.map(({ id }) => id));
  const mine = migrations.filter(({ id }) => !ids.has(id) && !others.shared.has(id));
  const since = others.migrations.filter(({ id }) => !others.shared.has(id));
  if (since.length > 0 && others.shared.size > 0) return { mine, theirs: since };
  const first = migrations.findIndex((file) => file === mine[0]);
  const behind = first < 0 ? [] : migrations.slice(first).filter(({ id }) => ids.has(id));
  return { mine, theirs: behind };
}

function commonSteps(
  project: Project,
  apart: ReadonlySet<string>,
): readonly ReplayStep[] | undefined {
  const way = waysOf(project).replayed.find(({ steps }) =>
    steps.every(
      (step) => step.kind !== "baseline" || !step.included.some(({ id }) => apart.has(id)),
    ),
  );
  return way?.steps.filter((step) => step.kind === "baseline" || !apart.has(step.file.id));
}

type Outcome =
  | { readonly kind: "reached"; readonly catalog: Catalog }
  | { readonly kind: "failed"; readonly error: LockstepError; readonly at: MigrationFile };

async function runIn(
  common: Replay,
  order: readonly (readonly MigrationFile[])[],
): Promise<Outcome> {
  const replay = await common.copy();
  try {
    for (const file of order.flat()) {
      try {
        await replay.apply({ kind: "up", file });
      } catch (error) {
        if (error instanceof LockstepError) return { kind: "failed", error, at: file };
        throw error;
      }
    }
    return { kind: "reached", catalog: await replay.catalog() };
  } finally {
    await replay.close();
  }
}

async function judge(
  { subject, mine, theirs }: Parted & { readonly subject: string },
  [usual, swapped]: readonly [Outcome, Outcome],
  compare: CompareOptions,
): Promise<ProofPart> {
  const common = { kind: "order", subject } as const;
  const orders = [
    `${namesOf(theirs)}, then ${namesOf(mine)}`,
    `${namesOf(mine)}, then ${namesOf(theirs)}`,
  ] as const;
  if (usual.kind === "failed") return fails(subject, orders[0], usual);
  if (swapped.kind === "failed") return fails(subject, orders[1], swapped);
  const found = await compareSides(usual.catalog, swapped.catalog, compare);
  if (found.isEqual) {
    const { level } = found;
    const reason = "either order ends in the same schema";
    return { ...common, outcome: "proved", reason, ...(level === undefined ? {} : { level }) };
  }
  const { differences } = found;
  return { ...common, outcome: "refuted", reason: "the order matters", sides: orders, differences };
}

function fails(
  subject: string,
  order: string,
  { error, at }: Extract<Outcome, { readonly kind: "failed" }>,
): ProofPart {
  const told = failedPart("order", subject, error);
  return { ...told, reason: `as ${order}: ${at.id} fails: ${told.reason}` };
}

function namesOf(files: readonly MigrationFile[]): string {
  const [first] = files;
  if (first === undefined) return "nothing";
  return files.length === 1 ? first.id : `${first.id} and ${files.length - 1} more`;
}
