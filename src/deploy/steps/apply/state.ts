/** The state of the database in words, for an error that stops a deploy in the middle. */
import { nothingChanged } from "../../../core/errors.ts";
import type { PlannedUnit } from "../../../plan/plan.ts";
import type { CommittedBatches } from "./context.ts";

export interface Done {
  /** The units that are whole. */
  readonly whole: readonly PlannedUnit[];
  /** The one that failed. */
  readonly unit: PlannedUnit;
  segmentsDone: number;
  /** Of a backfill, or of a migration in TypeScript. */
  batches?: CommittedBatches | undefined;
  /** Nobody heard how the part that was under way ended. */
  readonly isInDoubt?: boolean;
  /** Sent behind it, and in doubt with it. */
  readonly behind?: readonly PlannedUnit[];
}

export function describeState({
  whole,
  unit,
  segmentsDone,
  isInDoubt,
  behind = [],
  batches,
}: Done): string {
  const { id, kind } = unit.identity;
  const before = describeWhole(whole);
  if (unit.kind === "sql" && segmentsDone > 0) {
    const first = unit.segments
      .slice(0, segmentsDone)
      .reduce((sum, { statements }) => sum + statements, 0);
    const all = unit.segments.reduce((sum, { statements }) => sum + statements, 0);
    const what = first === 1 ? "statement 1" : `statements 1 to ${first}`;
    const next =
      kind === "seed"
        ? "the next seed runs the file from its beginning"
        : isInDoubt === true
          ? `what came next is in doubt: ${lookedUp}`
          : `the next deploy goes on after ${first === 1 ? "it" : "them"}`;
    return `${before}of ${id}, ${what} of ${all} ${first === 1 ? "is" : "are"} committed, and ${next}`;
  }
  if (batches !== undefined && batches.batches > 0) {
    return `${before}${describeBatches(id, batches, isInDoubt === true)}`;
  }
  if (isInDoubt === true) return `${before}${describeDoubt(unit, behind)}`;
  return before === "" ? nothingChanged : `${before}nothing of ${id} was changed`;
}

function describeDoubt(unit: PlannedUnit, behind: readonly PlannedUnit[]): string {
  const { id, kind } = unit.identity;
  const last = behind.at(-1)?.identity.id;
  if (last === undefined) return `${id} is in doubt${kind === "seed" ? "" : `: ${lookedUp}`}`;
  const more =
    behind.length === 1 ? last : `${behind.length} migrations sent behind it, to ${last},`;
  return `${id} and ${more} are in doubt: the next deploy looks up which of them happened`;
}

function describeBatches(
  id: string,
  { batches, rows }: CommittedBatches,
  isInDoubt: boolean,
): string {
  const several = batches === 1 ? "batch" : "batches";
  const what = `of ${id}, ${batches} ${several} (${rows.toLocaleString("en")} rows) ${batches === 1 ? "is" : "are"} committed`;
  const next = isInDoubt
    ? `the next one is in doubt: ${lookedUp}`
    : "the next deploy goes on after them";
  return `${what}, and ${next}`;
}

const lookedUp = "the next deploy looks up whether it happened";

function describeWhole(whole: readonly PlannedUnit[]): string {
  const idsOf = (isSeed: boolean): readonly string[] =>
    whole
      .filter(({ identity }) => (identity.kind === "seed") === isSeed)
      .map(({ identity }) => identity.id);
  const migrations = idsOf(false);
  const seeds = idsOf(true);
  const [first] = migrations;
  return [
    ...(migrations.length === 1 ? [`${first} is applied; `] : []),
    ...(migrations.length > 1
      ? [`${migrations.length} migrations are applied (${first} to ${migrations.at(-1)}); `]
      : []),
    ...(seeds.length > 0 ? [`${seeds.join(", ")} ran; `] : []),
  ].join("");
}
