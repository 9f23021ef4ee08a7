/**
 * Where a database stands against the files: what is applied, what is lacking, what does not fit. Applied is a set,
 * not a high-water mark. Pure and cheap: it compares ids and hashes of bytes; whether an edit changed the meaning is
 * for plan/edits.ts, which has to read the texts.
 */
import { baselineId, declaredId, type JournalEntry, type LedgerEntry } from "../ledger/ledger.ts";
import type { ReplacedLine } from "../project/lock.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Baseline } from "../project/schema.ts";
import { compareText, compareVersions, readStem } from "../project/version.ts";

export interface StandingInput {
  /** In the order in which they run. */
  readonly migrations: readonly MigrationFile[];
  /** What the baseline stands for and is not on disk; empty for a database that is still to get the baseline. */
  readonly replaced: readonly ReplacedLine[];
  readonly baseline: Baseline | undefined;
  readonly entries: readonly LedgerEntry[];
  readonly journal: readonly JournalEntry[];
}

export interface AppliedMigration {
  readonly file: MigrationFile;
  readonly entry: LedgerEntry;
}

export interface OutOfOrder {
  readonly file: MigrationFile;
  /** The latest applied migration that sorts after it. */
  readonly after: string;
}

export interface Standing {
  readonly applied: readonly AppliedMigration[];
  /** Lacking, in the order in which they run. */
  readonly pending: readonly MigrationFile[];
  /** Applied, and the file's bytes are no longer those. */
  readonly changed: readonly AppliedMigration[];
  /** Lacking, though something that sorts after it is applied. */
  readonly outOfOrder: readonly OutOfOrder[];
  /** Applied, no file of that name, and no baseline on disk that would explain it. */
  readonly missing: readonly LedgerEntry[];
  /** Begun in several parts and not ended, and the file is gone. */
  readonly orphaned: readonly string[];
  /** A rollback of theirs began and did not end. */
  readonly reverting: readonly LedgerEntry[];
  /** The baseline on disk stands for migrations that are neither applied here nor on disk any more. */
  readonly gap: BaselineGap | undefined;
}

export interface BaselineGap {
  readonly includesUpTo: string;
  readonly lastApplied: string | undefined;
  /** Those that it lacks, where the lock file names what the baseline stands for. */
  readonly lacking: readonly ReplacedLine[];
}

export function standingOf(input: StandingInput): Standing {
  const { migrations, entries } = input;
  const migrationEntries = entries.filter((entry) => entry.kind === "migration");
  const byId = new Map(migrationEntries.map((entry) => [entry.id, entry]));
  const files = new Map(migrations.map((file) => [file.id, file]));
  const applied = migrations.flatMap((file) => {
    const entry = byId.get(file.id);
    return entry === undefined ? [] : [{ file, entry }];
  });
  const pending = migrations.filter((file) => !byId.has(file.id));
  const included = includedBy(input);
  const isPending = (id: string): boolean =>
    !byId.has(id) && !files.has(id) && id !== baselineId && id !== declaredId;
  return {
    applied,
    pending,
    changed: applied.filter(({ file, entry }) => file.bytesHash !== entry.bytesHash),
    outOfOrder: outOfOrder(input, pending, migrationEntries),
    missing: migrationEntries.filter((entry) => !files.has(entry.id) && !included(entry.id)),
    orphaned: [...new Set(input.journal.map((part) => part.migrationId))].filter(isPending),
    reverting: migrationEntries.filter((entry) => entry.state === "reverting"),
    gap: gapOf(input, files),
  };
}

/** Negative when left runs before right: by version first, then by the whole id. */
export function compareIds(left: string, right: string): number {
  const [leftStem, rightStem] = [readStem(left), readStem(right)];
  if (leftStem !== undefined && rightStem !== undefined) {
    const difference = compareVersions(leftStem.order, rightStem.order);
    if (difference !== 0) return difference;
  }
  return compareText(left, right);
}

/** By name where the lock file has the names; what sorts before all of those, somebody took away by hand. */
function includedBy({ baseline, replaced }: StandingInput): (id: string) => boolean {
  const ids = new Set(replaced.map(({ id }) => id));
  if (baseline === undefined || baseline.includes.kind !== "upTo") return (id) => ids.has(id);
  const last = baseline.includes.id;
  const [first] = replaced;
  return (id) =>
    ids.has(id) ||
    (compareIds(id, last) <= 0 && (first === undefined || compareIds(id, first.id) < 0));
}

function outOfOrder(
  input: StandingInput,
  pending: readonly MigrationFile[],
  entries: readonly LedgerEntry[],
): readonly OutOfOrder[] {
  const place = new Map(input.migrations.map((file, index) => [file.id, index]));
  const sorts = (left: string, right: string): number => {
    const [leftPlace, rightPlace] = [place.get(left), place.get(right)];
    if (leftPlace !== undefined && rightPlace !== undefined) return leftPlace - rightPlace;
    return compareIds(left, right);
  };
  const ids = entries.map((entry) => entry.id);
  const last = ids.reduce<string | undefined>(
    (latest, id) => (latest === undefined || sorts(id, latest) > 0 ? id : latest),
    undefined,
  );
  if (last === undefined) return [];
  return pending.filter((file) => sorts(file.id, last) < 0).map((file) => ({ file, after: last }));
}

/** Only a database that has migrations of this project, and no baseline that holds them, can have a gap. */
function gapOf(
  input: StandingInput,
  files: ReadonlyMap<string, MigrationFile>,
): BaselineGap | undefined {
  const { baseline, entries, replaced } = input;
  const loaded = entries.find((entry) => entry.kind === "baseline");
  const last = entries.findLast((entry) => entry.kind === "migration");
  const lastApplied = last?.id ?? loaded?.includesUpTo;
  const lacking = lackingOf(replaced, entries);
  const newest = lacking.at(-1);
  if (newest !== undefined) return { includesUpTo: newest.id, lastApplied, lacking };
  if (baseline === undefined || baseline.includes.kind !== "upTo") return undefined;
  const { id } = baseline.includes;
  if (files.has(id) || entries.some((entry) => entry.id === id)) return undefined;
  if (replaced.some((one) => one.id === id)) return undefined;
  if (loaded?.includesUpTo !== undefined && compareIds(loaded.includesUpTo, id) >= 0) {
    return undefined;
  }
  return { includesUpTo: id, lastApplied, lacking: [] };
}

/** What a baseline stands for and a database does not have: it is older than the baseline. */
export function lackingOf(
  replaced: readonly ReplacedLine[],
  entries: readonly LedgerEntry[],
): readonly ReplacedLine[] {
  const ids = new Set(entries.map(({ id }) => id));
  const held = entries.find((entry) => entry.kind === "baseline")?.includesUpTo;
  return replaced.filter(
    ({ id }) => !ids.has(id) && (held === undefined || compareIds(id, held) > 0),
  );
}
