/**
 * Puts the catalog's fingerprint after each migration into lockstep.lock where it is lacking, as far as the migrations
 * can be replayed in scratch; what can't be is said and left out. It proves nothing and refutes nothing: that is
 * `lockstep test`. Touches no target.
 */
import { openExceptions } from "./steps/prove/exceptions.ts";
import { LockstepError } from "../core/errors.ts";
import { ServerError } from "../ports/database.ts";
import {
  lockedFingerprint,
  lockOfFiles,
  lockWith,
  type TriedFingerprints,
} from "../project/lock-fingerprints.ts";
import type { LockFile } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { replayWay, type Chain } from "./steps/prove/chain.ts";
import { triedIn, writeFingerprints } from "./steps/prove/lock.ts";
import { lockTextOf } from "./steps/prove/lock-text.ts";
import { waysOf } from "./steps/prove/ways.ts";
import { inIsolation } from "./steps/replay/isolation.ts";
import { openStage, type Stage } from "./steps/replay/open.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";

export interface NoteRequest {
  readonly project: Project;
  readonly signal?: AbortSignal;
}

export interface NoteReport {
  readonly isLockWritten: boolean;
  /** Server majors that the migrations were replayed on. */
  readonly majors: readonly number[];
  /** Migrations whose line has no fingerprint, and why not. */
  readonly lacking: readonly string[];
  readonly reason: string | undefined;
}

export async function noteFingerprints(
  ports: ReplayPorts,
  { project, signal }: NoteRequest,
): Promise<NoteReport> {
  let lock = lockOfFiles(project);
  const majors: number[] = [];
  const before = lacking(project, lock);
  if (before.length === 0) return { isLockWritten: false, majors, lacking: [], reason: undefined };
  let isLockWritten = false;
  let reason: string | undefined;
  for (const known of majorsOf(lock)) {
    const major = known ?? (await (await ports.scratch()).majors())[0];
    const outcome = await tried(ports, project, { major, signal });
    reason ??= outcome.reason;
    if (outcome.found === undefined) continue;
    majors.push(outcome.found.major);
    const found = onlyLacking(outcome.found, lock);
    isLockWritten =
      (await writeFingerprints(ports.files, { ...project, lock }, found)) || isLockWritten;
    lock = lockWith(own(project), lock, found);
  }
  return { isLockWritten, majors, lacking: lacking(project, lock), reason };
}

/** Those that the file has already; where it has none, the newest that is installed. */
function majorsOf(lock: LockFile | undefined): readonly (number | undefined)[] {
  const known = new Set<number>();
  for (const { fingerprints } of lock?.lines ?? []) {
    if (fingerprints.kind !== "known") continue;
    for (const major of Object.keys(fingerprints.byMajor)) known.add(Number(major));
  }
  return known.size === 0 ? [undefined] : [...known].toSorted((a, b) => a - b);
}

function own({ migrations, archived }: Project): Project["migrations"] {
  return migrations.filter(({ id }) => !archived.has(id));
}

/** A line that says `unknown` says all that can be said. */
function lacking(project: Project, lock: LockFile | undefined): readonly string[] {
  const lines = new Map((lock?.lines ?? []).map((line) => [line.id, line.fingerprints]));
  const majors = majorsOf(lock);
  return own(project)
    .map(({ id }) => id)
    .filter((id) => {
      const fingerprints = lines.get(id);
      if (fingerprints?.kind === "unknown") return false;
      if (fingerprints?.kind !== "known") return true;
      return majors.some(
        (major) => major !== undefined && lockedFingerprint(lock, id, major) === undefined,
      );
    });
}

/** What the file says already is not written over: whether it is right is a question of a proof. */
function onlyLacking(
  { major, byId }: TriedFingerprints,
  lock: LockFile | undefined,
): TriedFingerprints {
  const fresh = [...byId].filter(([id]) => lockedFingerprint(lock, id, major) === undefined);
  return { major, byId: new Map(fresh) };
}

interface Tried {
  readonly found: TriedFingerprints | undefined;
  readonly reason: string | undefined;
}

async function tried(
  ports: ReplayPorts,
  project: Project,
  {
    major,
    signal,
  }: { readonly major: number | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Tried> {
  try {
    return await inIsolation(project, async (isolation) => {
      const stage = openStage({ project, ports, major, isolation, signal });
      return await replayed(stage, signal);
    });
  } catch (error) {
    if (error instanceof LockstepError || error instanceof ServerError) {
      return { found: undefined, reason: error.message };
    }
    throw error;
  }
}

async function replayed(stage: Stage, signal: AbortSignal | undefined): Promise<Tried> {
  const { project, remake } = stage;
  const compare = {
    level: project.config.equality,
    exceptions: openExceptions([], ""),
    remake,
  } as const;
  const lock = lockOfFiles(project);
  const chains: Chain[] = [];
  let reason: string | undefined;
  try {
    for (const way of waysOf(project).replayed) {
      stage.ports.progress({ event: "proof.way", message: `${way.name}: ${way.description}` });
      const chain = await replayWay(stage, way, {
        ...{ compare, signal, fingerprints: true, checks: new Set<string>() },
        locked: (id, on) => lockedFingerprint(lock, id, on),
        lockText: lockTextOf(remake),
      });
      chains.push(chain);
      if (chain.end.kind === "failed") reason ??= `${way.name}: ${chain.end.part.reason}`;
    }
  } finally {
    for (const { end } of chains) if (end.kind === "reached") await end.replay.close();
  }
  const { major } = stage;
  return { found: major === undefined ? undefined : triedIn(chains, major), reason };
}
