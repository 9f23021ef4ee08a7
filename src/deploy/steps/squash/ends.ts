/**
 * Where every way to the line ends: its catalog and its rows, by replay in scratch. Ways that end in different schemas
 * can't be squashed; one that can't be replayed is named, and does not count.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { compareSides, type CompareOptions } from "../prove/compare.ts";
import { waysOf, type ReplayedWay } from "../prove/ways.ts";
import type { Stage } from "../replay/open.ts";
import type { Replay, ReplayStep } from "../replay/replay.ts";
import type { Line } from "./line.ts";
import { describeDifferences } from "./differences.ts";
import { readRows, rowTexts, type RowState, type TableRows } from "./rows.ts";

export interface WayEnd {
  readonly way: ReplayedWay;
  readonly catalog: Catalog;
  readonly rows: RowState;
}

export interface Ends {
  /** The one that the baseline is made of: all migrations from the first on, where they can be replayed. */
  readonly main: WayEnd;
  /** The way of a new database, where the project has a baseline. */
  readonly fresh: WayEnd | undefined;
  readonly findings: readonly Finding[];
}

export async function replayEnds(stage: Stage, line: Line, compare: CompareOptions): Promise<Ends> {
  const ends: WayEnd[] = [];
  const failures: { readonly way: ReplayedWay; readonly error: LockstepError }[] = [];
  for (const way of waysTo(stage, line)) {
    stage.ports.progress({ event: "squash.way", message: `${way.name}: ${way.description}` });
    try {
      ends.push(await replayOne(stage, way));
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      failures.push({ way, error });
    }
  }
  const main = ends.find(({ way }) => way.steps[0]?.kind === "up") ?? ends[0];
  if (main === undefined) throw failures[0]?.error ?? noWay();
  for (const end of ends) if (end !== main) await refuseOtherSchema(main, end, compare);
  const findings = failures.map(({ way, error }): Finding => ({
    code: "SQUASH.UNPROVED",
    severity: "warning",
    message: `${way.name} can't be replayed, so it is not part of the proof: ${error.message}`,
    ...(error.where === undefined ? {} : { where: error.where }),
  }));
  const fresh = ends.find(({ way }) => way.kind === "fresh" && way.steps[0]?.kind === "baseline");
  return { main: { ...main, rows: largerRows(main, fresh) }, fresh, findings };
}

/** Each cut off at the line; one whose baseline holds more than the line is none. */
function waysTo({ project }: Stage, { upTo }: Line): readonly ReplayedWay[] {
  const ids = new Set(upTo.map(({ id }) => id));
  return waysOf(project).replayed.flatMap((way) => {
    const isBeyond = way.steps.some(
      (step) => step.kind === "baseline" && step.included.some(({ id }) => !ids.has(id)),
    );
    if (isBeyond) return [];
    return [{ ...way, steps: way.steps.filter((step) => isWithin(step, ids)) }];
  });
}

function isWithin(step: ReplayStep, ids: ReadonlySet<string>): boolean {
  return step.kind === "baseline" || ids.has(step.file.id);
}

export async function replayOne(stage: Stage, way: ReplayedWay): Promise<WayEnd> {
  const replay = await stage.open();
  try {
    for (const step of way.steps) await replay.apply(step);
    const catalog = await replay.catalog();
    return { way, catalog, rows: await rowsIn(replay, catalog) };
  } finally {
    await replay.close();
  }
}

export async function rowsIn(replay: Replay, catalog: Catalog): Promise<RowState> {
  return await readRows(await replay.session(), catalog);
}

async function refuseOtherSchema(
  main: WayEnd,
  other: WayEnd,
  compare: CompareOptions,
): Promise<void> {
  const found = await compareSides(main.catalog, other.catalog, compare);
  if (found.isEqual) return;
  const sides = [main.way.name, other.way.name] as const;
  throw new LockstepError("SQUASH.DIFFERS", `${sides[1]} ends elsewhere than ${sides[0]}`, {
    state: "nothing was written",
    notes: describeDifferences(found.differences, sides),
  });
}

/** A new database keeps the rows that it got so far, and gets those that migrations insert. */
function largerRows(main: WayEnd, fresh: WayEnd | undefined): RowState {
  if (fresh === undefined || fresh === main) return main.rows;
  const tables = new Map<string, TableRows>();
  const ids = new Set([...main.rows.tables.keys(), ...fresh.rows.tables.keys()]);
  for (const id of ids) {
    const [ours, theirs] = [main.rows.tables.get(id), fresh.rows.tables.get(id)];
    const larger = largerOf(ours, theirs);
    if (larger === undefined) throw rowsDiffer(ours ?? theirs, [main.way.name, fresh.way.name]);
    tables.set(id, larger);
  }
  return { tables, sequences: new Map([...fresh.rows.sequences, ...main.rows.sequences]) };
}

function largerOf(
  ours: TableRows | undefined,
  theirs: TableRows | undefined,
): TableRows | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  // As many rows on both ways: what differs is when or at random, and is found by a second run.
  if (ours.rows.length === theirs.rows.length) return ours;
  const [larger, smaller] = ours.rows.length > theirs.rows.length ? [ours, theirs] : [theirs, ours];
  const held = new Set(rowTexts(larger, new Set()));
  return rowTexts(smaller, new Set()).every((text) => held.has(text)) ? larger : undefined;
}

function rowsDiffer(table: TableRows | undefined, sides: readonly [string, string]): LockstepError {
  return new LockstepError(
    "SQUASH.ROWS_DIFFER",
    `${table?.name ?? ""} has other rows on the way ${sides[0]} than on the way ${sides[1]}, and neither holds the other's`,
    { state: "nothing was written" },
  );
}

function noWay(): LockstepError {
  return new LockstepError("SQUASH.BEHIND", "every way to the schema begins beyond the line");
}
