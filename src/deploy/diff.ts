/**
 * What `lockstep diff` does: reads two sources and plans from the one to the other. It writes to neither, and it
 * hands out no plan that drops what nobody said may go.
 */
import { settleTexts } from "../catalog/fixed_point.ts";
import type { Finding } from "../core/findings.ts";
import { refuseDrops } from "../plan/allowed_drops.ts";
import { planSchema, type SchemaPlan } from "../plan/schema_plan.ts";
import { openSource, type OpenSource, type SourceOptions } from "./steps/source/read.ts";
import { remakeWith } from "./steps/source/remake.ts";
import type { SourcePorts } from "./steps/source/ports.ts";
import { parseSource, type SourceSpec } from "./steps/source/spec.ts";

export interface DiffOptions extends SourceOptions {
  readonly from: string;
  readonly to: string;
  /** Kinds of objects that the plan may drop, or `all`. */
  readonly allowDrop: readonly string[];
}

export interface DiffReport {
  readonly from: string;
  readonly to: string;
  readonly major: number;
  readonly equal: boolean;
  readonly plan: SchemaPlan;
  readonly findings: readonly Finding[];
}

export async function diff(ports: SourcePorts, options: DiffOptions): Promise<DiffReport> {
  const [from, to] = await openBoth(ports, options);
  try {
    const wanted = await settleTexts(from.catalog, to.catalog, remakeWith(ports));
    const plan = planSchema(from.catalog, wanted);
    refuseDrops(plan, options.allowDrop);
    return {
      from: from.label,
      to: to.label,
      major: from.catalog.major,
      equal: plan.segments.length === 0,
      plan,
      findings: [...from.catalog.findings, ...to.catalog.findings],
    };
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

/** SQL is loaded into the major of the database that it is compared with: texts compare within one major only. */
async function openBoth(
  ports: SourcePorts,
  options: DiffOptions,
): Promise<readonly [OpenSource, OpenSource]> {
  const [from, to] = [parseSource(options.from), parseSource(options.to)];
  if (isDatabase(to) && !isDatabase(from)) {
    const second = await openSource(to, ports, options);
    return [await openLike(second, from, { ports, options }), second];
  }
  const first = await openSource(from, ports, options);
  return [first, await openLike(first, to, { ports, options })];
}

function isDatabase(spec: SourceSpec): boolean {
  return spec.kind === "live" || spec.kind === "url";
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
    return await openSource(spec, ports, { ...options, major: other.catalog.major });
  } catch (error) {
    await other.close();
    throw error;
  }
}
