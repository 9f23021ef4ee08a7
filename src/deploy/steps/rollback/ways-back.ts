/**
 * The ways back of the newest migrations, tried in scratch right where each belongs: a down file must lead to the
 * catalog of before; where there is none, or it does not, the inverse is generated from the two catalogs and proved.
 * It never touches the target.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Rename } from "../../../plan/renames/rename.ts";
import type { SchemaPlan } from "../../../plan/schema_plan.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { MigrationFile } from "../../../project/migration.ts";
import { planDifference, type Difference } from "../difference/difference.ts";
import { movedFacts } from "../difference/renames.ts";
import { ownQueries } from "../own-queries.ts";
import { stepsTo } from "../prove/applied.ts";
import { proveDown } from "../prove/down.ts";
import { openExceptions } from "../prove/exceptions.ts";
import type { ProofPart } from "../prove/part.ts";
import type { Stage } from "../replay/open.ts";
import type { Replay } from "../replay/replay.ts";
import { changesRows } from "./changes-rows.ts";
import { lossesOn, lostObjects, type Loss, type LostObjects } from "./losses.ts";
import { readKnownObjects, renamesBack, type KnownSide } from "./same-objects.ts";
import { tablesThen, type TablesThen } from "./tables-then.ts";

export interface TriedWay {
  /** Of its down file; undefined: there is none. */
  readonly down: ProofPart | undefined;
  /** Where there is no down file that leads back. */
  readonly generated: SchemaPlan | undefined;
  /** What neither brings back. */
  readonly losses: readonly Loss[];
  /** As its own statements call them. */
  readonly tables: TablesThen;
}

export interface WaysRequest {
  /** Ids of all that is applied. */
  readonly applied: ReadonlySet<string>;
  /** The ones that are taken back, the oldest first. */
  readonly chosen: readonly MigrationFile[];
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** By id. Undefined where the files do not lead to where the migrations began. */
export async function tryWaysBack(
  stage: Stage,
  request: WaysRequest,
): Promise<ReadonlyMap<string, TriedWay> | undefined> {
  const ids = new Set(request.chosen.map(({ id }) => id));
  const before = new Set([...request.applied].filter((id) => !ids.has(id)));
  const steps = stepsTo(stage, before);
  if (steps === undefined) return undefined;
  const replay = await stage.open();
  try {
    for (const step of steps) {
      request.signal?.throwIfAborted();
      await replay.apply(step);
    }
    const tried: Tried[] = [];
    let before = await knownIn(replay);
    for (const file of request.chosen) {
      request.signal?.throwIfAborted();
      await replay.apply({ kind: "up", file });
      const after = await knownIn(replay);
      const renames = renamesBack(after, before);
      const walk = { replay, file, before: before.catalog, after, renames };
      tried.push(await tryOne(stage, walk, request.clock));
      before = after;
    }
    return new Map(tried.map((one) => [one.file.id, told(one, before)]));
  } finally {
    await replay.close();
  }
}

async function knownIn(replay: Replay): Promise<KnownSide> {
  const catalog = await replay.catalog();
  return { catalog, objects: await readKnownObjects(ownQueries(await replay.session())) };
}

interface Walk {
  readonly replay: Replay;
  readonly file: MigrationFile;
  readonly before: Catalog;
  readonly after: KnownSide;
  /** What the migration called otherwise, back to what it was called. */
  readonly renames: readonly Rename[];
}

interface Tried {
  readonly file: MigrationFile;
  readonly after: KnownSide;
  readonly down: ProofPart | undefined;
  readonly isGenerated: boolean;
  readonly plan: SchemaPlan;
  readonly lost: LostObjects;
  /** What its statements did beside the structure. */
  readonly rows: readonly Loss[];
}

async function tryOne(stage: Stage, walk: Walk, clock: Clock): Promise<Tried> {
  const { file, after } = walk;
  const down = file.down === undefined ? undefined : await tryDownFile(stage, walk);
  const isGenerated = down === undefined || down.outcome === "refuted";
  const { plan, renames } = await planBack(stage, walk, { prove: isGenerated, clock });
  const lost = lostObjects(plan, movedFacts(after.catalog, renames), after);
  const isMore = isGenerated && (await changesRows(file));
  const rows = isMore ? [{ what: `what ${file.id} did to rows`, from: undefined }] : [];
  return { file, after, down, isGenerated, plan, lost, rows };
}

/** `last`: where the newest of them led. */
function told({ after, down, isGenerated, plan, lost, rows }: Tried, last: KnownSide): TriedWay {
  const losses = [...lossesOn(plan, lost, last), ...rows];
  const tables = tablesThen(after, last);
  return { down, generated: isGenerated ? plan : undefined, losses, tables };
}

async function planBack(
  stage: Stage,
  { before, after, renames }: Walk,
  { prove, clock }: { readonly prove: boolean; readonly clock: Clock },
): Promise<Difference> {
  const plan = (chosen: readonly Rename[]): Promise<Difference> =>
    planDifference(stage.ports, {
      from: { catalog: after.catalog, scratch: undefined, schemas: [] },
      to: { catalog: before, scratch: undefined, schemas: [] },
      renames: chosen,
      prove,
      inverse: false,
      clock,
    });
  try {
    return await plan(renames);
  } catch (error) {
    // A name that the server won't give back: what has it goes, and its like is made, which is told as a loss.
    if (!(error instanceof LockstepError) || error.code !== "DIFF.RENAME_TAKEN") throw error;
    return await plan([]);
  }
}

async function tryDownFile(
  stage: Stage,
  { replay, file, before, after }: Walk,
): Promise<ProofPart> {
  const { equality: level } = stage.project.config;
  const exceptions = openExceptions([], "");
  const compare = { level, exceptions, remake: stage.remake };
  const sides = { before, after: after.catalog };
  return await proveDown(replay, { kind: "up", file }, { ...compare, ...sides });
}
