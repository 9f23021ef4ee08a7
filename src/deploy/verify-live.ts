/**
 * Whether a target's schema is what it should be: by the fingerprint in lockstep.lock where that is enough, else held
 * against what the project's files lead to in scratch, object by object. It only reads the target.
 */
import { fingerprint } from "../catalog/fingerprint.ts";
import type { EqualityLevel } from "../catalog/level.ts";
import type { Project } from "../project/project.ts";
import {
  countsOf,
  unexpectedCounts,
  type CountDifference,
  type Counts,
} from "./steps/live/counts.ts";
import type { Against } from "./steps/live/expected.ts";
import { readLive } from "./steps/live/read.ts";
import { schemaVerdict, type SchemaVerdict } from "./steps/live/verdict.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";

export interface VerifyLiveRequest {
  readonly project: Project;
  /** Undefined: what is declared in a declarative project, else lockstep.lock alone, where it says anything. */
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

export async function verifyLive(
  ports: ReplayPorts,
  request: VerifyLiveRequest,
): Promise<VerifyLiveReport> {
  const { project, expect } = request;
  const level = request.level ?? project.config.equality;
  const live = await readLive(ports, project);
  const schema = await schemaVerdict(ports, { ...request, level }, live);
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
