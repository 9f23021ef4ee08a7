/**
 * A file as the list of what is sent: checked whole before anything runs, then cut into segments. Plain SQL is read
 * once. psql's dialect is interpreted here and now wherever that needs no answer of the server's; a file that does
 * need one becomes a single segment that is interpreted while it runs.
 */
import { LockstepError, type SourcePosition } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { findingCode } from "../core/finding-code.ts";
import { asksForValues, refuseConditions } from "../project/conditions.ts";
import type { SqlText } from "../project/migration.ts";
import { checkScript, type CheckedStatement, type ScriptCheck } from "../sql/check.ts";
import { classify, unclassified } from "../sql/classify.ts";
import { createMeaningTally } from "../sql/meaning.ts";
import type { Parser } from "../sql/parse.ts";
import type { PsqlAnswer, PsqlConnection } from "../sql/psql/actions.ts";
import { interpretPsql } from "../sql/psql/interpret.ts";
import { locateOffset, sliceMapped, type MappedText, type SourceText } from "../sql/source.ts";
import { excerptAt } from "../sql/excerpt.ts";
import { splitScript } from "../sql/split.ts";
import { interpolate, locateInterpolated } from "../sql/variables.ts";
import type { PlacePoint, StepPlace } from "./plan.ts";
import type { ClassifiedStatement } from "./segments.ts";

export interface ScriptOptions {
  readonly parser: Parser;
  /** The server's major version. */
  readonly major: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly connection: PsqlConnection;
  /** The first of these files of the project that is there, as text. */
  readonly readFile: (candidates: readonly string[]) => Promise<IncludedFile | undefined>;
  /** Of the rows that `\copy` reads, as they were when the project was read. */
  readonly hashOf: (candidates: readonly string[]) => string | undefined;
  /** What is worth saying of a file that is taken nevertheless. */
  readonly onWarning?: ((finding: Finding) => void) | undefined;
  /** Whether the server takes the syntax of a statement that the parser of PostgreSQL 18 refuses. */
  readonly serverTakes: (statement: string) => Promise<boolean>;
}

export interface IncludedFile {
  readonly file: string;
  readonly text: string;
}

export type Script =
  /** Its statements went to the sink. The meaning of its own text is told where nothing was put in. */
  | {
      readonly kind: "read";
      readonly messages: readonly string[];
      readonly meaning: string | undefined;
    }
  /** The sink has all but those that the parser refuses and the server takes: read it again with `readUnparsed`. */
  | { readonly kind: "incomplete" }
  /** Which statements it has, the server's answers decide. */
  | { readonly kind: "dynamic"; readonly source: SourceText; readonly statements: number };

/** Takes each statement as it is read, and keeps no more of it than it needs: files have 200,000 of them. */
export type StatementSink = (statement: ClassifiedStatement) => void;

export async function readScript(
  text: SqlText,
  options: ScriptOptions,
  sink: StatementSink,
): Promise<Script> {
  refuseConditions(text);
  const source = sourceOf(text, options.variables);
  const isDialect = usesDialect(source.text.text, Object.keys(options.variables));
  const isAsWritten = !isDialect && source.mapped === undefined;
  const meaning = isAsWritten ? createMeaningTally(source.text.text) : undefined;
  const check = checkScript(source.text, {
    parser: options.parser,
    variables: Object.keys(options.variables),
    connection: options.connection,
    ...(meaning === undefined ? {} : { meaning }),
    ...(isDialect ? {} : { onStatement: (found) => sink(fromCheck(source, found)) }),
  });
  const refused = await refusedByServer(check, options);
  refuseErrors(source, check, refused);
  for (const finding of check.findings) {
    if (finding.severity !== "error") options.onWarning?.(placedBack(source, finding));
  }
  if (isDialect) return interpret(source.text, options, sink);
  if (check.refused.length > 0) return { kind: "incomplete" };
  return { kind: "read", messages: [], meaning: meaning?.hash() };
}

/** Every statement goes to the sink, those that the parser refuses too. */
export function readUnparsed(text: SqlText, options: ScriptOptions, sink: StatementSink): void {
  const source = sourceOf(text, options.variables);
  for (const statement of unparsed(source, options.parser)) sink(statement);
}

/** psql's commands, statements that only psql parts, or uses of a variable that has a value. */
function usesDialect(text: string, variables: readonly string[]): boolean {
  const mayUse = (name: string): boolean =>
    [`:${name}`, `:'${name}'`, `:"${name}"`].some((use) => text.includes(use));
  if (text.includes(":{?") || variables.some(mayUse)) return true;
  if (!text.includes("\\")) return false;
  for (const piece of splitScript(text)) {
    if (piece.kind === "meta") return true;
    if (piece.kind === "statement" && (piece.joined || piece.terminator === "command")) return true;
  }
  return false;
}

/** The text that is read, and the way back to the file's own places when values were put in. */
interface Source {
  readonly text: SourceText;
  readonly mapped: MappedText | undefined;
}

/** Line feeds in front of a section make its lines those of the file. */
function sourceOf(
  { path, text, line }: SqlText,
  variables: Readonly<Record<string, string>>,
): Source {
  const padded = { file: path, text: "\n".repeat(line - 1) + text };
  const isOff = Object.keys(variables).length === 0 && !asksForValues(text);
  if (isOff) return { text: padded, mapped: undefined };
  const mapped = interpolate(padded, variables);
  if (mapped.text === padded.text) return { text: padded, mapped: undefined };
  return { text: { file: path, text: mapped.text }, mapped };
}

function fromCheck({ text, mapped }: Source, found: CheckedStatement): ClassifiedStatement {
  const { piece, facts, statement } = found;
  const place: StepPlace = { path: text.file, line: piece.line, column: piece.column };
  const copy =
    piece.kind === "copy"
      ? { kind: "inline" as const, text: text.text.slice(piece.data.start, piece.data.end) }
      : undefined;
  return {
    text: piece.text,
    place:
      mapped === undefined
        ? place
        : placeOf(locateInterpolated(mapped, { file: text.file, ...place })),
    facts,
    statement,
    range:
      mapped === undefined ? { text: text.text, start: piece.start, end: piece.end } : undefined,
    points: undefined,
    copy,
  };
}

/** Statements that only the server can judge stand among the others. */
function* unparsed(
  source: Source,
  parser: Parser,
): Generator<ClassifiedStatement, void, undefined> {
  for (const piece of splitScript(source.text.text)) {
    if (piece.kind === "meta") continue;
    const outcome = parser.parse(piece.text);
    const [statement] = outcome.kind === "parsed" ? outcome.statements : [];
    if (outcome.kind === "parsed" && statement === undefined) continue;
    if (statement !== undefined) {
      yield fromCheck(source, { piece, index: 0, facts: classify(statement, parser), statement });
      continue;
    }
    const place = { path: source.text.file, line: piece.line, column: piece.column };
    const range = { text: source.text.text, start: piece.start, end: piece.end };
    const facts = unclassified();
    yield { text: piece.text, place, facts, statement, range, points: undefined, copy: undefined };
  }
}

async function refusedByServer(
  check: ScriptCheck,
  { major, serverTakes }: ScriptOptions,
): Promise<readonly Finding[]> {
  if (major >= grammarMajor) return check.refused.map(({ finding }) => finding);
  const refused: Finding[] = [];
  for (const { text, finding } of check.refused) {
    if (!(await serverTakes(text))) refused.push(finding);
  }
  return refused;
}

/** Of the parser. */
const grammarMajor = 18;

/** The first error is thrown; the others stand in its notes. */
function refuseErrors(source: Source, check: ScriptCheck, refused: readonly Finding[]): void {
  const accepted = new Set(check.refused.map(({ finding }) => finding));
  for (const finding of refused) accepted.delete(finding);
  const errors = check.findings.filter(
    (finding) => finding.severity === "error" && !accepted.has(finding),
  );
  const [first, ...others] = errors;
  if (first === undefined) return;
  const back = (where: SourcePosition): SourcePosition => placeBefore(source, where);
  const notes = others.slice(0, 9).map(({ where, message }) => {
    const at = where === undefined ? "" : `line ${back(where).line ?? "?"}: `;
    return `${at}${message}`;
  });
  throw new LockstepError(findingCode(first.code), first.message, {
    ...(first.where === undefined ? {} : { where: back(first.where) }),
    ...(first.hint === undefined ? {} : { next: first.hint }),
    notes: [...excerptOf(source, first.where), ...notes],
  });
}

/** In the file's own text, before values were put in. */
function placeBefore({ mapped }: Source, where: SourcePosition): SourcePosition {
  return mapped === undefined ? where : locateInterpolated(mapped, where);
}

function placedBack(source: Source, finding: Finding): Finding {
  const { where } = finding;
  return where === undefined ? finding : { ...finding, where: placeBefore(source, where) };
}

/** Where values were put in, the text is not what its author would recognise. */
function excerptOf({ text, mapped }: Source, where: SourcePosition | undefined): readonly string[] {
  if (mapped !== undefined || where?.line === undefined || where.column === undefined) return [];
  return excerptAt(text.text, { line: where.line, column: where.column });
}

async function interpret(
  source: SourceText,
  options: ScriptOptions,
  sink: StatementSink,
): Promise<Script> {
  const messages: string[] = [];
  const run = interpretPsql(source, options);
  let answer: PsqlAnswer | undefined;
  for (let next = run.next(); next.done !== true; next = run.next(answer)) {
    const action = next.value;
    answer = undefined;
    switch (action.kind) {
      case "run":
        if (action.wants === "rows" || usesRowCount(source.text))
          return dynamic(source, options.parser);
        for (const found of fromMapped(
          action.statement,
          action.where,
          options.parser,
          action.joined,
        ))
          sink(found);
        break;
      case "copy": {
        const copy = { kind: "inline" as const, text: action.data };
        const [found] = fromMapped(action.statement, action.where, options.parser, false);
        if (found !== undefined) sink({ ...found, copy });
        break;
      }
      case "copyFile": {
        const { candidates } = action;
        const copy = { kind: "file" as const, candidates, bytesHash: options.hashOf(candidates) };
        const [found] = fromMapped(action.statement, action.where, options.parser, false);
        if (found !== undefined) sink({ ...found, copy });
        break;
      }
      case "include":
        answer = await include(action.candidates, action.where, options);
        break;
      case "message":
        messages.push(action.text);
        break;
    }
  }
  return { kind: "read", messages, meaning: undefined };
}

/** psql's own variable of what the last statement did. */
function usesRowCount(text: string): boolean {
  return text.includes(":ROW_COUNT") || text.includes(":'ROW_COUNT'");
}

function dynamic(source: SourceText, parser: Parser): Script {
  let statements = 0;
  checkScript(source, {
    parser,
    onStatement: ({ facts, piece }) => {
      statements += 1;
      if (facts.transaction.kind !== "outside" && facts.control === undefined) return;
      const { line, column } = piece;
      throw new LockstepError(
        "PLAN.INTERPRETED_MIXED",
        `${facts.label} stands in a file that asks the server which statements it has, and so runs in one transaction`,
        { where: { file: source.file, line, column } },
      );
    },
  });
  return { kind: "dynamic", source, statements };
}

export async function include(
  candidates: readonly string[],
  where: SourcePosition,
  { readFile }: Pick<ScriptOptions, "readFile">,
): Promise<PsqlAnswer> {
  const found = await readFile(candidates);
  if (found !== undefined) return { kind: "included", ...found };
  const message = `there is no file ${candidates.join(" or ")}`;
  throw new LockstepError("SQL.PSQL_INCLUDE", message, { where });
}

/** A statement as psql sends it; several where `\;` joins them: each is judged, and sent, on its own. */
function* fromMapped(
  mapped: MappedText,
  where: SourcePosition,
  parser: Parser,
  joined: boolean,
): Generator<ClassifiedStatement, void, undefined> {
  const parts = joined ? partsOf(mapped) : [mapped];
  if (parts.length < 2) {
    yield* fromSingle(mapped, where, parser, joined);
    return;
  }
  for (const part of parts) {
    const place = locateOffset(part, 0);
    for (const found of fromSingle(part, place, parser, joined)) {
      refuseJoined(found, place);
      yield found;
    }
  }
}

function partsOf(mapped: MappedText): readonly MappedText[] {
  return [...splitScript(mapped.text)].map(({ start, end }) => sliceMapped(mapped, start, end));
}

/** psql sends what `\;` joins as one message, which the server runs as one transaction. */
function refuseJoined({ facts }: ClassifiedStatement, where: SourcePosition): void {
  if (facts.transaction.kind !== "outside") return;
  throw new LockstepError(
    "PLAN.TRANSACTION_CONTROL",
    `${facts.label} is joined with another statement by \\;, and both would be one transaction: ${facts.transaction.reason}`,
    { where, next: "End the statement before it with a plain semicolon." },
  );
}

function* fromSingle(
  mapped: MappedText,
  where: SourcePosition,
  parser: Parser,
  joined: boolean,
): Generator<ClassifiedStatement, void, undefined> {
  const place = placeOf(where);
  const common = { place, copy: undefined };
  const isVerbatim = mapped.segments.length === 1 && mapped.segments[0]?.verbatim === true;
  const start = mapped.segments[0]?.sourceStart ?? 0;
  const range =
    isVerbatim && !joined
      ? { text: mapped.source.text, start, end: start + mapped.text.length }
      : undefined;
  const points = range === undefined ? pointsOf(mapped) : undefined;
  const outcome = parser.parse(mapped.text);
  if (outcome.kind === "refused") {
    yield {
      ...common,
      text: mapped.text,
      facts: unclassified(),
      statement: undefined,
      range,
      points,
    };
    return;
  }
  const [statement] = outcome.statements;
  if (statement === undefined) return;
  const facts = classify(statement, parser);
  yield { ...common, text: mapped.text, facts, statement, range, points };
}

function pointsOf(mapped: MappedText): readonly PlacePoint[] {
  return mapped.segments.map(({ start, verbatim }) => ({
    start,
    verbatim,
    ...placeOf(locateOffset(mapped, start)),
  }));
}

function placeOf({ file, line, column }: SourcePosition): StepPlace {
  return { path: file, line: line ?? 1, column: column ?? 1 };
}
