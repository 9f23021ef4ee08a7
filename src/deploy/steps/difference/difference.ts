/**
 * The difference of two open sources as a plan that was proved: what `diff`, a declared deploy, a rollback and the
 * watch on a development database hand on. It changes neither side.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { compareCatalogs, type CatalogDifference } from "../../../catalog/compare.ts";
import { settleCompared } from "../../../catalog/fixed_point.ts";
import { boundAnnotations } from "../../../plan/renames/bind.ts";
import { reversed, type Rename } from "../../../plan/renames/rename.ts";
import { annotationHint, statementHint, suggestedRenames } from "../../../plan/renames/suggest.ts";
import type { PlanOptions } from "../../../plan/planning.ts";
import { sideOf } from "../../../plan/side.ts";
import { resolveRenames, resolveTolerantly } from "../../../plan/renames/resolve.ts";
import { planSchema, type SchemaPlan } from "../../../plan/schema_plan.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Session } from "../../../ports/database.ts";
import { loadParser } from "../../../sql/parse.ts";
import type { OpenSource } from "../source/read.ts";
import type { SourcePorts } from "../source/ports.ts";
import { remakeWith } from "../source/remake.ts";
import { provePlan, stoodIn, type PlanProof } from "./proof.ts";
import { movedFacts, renameOn, withRenames, type Renamed } from "./renames.ts";
import { runSegments } from "./run-plan.ts";
import { standInFor, type StandIn } from "./stand-in.ts";
import { inverseOf, type PlanWayBack, type WayBackPlan } from "./way-back.ts";

export type DifferenceSide = Pick<OpenSource, "catalog" | "scratch" | "schemas" | "isPrinted">;

export interface DifferenceRequest {
  readonly from: DifferenceSide;
  readonly to: DifferenceSide;
  /** What is wanted of the to-side: all of it, a part, or with what is there besides. */
  readonly aim?: (from: Catalog, to: Catalog) => Catalog;
  /** Refuses what nobody allowed, before anything is tried; `hints`: what may have been renamed instead, a line each. */
  readonly accept?: (plan: SchemaPlan, hints: readonly string[]) => void;
  /** Asks a person which of these are renames. Without it none is. */
  readonly choose?: ((suggestions: readonly Rename[]) => Promise<readonly Rename[]>) | undefined;
  /** Renames beside those that the schemas' comments tell. */
  readonly renames?: readonly Rename[];
  /** `rebuild`: tables whose columns stand in another order are made again. */
  readonly columnOrder?: PlanOptions["columnOrder"];
  /** `several`: only where it is several transactions. */
  readonly prove: boolean | "several";
  /** The way back is planned, and proved too. */
  readonly inverse: boolean;
  readonly clock: Clock;
}

export interface Difference {
  readonly plan: SchemaPlan;
  /** Where it leads. */
  readonly to: Catalog;
  readonly renames: readonly Rename[];
  readonly inverse: SchemaPlan | undefined;
  readonly proof: PlanProof;
  /** Where it led in scratch, read back; undefined where nothing was tried. */
  readonly reached: Catalog | undefined;
}

export async function planDifference(
  ports: SourcePorts,
  request: DifferenceRequest,
): Promise<Difference> {
  const standIn = standInFor(request.from, ports);
  try {
    return await planWith(standIn, ports, request);
  } finally {
    await standIn.close();
  }
}

async function planWith(
  standIn: StandIn,
  ports: SourcePorts,
  request: DifferenceRequest,
): Promise<Difference> {
  const { from, clock, columnOrder } = request;
  const wished = [...(request.renames ?? []), ...(await annotatedRenames(from, request.to))];
  const { renamed, wanted, suggestions, ...settled } = await withChosen(standIn, ports, {
    ...request,
    wished,
  });
  const { catalog, renames, steps } = renamed;
  const to = request.aim?.(catalog, wanted) ?? wanted;
  const options: PlanOptions = columnOrder === undefined ? {} : { columnOrder };
  const difference = to === wanted ? settled.difference : undefined;
  const plan = withRenames(planSchema(catalog, to, { ...options, difference }), steps);
  request.accept?.(plan, hintsOf(suggestions, catalog, request.to));
  const wayBack = request.inverse
    ? inverseOf(ports, { from: from.catalog, to, renames, options })
    : undefined;
  const common = { plan, to, renames };
  const isProved = request.prove === "several" ? plan.segments.length > 1 : request.prove;
  if (plan.segments.length === 0 || !isProved) {
    const kind = plan.segments.length === 0 ? "empty" : "skipped";
    const inverse = await unproved(standIn, plan, wayBack);
    return { ...common, inverse: inverse?.plan, proof: { kind }, reached: undefined };
  }
  const { proof, reached, inverse } = await provePlan(ports, {
    standIn,
    from: from.catalog,
    to,
    plan,
    moved: movedFacts(from.catalog, renames),
    options,
    clock,
    inverse: wayBack,
  });
  return { ...common, inverse, proof, reached };
}

interface Settled {
  readonly renamed: Renamed;
  /** The to-side in the from-side's texts. */
  readonly wanted: Catalog;
  /** What may have been renamed as well, and nobody says so. */
  readonly suggestions: readonly Rename[];
  /** Between the two; undefined where it has to be asked for again. */
  readonly difference: CatalogDifference | undefined;
}

async function withChosen(
  standIn: StandIn,
  ports: SourcePorts,
  request: DifferenceRequest & { readonly wished: readonly Rename[] },
): Promise<Settled> {
  const { from, to } = request;
  const asked = new Set<string>();
  let { wished } = request;
  // What follows from one rename may look like another: a table's columns come up when the table is settled.
  for (;;) {
    const renamed = await renamedSide(standIn, ports, { from, to, renames: wished });
    const difference = compareCatalogs(renamed.catalog, to.catalog, "strict");
    const compared = { from: renamed.catalog, to: to.catalog, difference };
    const wanted = await settleCompared(compared, remakeWith(ports));
    const suggestions = suggestedRenames(renamed.catalog, wanted, difference);
    const open = suggestions.filter((one) => !asked.has(annotationHint(one)));
    for (const one of open) asked.add(annotationHint(one));
    const chosen = open.length === 0 ? [] : ((await request.choose?.(open)) ?? []);
    if (chosen.length === 0) {
      const isAsItIs = wanted === to.catalog;
      return { renamed, wanted, suggestions, difference: isAsItIs ? difference : undefined };
    }
    wished = [...wished, ...chosen];
  }
}

/** How to say that these were renamed, in the to-side's files where it has any. */
function hintsOf(
  suggestions: readonly Rename[],
  from: Catalog,
  { schemas, isPrinted }: DifferenceSide,
): readonly string[] {
  if (suggestions.length === 0) return [];
  if (schemas.length > 0 && isPrinted !== true) return suggestions.map(annotationHint);
  const side = sideOf(from);
  return suggestions.map((one) => statementHint(one, side));
}

/** What the to-side's comments say; and the from-side's, the other way round. */
async function annotatedRenames(
  from: DifferenceSide,
  to: DifferenceSide,
): Promise<readonly Rename[]> {
  const texts = [...from.schemas, ...to.schemas];
  if (!texts.some(({ text }) => text.includes("lockstep:"))) return [];
  const parser = await loadParser();
  const there = to.schemas.flatMap((source) => boundAnnotations(source, parser));
  const forth = resolveRenames(there, from.catalog, to.catalog);
  const here = from.schemas.flatMap((source) => boundAnnotations(source, parser));
  const back = resolveTolerantly(here, to.catalog, from.catalog).map(reversed);
  return [...forth, ...back];
}

async function renamedSide(
  standIn: StandIn,
  ports: SourcePorts,
  sides: {
    readonly from: DifferenceSide;
    readonly to: DifferenceSide;
    readonly renames: readonly Rename[];
  },
): Promise<Renamed> {
  const { from, to, renames } = sides;
  if (renames.length === 0) return { catalog: from.catalog, steps: [], renames };
  return await onCopy(standIn, (session) =>
    renameOn(session, ports, { from: from.catalog, to: to.catalog, renames }),
  );
}

async function onCopy<T>(standIn: StandIn, work: (session: Session) => Promise<T>): Promise<T> {
  const database = await stoodIn(() => standIn.copy());
  const session = await database.connect({ applicationName: "lockstep scratch" });
  try {
    return await work(session);
  } finally {
    await session.close();
    await database.drop();
  }
}

/** Without renames no database is needed to plan the way back. */
async function unproved(
  standIn: StandIn,
  plan: SchemaPlan,
  wayBack: PlanWayBack | undefined,
): Promise<WayBackPlan | undefined> {
  if (wayBack === undefined) return undefined;
  return await onCopy(standIn, async (session) => {
    await runSegments(session, plan.segments);
    return await wayBack(session);
  });
}
