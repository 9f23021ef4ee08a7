/**
 * Cuts a file into segments: statements that share one transaction, and those that can run in none. Decided by the
 * parser's classification alone, so no file needs an annotation; one that is there (`NO TRANSACTION` of other tools)
 * only says how to run what the syntax does not tell, such as CALL. A file's own BEGIN and COMMIT become the bounds
 * of ours, so that the ledger row commits with the changes that it records; what would tear the two apart is refused.
 */
import { LockstepError, type SourcePosition } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { StatementFacts, TransactionControl } from "../sql/facts.ts";
import type { ParsedStatement } from "../sql/parse.ts";
import { meaningHash } from "../sql/meaning.ts";
import { effectOf } from "./effect.ts";
import type { NeedsTally } from "./needs.ts";
import type { CopyData, Effect, PlacePoint, Segment, SqlStep, Step, StepPlace } from "./plan.ts";

/** A statement as it is sent, where it stands, and what is known of it. */
export interface ClassifiedStatement {
  readonly text: string;
  readonly place: StepPlace;
  readonly facts: StatementFacts;
  /** Undefined where the parser refused the text and the server decides. */
  readonly statement: ParsedStatement | undefined;
  /** Where it stands word for word, so that neighbours can be sent as they stand; undefined when values were put in. */
  readonly range: SourceRange | undefined;
  readonly points: readonly PlacePoint[] | undefined;
  /** Of COPY ... FROM stdin. */
  readonly copy: CopyData | undefined;
}

export interface SourceRange {
  /** The whole text that it is in. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface SegmentOptions {
  /** The file asks to run outside a transaction. */
  readonly noTransaction: boolean;
  /** A transaction that would lock more than this is cut in two, which gives up all-or-nothing; undefined: never. */
  readonly locksMax: number | undefined;
  /** Told of every statement that runs in a transaction. */
  readonly needs: NeedsTally;
}

/** Statements that follow each other are one step, up to this many characters: bounded messages, few objects. */
const stepLengthMax = 1 << 18;

interface OpenSegment {
  readonly characteristics: string;
  readonly session: readonly string[];
  /** The file's own BEGIN opened it. */
  readonly beginAt: SourcePosition | undefined;
  readonly steps: Step[];
  /** Values that ALTER TYPE ... ADD VALUE added in it: not usable before it commits. */
  readonly enumValues: string[];
  run: Run | undefined;
}

/** The statements that the next step will hold. */
interface Run {
  readonly range: SourceRange;
  readonly place: StepPlace;
  end: number;
  statements: number;
}

export interface SegmentBuilder {
  add(classified: ClassifiedStatement): void;
  /** A statement of the file is left out here: what stands around it is not one text. */
  leaveOut(): void;
  finish(): readonly Segment[];
}

export function createSegmentBuilder(options: SegmentOptions): SegmentBuilder {
  const drafts: SegmentDraft[] = [];
  let open: OpenSegment | undefined;
  let endsRunnersBlock = false;
  const settings: string[] = [];
  let copied: readonly string[] = [];
  // Copied when a segment begins, and only if there are more than before: a file may have thousands in a row.
  const session = (): readonly string[] => {
    if (copied.length < settings.length) copied = [...settings];
    return copied;
  };

  const close = (): void => {
    if (open === undefined) return;
    endRun(open);
    options.needs.endTransaction();
    const { characteristics, steps } = open;
    if (steps.length > 0) {
      drafts.push({ kind: "transaction", characteristics, steps, session: open.session });
    }
    open = undefined;
  };

  const control = (classified: ClassifiedStatement, found: TransactionControl): void => {
    refuseControl(classified, found, open?.beginAt);
    if (found.kind === "begin" && open?.beginAt !== undefined) return;
    if (found.kind === "commit" && open?.beginAt === undefined) endsRunnersBlock = true;
    close();
    if (found.kind !== "begin") return;
    open = openSegment(characteristicsOf(found), session(), positionOf(classified));
  };

  const add = (classified: ClassifiedStatement): void => {
    const { facts } = classified;
    if (facts.control !== undefined && !isMark(facts.control)) {
      control(classified, facts.control);
      return;
    }
    if (runsAlone(facts, options)) {
      if (open?.beginAt !== undefined) throw outsideInBlock(classified, open.beginAt);
      close();
      options.needs.add(facts, classified.statement);
      options.needs.endTransaction();
      drafts.push(aloneDraft(classified, session()));
      return;
    }
    if (open !== undefined && open.beginAt === undefined && mustCut(open, classified, options)) {
      close();
    }
    open ??= openSegment("", session());
    addToSegment(open, classified);
    options.needs.add(facts, classified.statement);
    if (lastsInSession(facts)) settings.push(classified.text);
  };

  const finish = (): readonly Segment[] => {
    // COMMIT before BEGIN is written for a runner that opens a block around the file, and that ends the last one too.
    if (!endsRunnersBlock && open?.beginAt !== undefined && !isStillEmpty(open)) {
      throw neverCommitted(open.beginAt);
    }
    close();
    return drafts.map((draft, ordinal) => segmentOf(draft, ordinal, drafts.length));
  };
  const leaveOut = (): void => {
    if (open !== undefined) endRun(open);
  };
  return { add, leaveOut, finish };
}

function isStillEmpty({ steps, run }: OpenSegment): boolean {
  return steps.length === 0 && run === undefined;
}

function openSegment(
  characteristics: string,
  session: readonly string[],
  beginAt?: SourcePosition,
): OpenSegment {
  return {
    characteristics,
    session,
    beginAt,
    steps: [],
    enumValues: [],
    run: undefined,
  };
}

function addToSegment(open: OpenSegment, classified: ClassifiedStatement): void {
  const { text, place, facts, range, points, copy } = classified;
  if (facts.enumValue !== undefined) open.enumValues.push(facts.enumValue.value);
  if (copy !== undefined) {
    endRun(open);
    open.steps.push({ kind: "copy", place, sql: text, data: copy });
    return;
  }
  if (range === undefined) {
    endRun(open);
    const map = points === undefined ? {} : { points };
    open.steps.push({ kind: "sql", place, sql: text, statements: 1, ...map });
    return;
  }
  const { run } = open;
  if (run !== undefined && continues(run, range)) {
    run.end = range.end;
    run.statements += 1;
    return;
  }
  endRun(open);
  open.run = { range, place, end: range.end, statements: 1 };
}

/** What stands between them is white space, comments and semicolons; a psql command there ends the run. */
function continues(run: Run, next: SourceRange): boolean {
  if (run.range.text !== next.text || next.end - run.range.start > stepLengthMax) return false;
  return next.start >= run.end && !next.text.slice(run.end, next.start).includes("\\");
}

function endRun(open: OpenSegment): void {
  const { run } = open;
  if (run === undefined) return;
  open.run = undefined;
  const sql = run.range.text.slice(run.range.start, run.end);
  open.steps.push({ kind: "sql", place: run.place, sql, statements: run.statements });
}

type SegmentDraft =
  | {
      readonly kind: "transaction";
      readonly session: readonly string[];
      readonly characteristics: string;
      readonly steps: readonly Step[];
    }
  | {
      readonly kind: "alone";
      readonly session: readonly string[];
      readonly step: SqlStep;
      readonly effect: Effect;
      readonly waitsForSnapshots: boolean;
    };

function aloneDraft(
  { text, place, facts, statement, points }: ClassifiedStatement,
  session: readonly string[],
): SegmentDraft {
  const map = points === undefined ? {} : { points };
  const step = { kind: "sql", place, sql: text, statements: 1, ...map } as const;
  const effect = effectOf(facts, statement);
  const waitsForSnapshots = facts.concurrent !== undefined;
  return { kind: "alone", session, step, effect, waitsForSnapshots };
}

/** SET and the like, without LOCAL. */
function lastsInSession(facts: StatementFacts): boolean {
  return facts.session.some(
    (effect) => effect.kind === "resetAll" || (effect.kind === "set" && !effect.local),
  );
}

/** Hashes are needed only to recognise, in a later deploy, the parts that already ran. */
function segmentOf(draft: SegmentDraft, ordinal: number, count: number): Segment {
  const steps = draft.kind === "alone" ? [draft.step] : draft.steps;
  const hash = count === 1 ? "" : sha256(steps.map(stepMeaning).join("\n"));
  const common = { ordinal, meaningHash: hash, session: draft.session };
  if (draft.kind === "alone") {
    const { step, effect, waitsForSnapshots } = draft;
    return { kind: "alone", ...common, statements: 1, step, effect, waitsForSnapshots };
  }
  const statements = steps.reduce(
    (sum, step) => sum + (step.kind === "sql" ? step.statements : 1),
    0,
  );
  const { characteristics } = draft;
  return { kind: "transaction", ...common, statements, characteristics, steps };
}

function stepMeaning(step: Step): string {
  if (step.kind === "sql") return meaningHash(step.sql);
  return sha256(`${meaningHash(step.sql)}\n${rowsMeaning(step.data)}`);
}

/** Rows mean their bytes, wherever they stand. */
function rowsMeaning(data: CopyData): string {
  if (data.kind === "inline") return data.text;
  return [...data.candidates, data.bytesHash ?? ""].join("\n");
}

function runsAlone(facts: StatementFacts, options: SegmentOptions): boolean {
  const need = facts.transaction.kind;
  return need === "outside" || (need === "unknown" && options.noTransaction);
}

function mustCut(
  open: OpenSegment,
  classified: ClassifiedStatement,
  { locksMax, needs }: SegmentOptions,
): boolean {
  if (usesNewValue(open, classified)) return true;
  const { created, existing } = classified.facts.locks;
  return locksMax !== undefined && needs.locks() + created + existing > locksMax;
}

/** Anywhere in its text counts: a cut too many costs less than a transaction that can't succeed. */
function usesNewValue(open: OpenSegment, { text, facts }: ClassifiedStatement): boolean {
  if (facts.enumValue !== undefined && open.enumValues.length > 0) {
    return open.enumValues.includes(facts.enumValue.value);
  }
  return open.enumValues.some((value) => text.includes(value.replaceAll("'", "''")));
}

/** Savepoints are the file's own affair inside of our transaction. */
function isMark(control: TransactionControl): boolean {
  return ["savepoint", "release", "rollbackTo"].includes(control.kind);
}

function characteristicsOf(control: TransactionControl): string {
  const { options } = control;
  const isOn = (value: string): boolean => ["1", "true", "on"].includes(value);
  const words: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (name === "transaction_isolation") words.push(`isolation level ${value}`);
    if (name === "transaction_read_only") words.push(isOn(value) ? "read only" : "read write");
    if (name === "transaction_deferrable")
      words.push(isOn(value) ? "deferrable" : "not deferrable");
  }
  return words.join(", ");
}

function refuseControl(
  classified: ClassifiedStatement,
  control: TransactionControl,
  beginAt: SourcePosition | undefined,
): void {
  const refuse = (why: string): never => {
    throw new LockstepError("PLAN.TRANSACTION_CONTROL", why, { where: positionOf(classified) });
  };
  if (control.chain)
    refuse(`${classified.facts.label} AND CHAIN would commit before the ledger row is written.`);
  if (control.kind === "rollback") {
    refuse(
      beginAt === undefined
        ? "ROLLBACK would undo what comes before it, and the ledger would say that it is applied."
        : `ROLLBACK undoes the block that BEGIN opens in line ${beginAt.line}, so the file would change nothing there.`,
    );
  }
  if (control.kind.toLowerCase().includes("prepare")) {
    refuse(
      `${classified.facts.label} leaves the outcome to another session, so no ledger row can commit with it.`,
    );
  }
}

function outsideInBlock(classified: ClassifiedStatement, beginAt: SourcePosition): LockstepError {
  const { facts } = classified;
  const reason = facts.transaction.kind === "any" ? "" : `: ${facts.transaction.reason}`;
  return new LockstepError(
    "PLAN.TRANSACTION_CONTROL",
    `${facts.label} stands inside the block that BEGIN opens in line ${beginAt.line}${reason}`,
    { where: positionOf(classified), next: "Move it out of the block, behind COMMIT." },
  );
}

function neverCommitted(beginAt: SourcePosition): LockstepError {
  return new LockstepError(
    "PLAN.TRANSACTION_CONTROL",
    "BEGIN is never followed by COMMIT, so psql would undo these statements at the end of the file",
    { where: beginAt, next: "Write COMMIT at the end of the block, or leave BEGIN out." },
  );
}

function positionOf({ place }: ClassifiedStatement): SourcePosition {
  const { path, line, column } = place;
  return { file: path, line, column };
}
