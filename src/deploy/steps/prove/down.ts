/**
 * A down file, tried where it belongs: right after its migration, with rows in the tables. Down must lead to the
 * catalog of before, up again to the catalog of after; rows and values that do not come back are told.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import { rowsInTheWay } from "../../../plan/checks/text.ts";
import { ServerError } from "../../../ports/database.ts";
import type { Replay, ReplayStep } from "../replay/replay.ts";
import { censusOf, lossesBetween } from "./census.ts";
import { compareSides, type CompareOptions, type Comparison } from "./compare.ts";
import { failedPart } from "./failure.ts";
import type { ProofPart } from "./part.ts";
import { fillTables } from "./rows.ts";

export interface DownOptions extends CompareOptions {
  readonly before: Catalog;
  readonly after: Catalog;
}

export async function proveDown(
  replay: Replay,
  step: ReplayStep,
  options: DownOptions,
): Promise<ProofPart> {
  if (step.kind !== "up" || step.file.down === undefined) return nothing(step);
  const { file } = step;
  const { down } = step.file;
  const tried: Tried = { replay, step, back: { kind: "down", file, down } };
  const full = await tryDown(tried, options, true);
  if (full.stopped === undefined) return full.part;
  const { part } = await tryDown(tried, options, false);
  if (part.outcome !== "proved") return part;
  const losses = [`rows that it can't take back: ${full.stopped}`];
  return { ...part, reason: "up, down, up: some rows would stand in its way", losses };
}

interface Tried {
  readonly replay: Replay;
  readonly step: ReplayStep;
  readonly back: ReplayStep;
}

interface Outcome {
  readonly part: ProofPart;
  /** What the server says about the rows that were made up, where they alone stopped it. */
  readonly stopped?: string;
}

async function tryDown(
  { replay, step, back: down }: Tried,
  options: DownOptions,
  withRows: boolean,
): Promise<Outcome> {
  const subject = down.kind === "down" ? down.down.path : "";
  const copy = await replay.copy();
  let isDown = false;
  try {
    const session = await copy.session();
    if (withRows) await fillTables(session, options.after);
    const full = await censusOf(session, options.after);
    await copy.apply(down);
    isDown = true;
    const back = await compareSides(options.before, await copy.catalog(), options);
    if (!back.isEqual) return { part: refuted(subject, "before it", "after it", back) };
    await copy.apply(step);
    const forth = await compareSides(options.after, await copy.catalog(), options);
    if (!forth.isEqual) return { part: refuted(subject, "up", "up, down, up", forth) };
    const losses = lossesBetween(full, await censusOf(await copy.session(), options.after));
    const reason =
      losses.length === 0
        ? "up, down, up: nothing of the trial's rows is lost"
        : "up, down, up: rows or values are lost";
    const level = back.level === forth.level ? back.level : options.level;
    const proved = { kind: "down", subject, outcome: "proved", reason, losses } as const;
    return { part: level === undefined ? proved : { ...proved, level } };
  } catch (error) {
    const part = failedPart("down", subject, error);
    const stopped = withRows && !isDown ? whatRowsStop(error) : undefined;
    return stopped === undefined ? { part } : { part, stopped };
  } finally {
    await copy.close();
  }
}

/** A plan's check, integrity constraint violation, data exception: only rows cause them. */
function whatRowsStop(error: unknown): string | undefined {
  const cause = error instanceof LockstepError ? error.cause : undefined;
  if (!(cause instanceof ServerError)) return undefined;
  const { sqlState, message } = cause;
  if (sqlState === rowsInTheWay) return message.replace(/^DIFF\.ROWS: /, "");
  return /^2[23]/.test(sqlState) ? message : undefined;
}

function refuted(subject: string, left: string, right: string, found: Comparison): ProofPart {
  const { differences, settled, exceptions } = found;
  const reason =
    right === "after it" ? "it leaves another schema behind" : "up again ends elsewhere";
  const sides = [left, right] as const;
  return {
    kind: "down",
    subject,
    outcome: "refuted",
    reason,
    sides,
    differences,
    settled,
    exceptions,
  };
}

function nothing(step: ReplayStep): ProofPart {
  const subject = step.kind === "baseline" ? "baseline" : step.file.id;
  return { kind: "down", subject, outcome: "absent", reason: "there is no down file" };
}
