/**
 * `lockstep test`: whether every way to the project's schema ends in the same catalog. Each way is loaded in scratch
 * by the steps of a deploy, so that what is proved is what happens; a live database is only read. What could not be
 * tried is said to be unproved, never equal.
 */
import type { EqualityLevel } from "../catalog/level.ts";
import type { Project } from "../project/project.ts";
import { chainsFor } from "./steps/prove/chains.ts";
import type { Chain } from "./steps/prove/chain.ts";
import type { CompareOptions } from "./steps/prove/compare.ts";
import { openExceptions } from "./steps/prove/exceptions.ts";
import { holds, type ProofPart } from "./steps/prove/part.ts";
import { proveSeeds } from "./steps/prove/seeds.ts";
import { compareWithOthers, type Way } from "./steps/prove/side.ts";
import { declaredWay, liveWay, type LiveSide } from "./steps/prove/sides.ts";
import { waysOf } from "./steps/prove/ways.ts";
import { isolationFor } from "./steps/replay/isolation.ts";
import { openStage, type Stage } from "./steps/replay/open.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";
import { RoleNeeded } from "./steps/source/load.ts";

export interface ProveRequest {
  readonly project: Project;
  /** Of the scratch server; by default the live database's, else the newest that is installed. */
  readonly major?: number | undefined;
  /** By default the config's. */
  readonly level?: EqualityLevel | undefined;
  /** The target is one of the sides. */
  readonly live: boolean;
  /** YYYY-MM-DD, for exceptions that end. */
  readonly today: string;
  readonly signal?: AbortSignal;
}

export interface ProofReport {
  /** `refuted`: something does not hold. `unproved`: nothing is refuted, and something could not be tried. */
  readonly verdict: "proved" | "refuted" | "unproved";
  /** The level that was demanded. */
  readonly level: EqualityLevel;
  readonly major: number | undefined;
  readonly parts: readonly ProofPart[];
}

export async function prove(ports: ReplayPorts, request: ProveRequest): Promise<ProofReport> {
  const isolation = await isolationFor(request.project);
  try {
    return await proveIn(ports, request, isolation);
  } catch (error) {
    if (!(error instanceof RoleNeeded)) throw error;
    return await proveIn(ports, request, "cluster");
  }
}

async function proveIn(
  ports: ReplayPorts,
  request: ProveRequest,
  isolation: Stage["isolation"],
): Promise<ProofReport> {
  const { project, signal } = request;
  const level = request.level ?? project.config.equality;
  const exceptions = openExceptions(project.config.exceptions, request.today);
  const live = request.live ? await liveWay(ports, project) : undefined;
  const major = live?.major ?? request.major;
  const stage = openStage({ project, ports, major, isolation, signal });
  const compare: CompareOptions = { level, exceptions, remake: stage.remake };
  const chains = await chainsFor(stage, {
    compare,
    signal,
    fingerprints: project.lock !== undefined,
  });
  try {
    const sides = await sidesOf(stage, chains, live);
    const parts = [
      ...(await compareWithOthers(sides, compare)),
      ...waysOf(project).absent.map(absentPart),
      ...chains.flatMap(({ checks }) => checks),
      ...(await proveSeeds(stage, chains, compare)),
      ...exceptions.parts(),
    ];
    return { verdict: verdictOf(parts), level, major: majorOf(sides) ?? major, parts };
  } finally {
    for (const { end } of chains) if (end.kind === "reached") await end.replay.close();
  }
}

async function sidesOf(
  stage: Stage,
  chains: readonly Chain[],
  live: LiveSide | undefined,
): Promise<readonly Way[]> {
  const replayed = chains.map(({ way, end }): Way => {
    const { name, description } = way;
    return end.kind === "failed"
      ? { kind: "failed", part: { ...end.part, reason: `${description}: ${end.part.reason}` } }
      : { kind: "reached", name, description, catalog: end.catalog };
  });
  const declared = await declaredWay(stage);
  return [
    ...replayed,
    ...declared,
    ...(live === undefined ? [] : [await live.side(stage, chains)]),
  ];
}

function absentPart({
  name,
  reason,
}: {
  readonly name: string;
  readonly reason: string;
}): ProofPart {
  return { kind: "way", subject: name, outcome: "absent", reason };
}

function majorOf(sides: readonly Way[]): number | undefined {
  for (const side of sides) if (side.kind === "reached") return side.catalog.major;
  return undefined;
}

function verdictOf(parts: readonly ProofPart[]): ProofReport["verdict"] {
  if (holds(parts)) return "proved";
  return parts.some(({ outcome }) => outcome === "refuted") ? "refuted" : "unproved";
}
