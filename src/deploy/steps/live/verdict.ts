/**
 * Whether a live schema is what the project's files lead to. An equal fingerprint in lockstep.lock is proof; an unequal
 * one is no drift yet: then the files are replayed in scratch and the objects compared.
 */
import { withoutRoles } from "../../../catalog/roles_aside.ts";
import { leaveTables } from "../../../catalog/leave_tables.ts";
import { loneHistories } from "../../../plan/histories/lone.ts";
import type { ObjectDifference } from "../../../catalog/explain.ts";
import type { EqualityLevel } from "../../../catalog/level.ts";
import type { Finding } from "../../../core/findings.ts";
import type { Project } from "../../../project/project.ts";
import { isLocked } from "../../../project/lock-fingerprints.ts";
import { hashOf } from "../prove/chain.ts";
import { compareSides } from "../prove/compare.ts";
import { openExceptions } from "../prove/exceptions.ts";
import { inIsolation } from "../replay/isolation.ts";
import { openStage } from "../replay/open.ts";
import type { ReplayPorts } from "../replay/ports.ts";
import { expectedOf, usualAgainst, type Against } from "./expected.ts";
import { lockedStateOf } from "./locked.ts";
import type { LiveRead } from "./read.ts";
import { waysBack } from "./ways-back.ts";

export interface VerdictRequest {
  readonly project: Project;
  /** Undefined: what is declared in a declarative project, else lockstep.lock alone, where it says anything. */
  readonly against: Against | undefined;
  readonly level: EqualityLevel;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly signal?: AbortSignal;
}

export type SchemaVerdict =
  /** The lock file says nothing of this state, and nothing else was asked for; `next`: how it can be had all the same. */
  | { readonly kind: "unknown"; readonly reason: string; readonly next?: string }
  | {
      readonly kind: "equal";
      readonly against: string;
      /** Texts that differ and that the server itself brings to one form. */
      readonly settled: readonly string[];
      readonly exceptions: readonly string[];
      /** What no comparison shows, and exceptions that no longer match anything, or whose time is over. */
      readonly findings: readonly Finding[];
    }
  | {
      readonly kind: "drift";
      readonly sides: readonly [string, string];
      readonly differences: readonly ObjectDifference[];
      readonly settled: readonly string[];
      readonly exceptions: readonly string[];
      /** As where it is equal. */
      readonly findings: readonly Finding[];
      /** What to type to take the difference into the project, or away from the target. */
      readonly next: readonly string[];
    };

export async function schemaVerdict(
  ports: ReplayPorts,
  request: VerdictRequest,
  live: LiveRead,
): Promise<SchemaVerdict> {
  const { project, level } = request;
  const against = request.against ?? usualAgainst(project);
  const mayUseLock = against === undefined || against === "lock";
  const state =
    mayUseLock && live.applied !== undefined
      ? lockedStateOf(project, live.applied, live.major)
      : undefined;
  const locked = state?.fingerprint;
  // The lock file's level leaves less aside than the two behind it, so that its word counts for them too.
  if (locked !== undefined && level !== "strict" && isLocked(locked, hashOf(live.catalog))) {
    const { id } = state ?? { id: "" };
    const besides = { ...nothingBesides, findings: gapsOf(live) };
    return { kind: "equal", against: `lockstep.lock, after ${id}`, ...besides };
  }
  if (against === undefined && locked === undefined && state?.isOutdated !== true) {
    if (state?.isUnsettled === true) return unsettled(state.id);
    return { kind: "unknown", reason: silenceOf(project, live) };
  }
  return await inIsolation(project, (isolation) =>
    compareInScratch(ports, { ...request, against, isolation }, live),
  );
}

/** What the files lead to in scratch, without rows, need not be what they led to on the target. */
function unsettled(id: string): SchemaVerdict {
  const reason = `by lockstep.lock the schema after ${id} depends on rows or on code`;
  return { kind: "unknown", reason, next: "lockstep verify --against lock" };
}

function silenceOf({ lock }: Project, { major }: LiveRead): string {
  if (lock === undefined) return "the project has no lockstep.lock";
  return `lockstep.lock has no fingerprint for its state on PostgreSQL ${major}`;
}

/** What is there and was not compared: equal is said only of the rest. */
function gapsOf({ catalog }: LiveRead): readonly Finding[] {
  return catalog.findings.filter(({ severity }) => severity !== "info");
}

const nothingBesides = { settled: [], exceptions: [], findings: [] } as const;

type StagedRequest = VerdictRequest & {
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
  const compared = expected.lacksRoles === true ? withoutRoles(live.catalog) : live.catalog;
  // What it was adopted from may have dumped its own table into the project's complete schema.
  const aside = loneHistories(expected.catalog, compared).flatMap((history) => history.aside);
  const found = await compareSides(leaveTables(expected.catalog, aside), compared, compare);
  const { settled, differences } = found;
  // The ways to the schema may need it all the same.
  const idle = "matches nothing here; lockstep test says whether it is needed";
  const stale = exceptions.parts(idle).flatMap(({ outcome, subject, reason }): Finding[] => {
    if (outcome === "proved") return [];
    return [{ code: "VERIFY.EXCEPTION", severity: "warning", object: subject, message: reason }];
  });
  const findings = [...(expected.findings ?? []), ...gapsOf(live), ...stale];
  const besides = { settled, exceptions: found.exceptions, findings };
  if (found.isEqual) return { kind: "equal", against: expected.name, ...besides };
  const sides = [expected.name, "live"] as const;
  return {
    kind: "drift",
    sides,
    differences,
    ...besides,
    next: waysBack({ project, against, differences }),
  };
}
