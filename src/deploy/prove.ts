/**
 * `lockstep test`: whether every way to the project's schema ends in the same catalog. Each way is loaded in scratch
 * by the steps of a deploy, so that what is proved is what happens; a live database is only read. What could not be
 * tried is said to be unproved, never equal.
 */
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { EqualityLevel } from "../catalog/level.ts";
import { hasFingerprints, lockedFingerprint, lockOfFiles } from "../project/lock-fingerprints.ts";
import type { Project } from "../project/project.ts";
import { readLive, type LiveRead } from "./steps/live/read.ts";
import { chainsFor } from "./steps/prove/chains.ts";
import type { Chain } from "./steps/prove/chain.ts";
import type { CompareOptions } from "./steps/prove/compare.ts";
import { lockTextOf } from "./steps/prove/lock-text.ts";
import { lockParts, triedIn, writeFingerprints } from "./steps/prove/lock.ts";
import { openExceptions } from "./steps/prove/exceptions.ts";
import { proveOrder, type Others } from "./steps/prove/order.ts";
import { holds, type ProofPart } from "./steps/prove/part.ts";
import { proveSeeds } from "./steps/prove/seeds.ts";
import { compareWithOthers, type Way } from "./steps/prove/side.ts";
import { declaredWay, liveWay } from "./steps/prove/sides.ts";
import { waysOf } from "./steps/prove/ways.ts";
import { inIsolation } from "./steps/replay/isolation.ts";
import { openStage, type Stage } from "./steps/replay/open.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";

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
  /** Writes the fingerprints into lockstep.lock, unless something is refuted. */
  readonly write?: boolean;
  /** Another branch, whose migrations and ours may come in either order. */
  readonly others?: Others;
  readonly signal?: AbortSignal;
}

export interface ProofReport {
  /** `refuted`: something does not hold. `unproved`: nothing is refuted, and something could not be tried. */
  readonly verdict: "proved" | "refuted" | "unproved";
  /** The level that was demanded. */
  readonly level: EqualityLevel;
  readonly major: number | undefined;
  readonly parts: readonly ProofPart[];
  /** What no comparison shows, and what is odd about the files. */
  readonly findings: readonly Finding[];
  /** Whether lockstep.lock was written. */
  readonly isLockWritten: boolean;
}

export async function prove(ports: ReplayPorts, request: ProveRequest): Promise<ProofReport> {
  return await inIsolation(request.project, (isolation) => proveIn(ports, request, isolation));
}

async function proveIn(
  ports: ReplayPorts,
  request: ProveRequest,
  isolation: Stage["isolation"],
): Promise<ProofReport> {
  const { project, signal } = request;
  refuseNothing(project);
  const level = request.level ?? project.config.equality;
  const exceptions = openExceptions(project.config.exceptions, request.today);
  const live = request.live ? await readLive(ports, project) : undefined;
  const major = live?.major ?? request.major;
  const stage = openStage({ project, ports, major, isolation, signal });
  const compare: CompareOptions = { level, exceptions, remake: stage.remake };
  const fingerprints = request.write === true || hasFingerprints(project.lock);
  const lock = lockOfFiles(project);
  const chains = await chainsFor(stage, {
    ...{ compare, signal, fingerprints },
    locked: (id, tried) => lockedFingerprint(lock, id, tried),
    lockText: request.write === true ? lockTextOf(stage.remake) : undefined,
  });
  try {
    const sides = await sidesOf(stage, chains, live);
    const tried = triedIn(chains, majorOf(sides) ?? major ?? 0);
    const compared = await compareWithOthers(sides, compare);
    const { absent, byHand } = waysOf(project);
    const isLiveEqual = compared.some(
      ({ subject, outcome }) => subject === "live" && outcome === "proved",
    );
    const parts = [
      ...compared,
      ...absent.map(absentPart),
      ...byHand.map((id) => byHandPart(id, isLiveEqual && live?.applied?.has(id) === true)),
      ...chains.flatMap(({ checks }) => checks),
      ...(await proveSeeds(stage, chains, compare)),
      ...(request.others === undefined ? [] : [await proveOrder(stage, request.others, compare)]),
      ...exceptions.parts(),
    ];
    const writes = request.write === true && verdictOf(parts) !== "refuted";
    const isLockWritten = writes && (await writeFingerprints(ports.files, project, tried));
    const all = request.write === true ? parts : [...parts, ...lockParts(project, tried)];
    const findings = findingsOf(sides);
    const found = { level, major: majorOf(sides) ?? major, parts: all, findings, isLockWritten };
    return { verdict: verdictOf(all), ...found };
  } finally {
    for (const { end } of chains) if (end.kind === "reached") await end.replay.close();
  }
}

/** A proof of nothing would hold. */
function refuseNothing(project: ProveRequest["project"]): void {
  if (waysOf(project).replayed.length > 0 || project.declared !== undefined) return;
  const message = `${project.root} holds no schema file and no migrations, so there is nothing to prove`;
  throw new LockstepError("PROJECT.NOTHING_FOUND", message);
}

async function sidesOf(
  stage: Stage,
  chains: readonly Chain[],
  live: LiveRead | undefined,
): Promise<readonly Way[]> {
  const replayed = chains.map(({ way, end }): Way => {
    const { name, description } = way;
    return end.kind === "failed"
      ? { kind: "failed", part: { ...end.part, reason: `${description}: ${end.part.reason}` } }
      : { kind: "reached", name, description, catalog: end.catalog };
  });
  const declared = await declaredWay(stage);
  return [...replayed, ...declared, ...(live === undefined ? [] : [await liveWay(stage, live)])];
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

/** What it changes, if anything, is in no replay: the ways may meet here and part there. */
function byHandPart(id: string, isDoneInLive: boolean): ProofPart {
  if (isDoneInLive) {
    const reason = "done by hand; the live schema, where it was done, is the same";
    return { kind: "way", subject: id, outcome: "proved", reason };
  }
  return {
    kind: "way",
    subject: id,
    outcome: "unproved",
    reason: "done by hand, so it was left out: what it changes in the schema was not looked at",
    hint: "lockstep test --live compares a database where it was done",
  };
}

/** Each once, whichever side has it. */
function findingsOf(sides: readonly Way[]): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const side of sides) {
    if (side.kind !== "reached") continue;
    for (const finding of side.catalog.findings) {
      const { code, severity, object = "", message } = finding;
      const isTold = severity !== "info" || code.startsWith("SOURCE.");
      if (isTold) found.set(`${code} ${object} ${message}`, finding);
    }
  }
  return [...found.values()];
}

function majorOf(sides: readonly Way[]): number | undefined {
  for (const side of sides) if (side.kind === "reached") return side.catalog.major;
  return undefined;
}

function verdictOf(parts: readonly ProofPart[]): ProofReport["verdict"] {
  if (holds(parts)) return "proved";
  return parts.some(({ outcome }) => outcome === "refuted") ? "refuted" : "unproved";
}
