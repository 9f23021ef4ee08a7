/**
 * What `lockstep.lock` and the files say of each other. A lag is a finding, never an error: the ledger, not the lock
 * file, is what a deploy believes about a target.
 */
import type { FindingCode } from "../core/finding-codes.ts";
import type { Finding } from "../core/findings.ts";
import { lockFileName, type LockFile, type LockLine, type ReplacedLine } from "./lock.ts";
import type { MigrationFile } from "./migration.ts";

export function lockFindings(
  lock: LockFile | undefined,
  migrations: readonly MigrationFile[],
): readonly Finding[] {
  if (lock === undefined) return [];
  const all = [...lock.replaced, ...lock.lines];
  const lines = new Map(all.map((line) => [line.id, line]));
  const ids = new Set(migrations.map(({ id }) => id));
  const lacking = migrations.filter(({ id }) => !lines.has(id)).map(({ id }) => id);
  const changed = migrations.flatMap(({ id, bytesHash }) => {
    const line = lines.get(id);
    return line === undefined || line.bytesHash === bytesHash ? [] : [line];
  });
  // A new file is edited until it is proved for the first time: that is work, nothing to be warned of.
  const isProved = (line: LockLine): boolean => line.fingerprints.kind !== "none";
  const edited = changed.filter(isProved).map(({ id }) => id);
  const atWork = changed.filter((line) => !isProved(line)).map(({ id }) => id);
  const gone = lock.lines.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
  const left = lock.replaced.filter(({ id }) => ids.has(id));
  return [
    ...unfinished(left),
    ...finding("PROJECT.LOCK_LACKS", "has no line for", lacking),
    ...finding("PROJECT.LOCK_CHANGED", "has other hashes for", edited),
    ...finding("PROJECT.LOCK_CHANGED", "has the first hashes of", atWork, "info"),
    ...finding("PROJECT.LOCK_GONE", "has a line for what is not there:", gone),
  ];
}

/** A squash that was cut off: its archive is complete, and so is its baseline. */
function unfinished(left: readonly ReplacedLine[]): readonly Finding[] {
  const [first] = left;
  if (first === undefined) return [];
  const count = `${left.length} migration${left.length === 1 ? "" : "s"}`;
  return [
    {
      code: "PROJECT.SQUASH_UNFINISHED",
      severity: "warning",
      message: `the squash of ${first.release} was cut off: ${count} that its baseline stands for still lie in the folder`,
      where: { file: lockFileName },
      hint: `lockstep squash --release ${first.release} carries on.`,
      data: { ids: left.map(({ id }) => id) },
    },
  ];
}

function finding(
  code: FindingCode,
  what: string,
  ids: readonly string[],
  severity: Finding["severity"] = "warning",
): readonly Finding[] {
  if (ids.length === 0) return [];
  const shown = ids.slice(0, 3).join(", ");
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : "";
  return [
    {
      code,
      severity,
      message: `${lockFileName} ${what} ${shown}${more}`,
      where: { file: lockFileName },
      hint: "lockstep rebase writes it anew.",
      data: { ids },
    },
  ];
}
