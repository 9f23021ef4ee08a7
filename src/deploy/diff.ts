/**
 * What `lockstep diff` does: reads two sources and plans from the one to the other, and proves the plan on a copy of
 * the one before it hands it out. It writes to neither, and it hands out no plan that drops what nobody said may go.
 */
import type { Finding } from "../core/findings.ts";
import { LockstepError } from "../core/errors.ts";
import type { Catalog } from "../catalog/fact.ts";
import { shareParts } from "../catalog/shared_parts.ts";
import { rolesAside, withoutRoles } from "../catalog/roles_aside.ts";
import { additiveTarget, leftOut, refuseLosses, refuseSecondKeys } from "../plan/additive.ts";
import { refuseDrops } from "../plan/allowed_drops.ts";
import { historiesAsBefore, type Ours } from "../plan/histories/lone.ts";
import { chosenTarget, readFilter, type ObjectFilter } from "../plan/chosen.ts";
import type { Rename } from "../plan/renames/rename.ts";
import type { SchemaPlan } from "../plan/schema_plan.ts";
import type { Clock } from "../ports/clock.ts";
import { planDifference, type Difference } from "./steps/difference/difference.ts";
import type { PlanProof } from "./steps/difference/proof.ts";
import { openSource, type OpenSource, type SourceOptions } from "./steps/source/read.ts";
import type { SourcePorts } from "./steps/source/ports.ts";
import { isRead, parseSource, type SourceSpec } from "./steps/source/spec.ts";

export interface DiffOptions extends SourceOptions {
  /** Undefined: where the project's migrations end. */
  readonly from: string | undefined;
  readonly to: string;
  /** Kinds of objects that the plan may drop, or `all`. */
  readonly allowDrop: readonly string[];
  /** Nothing is dropped: what the to-side lacks stays. */
  readonly additive: boolean;
  /** Only these objects change. */
  readonly only: readonly string[];
  /** `rebuild`: a table whose columns stand in another order is made again, with its rows. */
  readonly columnOrder: "keep" | "rebuild";
  readonly prove: boolean;
  /** The way back is planned and proved as well. */
  readonly inverse: boolean;
  readonly clock: Clock;
  /** Asks a person which of these are renames. Without it none is. */
  readonly choose?: ((suggestions: readonly Rename[]) => Promise<readonly Rename[]>) | undefined;
}

export interface DiffReport {
  readonly from: string;
  readonly to: string;
  readonly major: number;
  readonly equal: boolean;
  readonly plan: SchemaPlan;
  /** The way back, where it was asked for. */
  readonly inverse: SchemaPlan | undefined;
  readonly proof: PlanProof;
  /** Of an additive plan: what the to-side lacks and the plan leaves. */
  readonly leftOut: readonly string[];
  readonly findings: readonly Finding[];
}

/** Beside what is shown, what a migration is written with. */
export interface Diffed {
  readonly report: DiffReport;
  readonly difference: Difference;
}

export async function diff(ports: SourcePorts, options: DiffOptions): Promise<Diffed> {
  const filters = readFilter(options.only);
  const [first, second] = await openBoth(ports, { ...options, shared: shareParts() });
  const lacking = [first, second].find(({ lacksRoles }) => lacksRoles === true);
  const [from, to] = lacking === undefined ? [first, second] : bothWithoutRoles(first, second);
  const ours = await oursWithMigrations(ports, options);
  try {
    const difference = await planDifference(ports, {
      from,
      to,
      aim: (before, after) => {
        const wanted = historiesAsBefore(before, after, ours);
        return aimOf(before, wanted, { ...options, filters });
      },
      accept: (plan, hints) => {
        if (options.additive) refuseLosses(plan);
        else refuseDrops(plan, options.allowDrop, hints);
      },
      choose: options.choose,
      columnOrder: options.columnOrder,
      prove: options.prove,
      inverse: options.inverse,
      clock: options.clock,
    });
    const { plan, inverse, proof } = difference;
    const report: DiffReport = {
      from: from.label,
      to: to.label,
      major: from.catalog.major,
      equal: plan.segments.length === 0,
      plan,
      inverse,
      proof,
      leftOut: options.additive ? leftOut(from.catalog, to.catalog) : [],
      findings: [
        ...from.catalog.findings,
        ...to.catalog.findings,
        ...(lacking === undefined
          ? []
          : rolesAside([first.catalog, second.catalog], lacking.label)),
      ],
    };
    return { report, difference };
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

const ownSides: ReadonlySet<string> = new Set(["migrations", "baseline", "declared"]);

/** Migrations make no other tool's table, and a complete schema beside them may. */
async function oursWithMigrations(
  ports: SourcePorts,
  { from = "migrations", to }: DiffOptions,
): Promise<Ours> {
  const ours = { from: ownSides.has(from), to: ownSides.has(to) };
  if (!ours.from && !ours.to) return ours;
  const { migrations } = await ports.project();
  return migrations.length > 0 ? ours : { from: false, to: false };
}

function bothWithoutRoles(from: OpenSource, to: OpenSource): readonly [OpenSource, OpenSource] {
  const without = (source: OpenSource): OpenSource => {
    return { ...source, catalog: withoutRoles(source.catalog) };
  };
  return [without(from), without(to)];
}

function aimOf(
  from: Catalog,
  to: Catalog,
  { filters, additive }: { readonly filters: readonly ObjectFilter[]; readonly additive: boolean },
): Catalog {
  const chosen = filters.length === 0 ? to : chosenTarget(from, to, filters);
  if (!additive) return chosen;
  refuseSecondKeys(from, chosen);
  return additiveTarget(from, chosen);
}

/** SQL is loaded into the major of the database that it is compared with: texts compare within one major only. */
async function openBoth(
  ports: SourcePorts,
  options: DiffOptions,
): Promise<readonly [OpenSource, OpenSource]> {
  const from =
    options.from === undefined ? await endOfMigrations(ports) : parseSource(options.from);
  const to = parseSource(options.to);
  if (isRead(to) && isRead(from)) {
    return await bothOrNone([openSource(from, ports, options), openSource(to, ports, options)]);
  }
  if (isRead(to)) {
    const second = await openSource(to, ports, options);
    return [await openLike(second, from, { ports, options }), second];
  }
  const first = await openSource(from, ports, options);
  return [first, await openLike(first, to, { ports, options })];
}

/** Two that are there are read at the same time. Of two failures the first side's is told. */
async function bothOrNone(
  opening: readonly [Promise<OpenSource>, Promise<OpenSource>],
): Promise<readonly [OpenSource, OpenSource]> {
  const settled = await Promise.allSettled(opening);
  const [first, second] = settled;
  if (first.status === "fulfilled" && second.status === "fulfilled") {
    return [first.value, second.value];
  }
  for (const one of settled) if (one.status === "fulfilled") await one.value.close();
  // One of the two has failed, so this waits for its failure.
  return await Promise.all(opening);
}

/** A project's first migration begins at its baseline, or at nothing. */
async function endOfMigrations(ports: SourcePorts): Promise<SourceSpec> {
  const { migrations, baseline, declared } = await ports.project();
  if (migrations.length > 0) return { kind: "migrations" };
  if (baseline !== undefined) return { kind: "baseline" };
  if (declared !== undefined) return { kind: "empty" };
  throw new LockstepError("SOURCE.ABSENT", "the project has no migrations, and no declared schema");
}

interface Opening {
  readonly ports: SourcePorts;
  readonly options: DiffOptions;
}

async function openLike(
  other: OpenSource,
  spec: SourceSpec,
  { ports, options }: Opening,
): Promise<OpenSource> {
  try {
    const major = isRead(spec) ? options.major : other.catalog.major;
    return await openSource(spec, ports, { ...options, major });
  } catch (error) {
    await other.close();
    throw error;
  }
}
