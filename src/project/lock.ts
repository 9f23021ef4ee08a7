/**
 * `lockstep.lock`: one line per migration, so that two branches which both add one conflict in git, on purpose.
 * FORMATS.md has the byte-exact rules; formatting what was parsed gives the same bytes.
 */
import { LockstepError } from "../core/errors.ts";

/** What the catalog was after a migration, per server major that was tried: see lock-fingerprints.ts. */
export type LockedFingerprints =
  | { readonly kind: "known"; readonly byMajor: Readonly<Record<number, string>> }
  /** The result depends on data or on code. */
  | { readonly kind: "unknown" }
  /** Nobody has looked yet. */
  | { readonly kind: "none" };

export interface LockLine {
  readonly id: string;
  readonly bytesHash: string;
  readonly meaningHash: string;
  readonly fingerprints: LockedFingerprints;
}

/** A migration that a baseline stands for; its file lies in the archive. */
export interface ReplacedLine extends LockLine {
  readonly release: string;
}

export interface LockFile {
  readonly lines: readonly LockLine[];
  /** Before all of `lines`, in the order in which they ran. */
  readonly replaced: readonly ReplacedLine[];
}

export const lockFileName = "lockstep.lock";
const title = "lockstep.lock 1";
const explanation = [
  "# One line per migration: id, sha256 of its bytes, sha256 of its meaning, the catalog's fingerprint after it.",
  "# Two branches that both add a migration conflict here, on purpose; then: lockstep rebase",
];
const explanationOfReplaced =
  "# =RELEASE: the baseline of that release stands for the migration; it is kept in the archive.";

export function formatLockFile(lock: LockFile): string {
  const replaced = lock.replaced.map((line) => `=${escapeId(line.release)} ${formatLine(line)}`);
  const note = replaced.length === 0 ? [] : [explanationOfReplaced];
  const lines = lock.lines.map(formatLine);
  return [title, ...explanation, ...note, ...replaced, ...lines, ""].join("\n");
}

function formatLine({ id, bytesHash, meaningHash, fingerprints }: LockLine): string {
  return [escapeId(id), bytesHash, meaningHash, formatFingerprints(fingerprints)].join(" ");
}

export function parseLockFile(text: string): LockFile {
  const rows = text.split(/\r?\n/);
  const conflict = rows.findIndex((row) => /^(?:<{7}|={7}|>{7})(?: |$)/.test(row));
  if (conflict >= 0) {
    throw new LockstepError("PROJECT.LOCK_CONFLICT", `${lockFileName} holds a merge conflict`, {
      where: { file: lockFileName, line: conflict + 1 },
    });
  }
  if (rows[0] !== title) throw lockError(1, `the first line must be "${title}"`);
  const lines: LockLine[] = [];
  const replaced: ReplacedLine[] = [];
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    if (index === 0 || row === "" || row.startsWith("#")) continue;
    const line = parseRow(row, index + 1);
    const before = seen.get(line.id);
    if (before !== undefined)
      throw lockError(index + 1, `${line.id} stands on line ${before} already`);
    seen.set(line.id, index + 1);
    if (isReplaced(line)) replaced.push(line);
    else lines.push(line);
  }
  return { lines, replaced };
}

function isReplaced(line: LockLine | ReplacedLine): line is ReplacedLine {
  return "release" in line;
}

function parseRow(row: string, number: number): LockLine | ReplacedLine {
  if (!row.startsWith("=")) return parseLine(row, number);
  const space = row.indexOf(" ");
  if (space < 2) throw lockError(number, "a replaced migration's line is: =RELEASE ID ...");
  const release = unescapeId(row.slice(1, space), number);
  return { ...parseLine(row.slice(space + 1), number), release };
}

/** What can still be read of a lock file with conflict markers or broken lines; the first of two lines counts. */
export function salvageLockFile(text: string): LockFile {
  const lines = new Map<string, LockLine | ReplacedLine>();
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row === "" || row === title || row.startsWith("#") || row.startsWith("=======")) continue;
    try {
      const line = parseRow(row, index + 1);
      if (!lines.has(line.id)) lines.set(line.id, line);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
    }
  }
  const all = [...lines.values()];
  return {
    lines: all.filter((line) => !isReplaced(line)),
    replaced: all.filter((line) => isReplaced(line)),
  };
}

function parseLine(row: string, number: number): LockLine {
  const fields = row.split(" ");
  const [id, bytesHash, meaningHash, ...fingerprints] = fields;
  if (id === undefined || id === "" || fingerprints.length === 0) {
    throw lockError(number, "a line is: ID BYTES-HASH MEANING-HASH FINGERPRINTS");
  }
  if (!isSha256(bytesHash) || !isSha256(meaningHash)) {
    throw lockError(number, "a hash is 64 hexadecimal digits in lower case");
  }
  return {
    id: unescapeId(id, number),
    bytesHash,
    meaningHash,
    fingerprints: parseFingerprints(fingerprints, number),
  };
}

function isSha256(value: string | undefined): value is string {
  return value !== undefined && /^[0-9a-f]{64}$/.test(value);
}

function formatFingerprints(fingerprints: LockedFingerprints): string {
  if (fingerprints.kind === "none") return "-";
  if (fingerprints.kind === "unknown") return "unknown";
  const majors = Object.entries(fingerprints.byMajor);
  if (majors.length === 0) return "-";
  majors.sort(([left], [right]) => Number(left) - Number(right));
  return majors.map(([major, fingerprint]) => `${major}=${fingerprint}`).join(" ");
}

function parseFingerprints(fields: readonly string[], number: number): LockedFingerprints {
  if (fields.length === 1 && fields[0] === "-") return { kind: "none" };
  if (fields.length === 1 && fields[0] === "unknown") return { kind: "unknown" };
  const byMajor: Record<number, string> = {};
  for (const field of fields) {
    const match = /^([1-9]\d*)=([0-9a-f]{16,64}(?:,[0-9a-f]{16,64})?)$/.exec(field);
    const [, major, fingerprint] = match ?? [];
    if (major === undefined || fingerprint === undefined) {
      throw lockError(
        number,
        `"${field}" is no fingerprint; it is MAJOR=HEX, MAJOR=HEX,HEX, unknown, or -`,
      );
    }
    if (byMajor[Number(major)] !== undefined)
      throw lockError(number, `two fingerprints for ${major}`);
    byMajor[Number(major)] = fingerprint;
  }
  return { kind: "known", byMajor };
}

/** Ids are file names: what would break the line is written as in a URL. */
function escapeId(id: string): string {
  const isUnsafe = /[\s%\p{Cc}\u2028\u2029]|^#|^[<=>]/gu;
  return id.replaceAll(isUnsafe, (character) => encodeURIComponent(character).replace("#", "%23"));
}

function unescapeId(text: string, number: number): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw lockError(number, `"${text}" holds a % that starts no escape`);
  }
}

function lockError(line: number, why: string): LockstepError {
  return new LockstepError("PROJECT.LOCK_FILE", `${lockFileName} can't be read: ${why}`, {
    where: { file: lockFileName, line },
  });
}
