/** What lockstep.lock says of the state that a target is in by its ledger. */
import { lockedFingerprint, lockOfFiles } from "../../../project/lock-fingerprints.ts";
import type { Project } from "../../../project/project.ts";

export interface LockedState {
  /** The newest migration that is applied. */
  readonly id: string;
  /** Undefined: the file does not say it for this major. */
  readonly fingerprint: string | undefined;
  /** It says it of files that were changed since. */
  readonly isOutdated: boolean;
  /** It says that what the migrations lead to depends on rows or on code. */
  readonly isUnsettled: boolean;
}

/** Undefined when the target is in no state that the file has a line for: something in between is lacking. */
export function lockedStateOf(
  project: Project,
  applied: ReadonlySet<string>,
  major: number,
): LockedState | undefined {
  const { migrations } = project;
  const end = migrations.findLastIndex(({ id }) => applied.has(id));
  const last = migrations[end];
  if (last === undefined) return undefined;
  if (!migrations.slice(0, end).every(({ id }) => applied.has(id))) return undefined;
  const lock = lockOfFiles(project);
  const fingerprint = lockedFingerprint(lock, last.id, major);
  const isOutdated =
    fingerprint === undefined && lockedFingerprint(project.lock, last.id, major) !== undefined;
  const lines = [...(lock?.lines ?? []), ...(lock?.replaced ?? [])];
  const isUnsettled = lines.some(
    ({ id, fingerprints }) => id === last.id && fingerprints.kind === "unknown",
  );
  return { id: last.id, fingerprint, isOutdated, isUnsettled };
}
