/**
 * Whether a target's schema is what it should be: by the fingerprint in lockstep.lock where that is enough, else held
 * against what the project's files lead to in scratch, object by object. It only reads the target.
 */
import { fingerprint } from "../catalog/fingerprint.ts";
import type { ObjectDifference } from "../catalog/explain.ts";
import type { EqualityLevel } from "../catalog/level.ts";
import type { Finding } from "../core/findings.ts";
import type { Project } from "../project/project.ts";
import {
  countsOf,
  unexpectedCounts,
  type CountDifference,
  type Counts,
} from "./steps/live/counts.ts";
import { expectedOf, type Against } from "./steps/live/expected.ts";
import { lockedStateOf } from "./steps/live/locked.ts";
import { readLive, type LiveRead } from "./steps/live/read.ts";
import { waysBack } from "./steps/live/ways-back.ts";
import { hashOf } from "./steps/prove/chain.ts";
import { compareSides } from "./steps/prove/compare.ts";
import { openExceptions } from "./steps/prove/exceptions.ts";
import { inIsolation } from "./steps/replay/isolation.ts";
import { openStage } from "./steps/replay/open.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";

export interface VerifyLiveRequest {
  readonly project: Project;
  /** Undefined: lockstep.lock alone, where it says anything. */
  readonly against: Against | undefined;
  /** By the kind's word: tables, indexes. */
  readonly expect: Counts;
  /** By default the config's. */
  readonly level?: EqualityLevel | undefined;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly signal?: AbortSignal;
}

export interface VerifyLiveReport {
  readonly database: string;
  readonly major: number;
  readonly level: EqualityLevel;
  readonly fingerprint: string;
  readonly schema: SchemaVerdict;
  readonly counts: Counts;
  readonly unexpected: readonly CountDifference[];
  /** Equal where it was compared, and as many of everything as expected. */
  readonly isEqual: boolean;
}

export type SchemaVerdict =
  /** The lock file says nothing of this state, and nothing else was asked for. */
  | { readonly kind: "unknown"; readonly reason: string }
  | {
      readonly kind: "equal";
      readonly against: string;
      /** Texts that differ and that the server itself brings to one form. */
      readonly settled: readonly string[];
      readonly exceptions: readonly string[];
      /** Exceptions that no longer match anything, or whose time is over. */
      readonly findings: readonly Finding[];
    }
  | {
      readonly kind: "drift";
      readonly sides: readonly [string, string];
      readonly differences: readonly ObjectDifference[];
      readonly settled: readonly string[];
      readonly exceptions: readonly string[];
      /** What to type to take the difference into the project, or away from the target. */
      readonly next: readonly string[];
    };

export async function verifyLive(
  ports: ReplayPorts,
  request: VerifyLiveRequest,
): Promise<VerifyLiveReport> {
  const { project, expect } = request;
  const level = request.level ?? project.config.equality;
  const live = await readLive(ports, project);
  const schema = await verdictOf(ports, { ...request, level }, live);
  const counts = countsOf(live.catalog);
  const unexpected = unexpectedCounts(counts, expect);
  return {
    database: live.label,
    major: live.major,
    level,
    fingerprint: fingerprint(live.catalog, level),
    schema,
    counts,
    unexpected,
    isEqual: schema.kind !== "drift" && unexpected.length === 0,
  };
}

type LevelledRequest = VerifyLiveRequest & { readonly level: EqualityLevel };

async function verdictOf(
  ports: ReplayPorts,
  request: LevelledRequest,
  live: LiveRead,
): Promise<SchemaVerdict> {
  const { project, against, level } = request;
  const mayUseLock = against === undefined || against === "lock";
  const state =
    mayUseLock && live.applied !== undefined
      ? lockedStateOf(project, live.applied, live.major)
      : undefined;
  const locked = state?.fingerprint;
  // The lock file's level leaves less aside than the two behind it, so that its word counts for them too.
  if (locked !== undefined && level !== "strict" && locked === hashOf(live.catalog)) {
    const { id } = state ?? { id: "" };
    return { kind: "equal", against: `lockstep.lock, after ${id}`, ...nothingBesides };
  }
  if (against === undefined && locked === undefined) {
    const reason = `lockstep.lock has no fingerprint for its state on PostgreSQL ${live.major}`;
    return { kind: "unknown", reason };
  }
  return await inIsolation(project, (isolation) =>
    compareInScratch(ports, { ...request, isolation }, live),
  );
}

const nothingBesides = { settled: [], exceptions: [], findings: [] } as const;

type StagedRequest = LevelledRequest & {
  readonly isolation: Parameters<typeof openStage>[0]["isolation"];
};

async function compareInScratch(
  ports: ReplayPorts,
  request: StagedRequest,
  live: LiveRead,
): Promise<SchemaVerdict> {
  const { project, level, isolation, signal, today } = request;
  const { major } = live;
  const stage = openStage({ project, ports, major, isolation, signal });
  const against = request.against ?? "lock";
  const expected = await expectedOf(stage, against, live);
  const exceptions = openExceptions(project.config.exceptions, today);
  const compare = { level, exceptions, remake: stage.remake };
  const found = await compareSides(expected.catalog, live.catalog, compare);
  const { settled, differences } = found;
  const besides = { settled, exceptions: found.exceptions };
  if (found.isEqual) {
    const findings = exceptions.parts().flatMap(({ outcome, subject, reason }): Finding[] => {
      if (outcome === "proved") return [];
      return [{ code: "VERIFY.EXCEPTION", severity: "warning", object: subject, message: reason }];
    });
    return { kind: "equal", against: expected.name, ...besides, findings };
  }
  const sides = [expected.name, "live"] as const;
  return { kind: "drift", sides, differences, ...besides, next: waysBack(project, against) };
}
