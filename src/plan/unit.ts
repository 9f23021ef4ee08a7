/**
 * One migration, or the baseline, as a unit of the plan: its segments, and where an earlier deploy that was cut off
 * left it. A unit that is half applied may be corrected in the part that has not run; the part that ran must be as
 * it was.
 */
import { LockstepError } from "../core/errors.ts";
import type { JournalEntry } from "../ledger/ledger.ts";
import type { MigrationFile, SqlText } from "../project/migration.ts";
import { baselineBytesHash } from "../project/baseline-hash.ts";
import type { Baseline } from "../project/schema.ts";
import { sha256 } from "../core/hash.ts";
import { baselineId } from "../ledger/ledger.ts";
import { meaningHash } from "../sql/meaning.ts";
import { classifiedPieces, type ClassifyOptions } from "./classified.ts";
import type { PlannedUnit, Segment, SqlUnit, UnitIdentity } from "./plan.ts";
import { segmentsOf, type ClassifiedPiece } from "./segments.ts";

export interface UnitOptions extends ClassifyOptions {
  /** Of this scope. */
  readonly journal: readonly JournalEntry[];
}

export function unitOf(file: MigrationFile, options: UnitOptions): PlannedUnit {
  const identity = identityOf(file);
  switch (file.kind) {
    case "sql": {
      const segments = cut([file.up], file.noTransaction !== undefined, options);
      return finishUnit({ identity, direction: "up", segments }, options);
    }
    case "data":
      return { kind: "data", identity };
    case "external":
      return { kind: "external", identity, instructions: file.instructions };
  }
}

export interface WayBack {
  readonly identity: UnitIdentity;
  readonly down: SqlText;
  readonly noTransaction: boolean;
}

export function downUnitOf(way: WayBack, options: UnitOptions): SqlUnit {
  const segments = cut([way.down], way.noTransaction, options);
  return finishUnit({ identity: way.identity, direction: "down", segments }, options);
}

export function baselineUnitOf(
  baseline: Baseline,
  included: readonly MigrationFile[],
  options: UnitOptions,
): SqlUnit {
  const segments = cut(baseline.files, false, options);
  const { includes } = baseline;
  const includesUpTo = includes.kind === "upTo" ? includes.id : included.at(-1)?.id;
  const unit = { identity: baselineIdentity(baseline), direction: "up", segments } as const;
  return { ...finishUnit(unit, options), includesUpTo, included: included.map(identityOf) };
}

export function identityOf(file: MigrationFile): UnitIdentity {
  const { id, path, bytesHash } = file;
  const hash = file.kind === "sql" ? meaningHash(file.up.text) : undefined;
  return { id, kind: "migration", title: titleOf(file), path, bytesHash, meaningHash: hash };
}

function titleOf(file: MigrationFile): string | undefined {
  return file.header.title ?? file.header.description;
}

export function baselineIdentity(baseline: Baseline): UnitIdentity {
  const hashes = baseline.files.map((file) => meaningHash(file.text));
  return {
    id: baselineId,
    kind: "baseline",
    title: baseline.header.schemaVersion,
    path: baseline.files[0]?.path ?? "",
    bytesHash: baselineBytesHash(baseline),
    meaningHash: sha256(hashes.join("\n")),
  };
}

function cut(
  sources: readonly SqlText[],
  noTransaction: boolean,
  options: UnitOptions,
): readonly Segment[] {
  function* pieces(): Generator<ClassifiedPiece, void, undefined> {
    for (const source of sources) yield* classifiedPieces(source, options);
  }
  return segmentsOf(pieces(), { noTransaction });
}

function finishUnit(
  unit: Pick<SqlUnit, "identity" | "direction" | "segments">,
  options: UnitOptions,
): SqlUnit {
  const { identity, direction } = unit;
  const segments = unit.segments.length > 0 ? unit.segments : [emptySegment];
  const parts = options.journal.filter(
    (part) => part.migrationId === identity.id && part.direction === direction,
  );
  const done = parts.filter((part) => part.state === "done");
  refuseEdited({ identity, segments }, done);
  const begun = parts.find((part) => part.ordinal === done.length);
  return {
    kind: "sql",
    identity,
    direction,
    includesUpTo: undefined,
    included: [],
    segments,
    segmentsDone: done.length,
    doubt: begun?.state === "started" ? begun.before : undefined,
  };
}

/** A file without a statement: there is nothing to run and something to record. */
const emptySegment: Segment = {
  kind: "transaction",
  ordinal: 0,
  statements: 0,
  meaningHash: "",
  session: [],
  characteristics: "",
  steps: [],
};

function refuseEdited(
  unit: Pick<SqlUnit, "identity" | "segments">,
  done: readonly JournalEntry[],
): void {
  for (const part of done) {
    const segment = unit.segments[part.ordinal];
    if (segment !== undefined && segment.meaningHash === part.meaningHash) continue;
    const { id, path } = unit.identity;
    throw new LockstepError(
      "PLAN.EDITED_PARTIAL",
      `${id} is half applied, and its part ${part.ordinal + 1}, which already ran, was changed`,
      { where: { file: path }, data: { id, part: part.ordinal + 1 } },
    );
  }
}
