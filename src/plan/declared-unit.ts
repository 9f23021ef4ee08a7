/**
 * The plan from a live schema to the declared one as a unit of a deploy: its segments are those of the difference. A
 * deploy that was cut off makes a new plan from what is there by then, so none is ever resumed by its journal.
 */
import { meaningWithIncludes } from "../project/includes.ts";
import { filesBytesHash } from "../project/baseline-hash.ts";
import type { SchemaFile } from "../project/schema.ts";
import { sha256 } from "../core/hash.ts";
import { declaredId } from "../ledger/ledger.ts";
import { classify, unclassified } from "../sql/classify.ts";
import type { Parser } from "../sql/parse.ts";
import { effectOf } from "./effect.ts";
import type { NeedsTally } from "./needs.ts";
import type { Segment, SqlStep, SqlUnit, StepPlace, UnitIdentity } from "./plan.ts";
import type { SchemaPlan, SchemaSegment, SchemaStep } from "./schema_plan.ts";
import { emptySegment } from "./empty-segment.ts";

export interface DeclaredUnitOptions {
  readonly files: readonly SchemaFile[];
  readonly parser: Parser;
  readonly needs: NeedsTally;
}

export function declaredUnitOf(schema: SchemaPlan, options: DeclaredUnitOptions): SqlUnit {
  const identity = declaredIdentity(options.files);
  const segments = segmentsOfSchema(schema, identity.path, options);
  return {
    kind: "sql",
    identity,
    direction: "up",
    includesUpTo: undefined,
    included: [],
    segments: segments.length > 0 ? segments : [emptySegment],
    messages: [],
    segmentsDone: 0,
    doubt: undefined,
  };
}

/** Of any plan between two catalogs; they stand in no file, and `path` is what they come from. */
export function segmentsOfSchema(
  schema: SchemaPlan,
  path: string,
  options: Pick<DeclaredUnitOptions, "parser" | "needs">,
): readonly Segment[] {
  const place: StepPlace = { path, line: 1, column: 1 };
  return schema.segments
    .flatMap((segment) => partsOf(segment))
    .map((segment, ordinal) => segmentOf(segment, { ordinal, place }, options));
}

export function declaredIdentity(files: readonly SchemaFile[]): UnitIdentity {
  const [first] = files;
  return {
    id: declaredId,
    kind: "declared",
    title: first?.header.schemaVersion,
    path: first?.path ?? "",
    bytesHash: filesBytesHash(files),
    meaningHash: sha256(files.map((file) => meaningWithIncludes(file)).join("\n")),
  };
}

/** A step outside of transactions is sent statement by statement. */
function partsOf(segment: SchemaSegment): readonly SchemaSegment[] {
  if (segment.transaction) return [segment];
  return segment.steps.flatMap((step) =>
    step.statements.map((text) => ({
      transaction: false,
      steps: [{ ...step, statements: [text] }],
    })),
  );
}

interface Position {
  readonly ordinal: number;
  readonly place: StepPlace;
}

function segmentOf(
  segment: SchemaSegment,
  { ordinal, place }: Position,
  { parser, needs }: Pick<DeclaredUnitOptions, "parser" | "needs">,
): Segment {
  const steps = segment.steps.map((step) => stepOf(step, place));
  const texts = segment.steps.flatMap((step) => step.statements);
  const common = {
    ordinal,
    meaningHash: sha256(texts.join("\n")),
    session: [],
    statements: texts.length,
  };
  const [only] = steps;
  if (!segment.transaction && only !== undefined) {
    const { facts, statement } = readStatement(only.sql, parser);
    needs.add(facts, statement);
    needs.endTransaction();
    const waitsForSnapshots = facts.concurrent !== undefined;
    const effect = effectOf(facts, statement);
    return { kind: "alone", ...common, step: only, effect, waitsForSnapshots };
  }
  for (const text of texts) {
    const { facts, statement } = readStatement(text, parser);
    needs.add(facts, statement);
  }
  needs.endTransaction();
  return { kind: "transaction", ...common, characteristics: "", steps };
}

/** It stands in no file: the declared schema as a whole is where it comes from. */
function stepOf({ statements }: SchemaStep, place: StepPlace): SqlStep {
  const points = [{ ...place, start: 0, verbatim: false }];
  const sql = statements.join(";\n");
  return { kind: "sql", place, sql, statements: statements.length, points };
}

function readStatement(
  text: string,
  parser: Parser,
): {
  readonly facts: ReturnType<typeof classify>;
  readonly statement: Parameters<typeof effectOf>[1];
} {
  const outcome = parser.parse(text);
  const [statement] = outcome.kind === "parsed" ? outcome.statements : [];
  const facts = statement === undefined ? unclassified() : classify(statement);
  return { facts, statement };
}
