/** The fingerprints of lockstep.lock against those that the replay found; and the file as it should be. */
import { sha256 } from "../../../core/hash.ts";
import { formatLockFile, lockFileName } from "../../../project/lock.ts";
import {
  hasFingerprints,
  lockedFingerprint,
  lockOfFiles,
  lockWith,
  outdatedLines,
  type TriedFingerprint,
  type TriedFingerprints,
} from "../../../project/lock-fingerprints.ts";
import type { Files } from "../../../ports/files.ts";
import type { Project } from "../../../project/project.ts";
import type { Chain } from "./chain.ts";
import type { ProofPart } from "./part.ts";

export function triedIn(chains: readonly Chain[], major: number): TriedFingerprints {
  const byId = new Map<string, TriedFingerprint>();
  const longestFirst = chains.toSorted((a, b) => b.way.steps.length - a.way.steps.length);
  for (const { fingerprints } of longestFirst) {
    for (const [id, found] of fingerprints) if (!byId.has(id)) byId.set(id, found);
  }
  return { major, byId };
}

export function lockParts(project: Project, tried: TriedFingerprints): readonly ProofPart[] {
  if (!hasFingerprints(project.lock)) return [];
  const common = { kind: "lock", subject: lockFileName } as const;
  const outdated = outdatedLines(project);
  if (outdated.length > 0) {
    const [first = ""] = outdated;
    const more = outdated.length > 1 ? ` and ${outdated.length - 1} more` : "";
    const reason = `${first}${more} was changed after its line was written, so the fingerprints from there on say nothing of it; when the change is meant: lockstep test --write`;
    return [{ ...common, outcome: "refuted", reason }];
  }
  const lock = lockOfFiles(project);
  const known = [...tried.byId].filter(
    ([id]) => lockedFingerprint(lock, id, tried.major) !== undefined,
  );
  if (tried.byId.size === 0) {
    const reason = "no migration was replayed, so its fingerprints were not looked at";
    return [{ ...common, outcome: "unproved", reason }];
  }
  if (known.length === 0) {
    const reason = `it has no fingerprints for PostgreSQL ${tried.major}: lockstep test --write`;
    return [{ ...common, outcome: "absent", reason }];
  }
  const wrong = known.filter(
    ([id, found]) =>
      found === "unknown" || found.value !== lockedFingerprint(lock, id, tried.major),
  );
  const [first] = wrong;
  if (first === undefined) {
    const what = known.length === 1 ? "fingerprint holds" : "fingerprints hold";
    return [{ ...common, outcome: "proved", reason: `${known.length} ${what}` }];
  }
  const more = wrong.length > 1 ? ` and ${wrong.length - 1} more` : "";
  const reason = `another fingerprint after ${first[0]}${more}; when the change is meant: lockstep test --write`;
  return [{ ...common, outcome: "refuted", reason }];
}

/** Resolves to whether the file was another. */
export async function writeFingerprints(
  files: Files,
  { migrations, archived, lock }: Project,
  tried: TriedFingerprints,
): Promise<boolean> {
  const own = migrations.filter(({ id }) => !archived.has(id));
  const text = formatLockFile(lockWith(own, lock, tried));
  const before = await files.readIfPresent(lockFileName);
  if (before !== undefined && sha256(before) === sha256(text)) return false;
  await files.write(lockFileName, text);
  return true;
}
