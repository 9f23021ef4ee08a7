/**
 * One migration, or the baseline, as a unit of the plan: its segments, and where an earlier deploy that was cut off
 * left it. A unit that is half applied may be corrected in the part that has not run; the part that ran must be as
 * it was.
 */
import { LockstepError } from "../core/errors.ts";
import type { JournalEntry } from "../ledger/ledger.ts";
import type { MigrationFile, SqlText } from "../project/migration.ts";
import { readBackfillMarks } from "../project/backfill-marks.ts";
import { titleOf } from "../project/title.ts";
import { baselineBytesHash } from "../project/baseline-hash.ts";
import type { Baseline, SchemaFile } from "../project/schema.ts";
import { computeMeaning } from "../project/hashes.ts";
import { meaningWithIncludes } from "../project/includes.ts";
import { sha256 } from "../core/hash.ts";
import { leftOutMessage, switchedOffInVain } from "../sql/newer-setting.ts";
import { baselineId } from "../ledger/ledger.ts";
import { segmentsOfSchema } from "./declared-unit.ts";
import { emptySegment } from "./empty-segment.ts";
import type { SchemaPlan } from "./schema_plan.ts";
import type { NeedsTally } from "./needs.ts";
import type { PlannedUnit, Segment, SqlUnit, UnitIdentity } from "./plan.ts";
import {
  readScript,
  readUnparsed,
  type Script,
  type ScriptOptions,
  type StatementSink,
} from "./script.ts";
import { backfillUnitOf } from "./backfill-unit.ts";
import { createSegmentBuilder, type SegmentBuilder, type SegmentOptions } from "./segments.ts";

export interface UnitOptions extends ScriptOptions {
  /** Of this scope. */
  readonly journal: readonly JournalEntry[];
  /** Of one transaction of the baseline, where it may be cut; undefined: it stays whole. */
  readonly baselineLocksMax: number | undefined;
  /** Over all units of a plan. */
  readonly needs: NeedsTally;
}

export async function unitOf(file: MigrationFile, options: UnitOptions): Promise<PlannedUnit> {
  switch (file.kind) {
    case "sql": {
      const marks = readBackfillMarks(file.up);
      if (marks !== undefined) {
        return await backfillUnitOf({ file, identity: identityOf(file) }, marks, options);
      }
      const found = await cut([file.up], whole(file.noTransaction !== undefined, options), options);
      const identity = identityOf(file, found.meanings[0]);
      return finishUnit({ identity, direction: "up", ...found }, options);
    }
    case "data":
      return { kind: "data", identity: identityOf(file) };
    case "external":
      return { kind: "external", identity: identityOf(file), instructions: file.instructions };
  }
}

export interface WayBack {
  readonly identity: UnitIdentity;
  readonly down: SqlText;
  readonly noTransaction: boolean;
}

export async function downUnitOf(way: WayBack, options: UnitOptions): Promise<SqlUnit> {
  const found = await cut([way.down], whole(way.noTransaction, options), options);
  return finishUnit({ identity: way.identity, direction: "down", ...found }, options);
}

/** A way back that was generated: no file holds it. */
export function generatedDownUnit(
  identity: UnitIdentity,
  schema: SchemaPlan,
  options: UnitOptions,
): SqlUnit {
  const segments = segmentsOfSchema(schema, identity.path, options);
  return finishUnit({ identity, direction: "down", segments, messages: [] }, options);
}

export async function baselineUnitOf(
  baseline: Baseline,
  included: readonly MigrationFile[],
  options: UnitOptions,
): Promise<SqlUnit> {
  const found = await cut(
    baseline.files,
    { ...whole(false, options), locksMax: options.baselineLocksMax },
    options,
  );
  const { includes } = baseline;
  const includesUpTo = includes.kind === "upTo" ? includes.id : included.at(-1)?.id;
  const identity = baselineIdentity(baseline, found.meanings);
  const unit = { identity, direction: "up", ...found } as const;
  return {
    ...finishUnit(unit, options),
    includesUpTo,
    included: included.map((file) => identityOf(file)),
  };
}

/** Runs from its beginning every time, so no journal is looked at. */
export async function seedUnitOf(file: SchemaFile, options: UnitOptions): Promise<SqlUnit> {
  const { path, bytesHash } = file;
  const found = await cut([file], whole(false, options), options);
  const identity: UnitIdentity = {
    id: path,
    kind: "seed",
    title: undefined,
    path,
    bytesHash,
    meaningHash: meaningWithIncludes(file, found.meanings[0]),
  };
  return finishUnit({ identity, direction: "up", ...found }, { ...options, journal: [] });
}

/** `meaning`: of the up part's own text, where it was read already. */
export function identityOf(file: MigrationFile, meaning?: string): UnitIdentity {
  const { id, path, bytesHash } = file;
  const hash = file.kind === "sql" ? computeMeaning(file, meaning) : undefined;
  return { id, kind: "migration", title: titleOf(file), path, bytesHash, meaningHash: hash };
}

/** `meanings`: of the files' own texts, where they were read already. */
export function baselineIdentity(
  baseline: Baseline,
  meanings: readonly (string | undefined)[] = [],
): UnitIdentity {
  const hashes = baseline.files.map((file, index) => meaningWithIncludes(file, meanings[index]));
  return {
    id: baselineId,
    kind: "baseline",
    title: baseline.header.schemaVersion,
    path: baseline.files[0]?.path ?? "",
    bytesHash: baselineBytesHash(baseline),
    meaningHash: sha256(hashes.join("\n")),
  };
}

function whole(noTransaction: boolean, { needs }: UnitOptions): SegmentOptions {
  return { noTransaction, locksMax: undefined, needs };
}

interface Cut {
  readonly segments: readonly Segment[];
  readonly messages: readonly string[];
  /** Of the sources in their order; shorter, or with gaps, where reading them did not tell. */
  readonly meanings: readonly (string | undefined)[];
}

async function cut(
  sources: readonly SqlText[],
  segmenting: SegmentOptions,
  options: UnitOptions,
): Promise<Cut> {
  const builder = createSegmentBuilder(segmenting);
  const leftOut = new Set<string>();
  const sink = leavingOut(builder, options, leftOut);
  const messages: string[] = [];
  const meanings: (string | undefined)[] = [];
  for (const source of sources) {
    const script = await readScript(source, options, sink);
    switch (script.kind) {
      case "read":
        messages.push(...script.messages);
        meanings.push(script.meaning);
        break;
      case "incomplete": {
        const whole = cutUnparsed(sources, segmenting, options);
        return { ...whole, messages: [...whole.messages, ...messages], meanings };
      }
      case "dynamic":
        if (sources.length > 1) throw dynamicAmongOthers(source);
        return { segments: [interpretedSegment(script)], messages, meanings };
    }
  }
  return { segments: builder.finish(), messages: [...leftOut, ...messages], meanings };
}

/** Without what a newer pg_dump switches off and the server has not, which is told once. */
function leavingOut(
  builder: SegmentBuilder,
  { major }: UnitOptions,
  leftOut: Set<string>,
): StatementSink {
  return (classified) => {
    const setting = switchedOffInVain(classified.facts, major);
    if (setting === undefined) {
      builder.add(classified);
      return;
    }
    builder.leaveOut();
    leftOut.add(leftOutMessage(setting));
  };
}

/** For a server that takes what the parser refuses. */
function cutUnparsed(
  sources: readonly SqlText[],
  segmenting: SegmentOptions,
  options: UnitOptions,
): Omit<Cut, "meanings"> {
  const builder = createSegmentBuilder(segmenting);
  const leftOut = new Set<string>();
  const sink = leavingOut(builder, options, leftOut);
  for (const source of sources) readUnparsed(source, options, sink);
  return { segments: builder.finish(), messages: [...leftOut] };
}

function interpretedSegment(script: Extract<Script, { readonly kind: "dynamic" }>): Segment {
  const { source, statements } = script;
  const common = { ordinal: 0, meaningHash: "", session: [] };
  return { kind: "interpreted", ...common, statements, path: source.file, text: source.text };
}

function dynamicAmongOthers(source: SqlText): LockstepError {
  return new LockstepError(
    "PLAN.INTERPRETED_MIXED",
    `${source.path} asks the server which statements it has, and is one of several files of a baseline`,
    {
      where: { file: source.path },
      next: "Make the baseline one file, or leave \\gset out of it.",
    },
  );
}

function finishUnit(
  unit: Pick<SqlUnit, "identity" | "direction" | "segments" | "messages">,
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
    messages: unit.messages,
    segmentsDone: done.length,
    doubt: begun?.state === "started" ? begun.before : undefined,
  };
}

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
