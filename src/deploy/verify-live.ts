/**
 * Whether a target's schema is what it should be: by the fingerprint in lockstep.lock where that is enough, else held
 * against what the project's files lead to in scratch, object by object. It only reads the target.
 */
import { fingerprint } from "../catalog/fingerprint.ts";
import type { EqualityLevel } from "../catalog/level.ts";
import { LockstepError } from "../core/errors.ts";
import type { Project } from "../project/project.ts";
import {
  countsOf,
  unexpectedCounts,
  type CountDifference,
  type Counts,
} from "./steps/live/counts.ts";
import type { Against } from "./steps/live/expected.ts";
import { readLive, type LiveTarget } from "./steps/live/read.ts";
import { schemaVerdict, type SchemaVerdict, type VerdictRequest } from "./steps/live/verdict.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";

export interface VerifyLiveRequest {
  readonly project: Project;
  /** Undefined: what is declared in a declarative project, else lockstep.lock, or what is applied where it says nothing. */
  readonly against: Against | undefined;
  /** By the kind's word: tables, indexes. */
  readonly expect: Counts;
  /** What could not be compared is no equality either. */
  readonly strict?: boolean;
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
  const { project, expect, strict = false } = request;
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
    isEqual: schema.kind !== "drift" && unexpected.length === 0 && !(strict && hasGaps(schema)),
  };
}

function hasGaps(schema: SchemaVerdict): boolean {
  if (schema.kind === "unknown") return true;
  return schema.findings.some(
    ({ code, severity }) => severity !== "info" && code.startsWith("CATALOG."),
  );
}

/** Where the lock file says nothing the files are replayed in scratch; where that can't be done, no word of equal. */
async function verdictOf(
  ports: ReplayPorts,
  request: VerdictRequest & Pick<VerifyLiveRequest, "expect">,
  live: LiveTarget,
): Promise<SchemaVerdict> {
  const usual = await schemaVerdict(ports, request, live);
  if (usual.kind !== "unknown" || usual.next !== undefined) return usual;
  // Who counts has asked for that alone.
  if (Object.keys(request.expect).length > 0) return usual;
  const [other] = live.otherTexts;
  if (other !== undefined) {
    const reason = `${usual.reason}, and ${other.id} was applied with values that are not given now`;
    return { kind: "unknown", reason, next: "lockstep verify --set NAME=VALUE" };
  }
  const message = `${usual.reason}: comparing through scratch on PostgreSQL ${live.major}`;
  ports.progress({ event: "verify.scratch", message });
  try {
    return await schemaVerdict(ports, { ...request, against: "lock" }, live);
  } catch (error) {
    request.signal?.throwIfAborted();
    if (!(error instanceof LockstepError)) throw error;
    const { message: why, next } = error;
    return { kind: "unknown", reason: `${usual.reason}, and ${why}`, next };
  }
}
