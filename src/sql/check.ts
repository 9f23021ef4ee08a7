/**
 * The check of a whole script before its first statement runs. Every statement whose text is known is parsed, in
 * all branches; what it finds are values, and nothing is kept per statement, so a script may be as long as it
 * likes. A statement that the parser refuses may still be right on an older server: it is listed, so that
 * the caller can ask that server before it believes the finding.
 */
import type { Finding } from "../core/findings.ts";
import { invisibleCharacters } from "./check/invisible.ts";
import { createLongIdentifiers } from "./check/identifiers.ts";
import { asFinding, createCommandChecker } from "./check/commands.ts";
import { createStringsOff } from "./check/strings-off.ts";
import { dialectHint } from "./check/dialect.ts";
import {
  createVariableUse,
  noteSetting,
  placeholders,
  type VariableUse,
} from "./check/placeholders.ts";
import {
  type TransactionMark,
  type TransactionShape,
  transactionShape,
} from "./check/transactions.ts";
import { classify } from "./classify.ts";
import type { StatementFacts } from "./facts.ts";
import type { MeaningTally } from "./meaning.ts";
import type { ParsedStatement, Parser, SyntaxProblem } from "./parse.ts";
import type { CopyPiece, MetaPiece, StatementPiece } from "./pieces.ts";
import type { PsqlConnection } from "./psql/actions.ts";
import { ownVariableNames } from "./psql/own-variables.ts";
import { refuseTrailing } from "./psql/interpret.ts";
import { substitute } from "./psql/substitute.ts";
import {
  locateOffset,
  type MappedText,
  mapVerbatim,
  sourcePosition,
  type SourceText,
} from "./source.ts";
import { splitScript, type TokenSink } from "./split.ts";

export interface CheckOptions {
  readonly parser: Parser;
  /** Names of psql variables that are set from outside. */
  readonly variables?: readonly string[];
  /** Where the script will run; without it `\connect` is judged only when it runs. */
  readonly connection?: PsqlConnection;
  /** Called for each parsed statement, so that nobody needs to parse a second time. */
  readonly onStatement?: (statement: CheckedStatement) => void;
  /** Filled on the way, so that nobody needs to split the text a second time. */
  readonly meaning?: MeaningTally;
}

export interface CheckedStatement {
  readonly piece: StatementPiece | CopyPiece;
  /** From 0, among statements and COPY blocks. */
  readonly index: number;
  readonly facts: StatementFacts;
  readonly statement: ParsedStatement;
}

export interface ScriptCheck {
  /** In order of kind; the renderer sorts by place. */
  readonly findings: readonly Finding[];
  readonly statementCount: number;
  /** Statements that the parser refuses; their findings are in `findings` too. */
  readonly refused: readonly RefusedStatement[];
  /** Statements whose text depends on values that are known only at run time. */
  readonly uncheckedCount: number;
  /** The script uses psql's dialect. */
  readonly usesCommands: boolean;
  readonly marks: readonly TransactionMark[];
  readonly transactions: TransactionShape;
}

export interface RefusedStatement {
  readonly text: string;
  readonly finding: Finding;
}

/** More errors than these help nobody, and a file in another language would give one per line. */
const refusedMax = 10;

export function checkScript(source: SourceText, options: CheckOptions): ScriptCheck {
  const state = createState(source, options);
  /** What stands before a command: it decides whether it is a statement at all. */
  let pending: StatementPiece | undefined;
  for (const piece of splitScript(source.text, tokenSink(state, options.meaning))) {
    options.meaning?.piece(piece);
    if (piece.kind === "meta") {
      state.usesCommands = true;
      if (pending !== undefined && !forgets(piece)) countStatement(state, pending);
      pending = undefined;
      push(state.findings, state.commands.command(piece));
      push(
        state.findings,
        asFinding(() => noteSetting(state.variables, piece, source)),
      );
      continue;
    }
    if (piece.kind === "copy") checkCopy(state, piece);
    else state.commands.statement(piece);
    if (piece.kind === "statement" && piece.terminator === "command") pending = piece;
    else countStatement(state, piece);
  }
  push(state.findings, state.commands.finish());
  const { statementCount, marks, leadingSettings } = state;
  return {
    findings: [
      ...invisibleCharacters(source),
      ...state.findings,
      ...state.identifiers.findings(),
      ...state.strings.findings(),
    ],
    statementCount,
    refused: state.refused,
    uncheckedCount: state.uncheckedCount,
    usesCommands: state.usesCommands,
    marks,
    transactions: transactionShape({ marks, statementCount, leadingSettings }),
  };
}

function forgets({ name }: MetaPiece): boolean {
  return name === "r" || name === "reset";
}

function countStatement(state: CheckState, piece: StatementPiece | CopyPiece): void {
  checkStatement(state, piece);
  state.statementCount += 1;
}

function tokenSink(
  { identifiers, strings }: CheckState,
  meaning: MeaningTally | undefined,
): TokenSink {
  return (token) => {
    identifiers.token(token);
    strings.token(token);
    meaning?.token(token);
  };
}

type CheckState = ReturnType<typeof createState>;

function createState(source: SourceText, options: CheckOptions) {
  const findings: Finding[] = [];
  const refused: RefusedStatement[] = [];
  const marks: TransactionMark[] = [];
  return {
    source,
    options,
    findings,
    refused,
    marks,
    identifiers: createLongIdentifiers(source),
    strings: createStringsOff(source),
    commands: createCommandChecker(source, options.connection),
    variables: createVariableUse([...ownVariableNames, ...(options.variables ?? [])]),
    statementCount: 0,
    leadingSettings: 0,
    uncheckedCount: 0,
    usesCommands: false,
  };
}

function push(findings: Finding[], finding: Finding | undefined): void {
  if (finding !== undefined) findings.push(finding);
}

function checkCopy(state: CheckState, piece: CopyPiece): void {
  push(
    state.findings,
    asFinding(() => refuseTrailing(state.source, piece)),
  );
  if (piece.terminated) return;
  const where = sourcePosition(state.source, piece.start);
  const message = "The data of COPY ... FROM stdin has no line \\. that ends it.";
  const hint = "End the data with a line that holds \\. and nothing else.";
  state.findings.push({ code: "SQL.COPY_UNTERMINATED", severity: "warning", message, where, hint });
}

function checkStatement(state: CheckState, piece: StatementPiece | CopyPiece): void {
  const outcome = parseKnown(state, piece);
  if (outcome.kind === "unknown") state.uncheckedCount += 1;
  else if (outcome.kind === "refused") refuse(state, piece, outcome);
  else for (const statement of outcome.statements) checkFacts(state, piece, statement);
}

type KnownOutcome =
  | { readonly kind: "parsed"; readonly statements: readonly ParsedStatement[] }
  | { readonly kind: "refused"; readonly problem: SyntaxProblem; readonly mapped: MappedText }
  | { readonly kind: "unknown" };

function parseKnown(state: CheckState, piece: StatementPiece | CopyPiece): KnownOutcome {
  const { source, options, variables } = state;
  const isJoined = piece.kind === "statement" && piece.joined;
  // Nothing can be put in where there is no colon.
  if (!isJoined && !piece.text.includes(":")) {
    const outcome = options.parser.parse(piece.text);
    if (outcome.kind === "parsed") return outcome;
    return { ...outcome, mapped: mapVerbatim(source, piece.start, piece.end) };
  }
  return parseWithPlaceholders(options.parser, { source, piece, variables });
}

interface PlaceholderContext {
  readonly source: SourceText;
  readonly piece: StatementPiece | CopyPiece;
  readonly variables: VariableUse;
}

function parseWithPlaceholders(parser: Parser, context: PlaceholderContext): KnownOutcome {
  const { source, piece, variables } = context;
  const tried = new Set<string>();
  let last: KnownOutcome = { kind: "unknown" };
  for (const placeholder of placeholders(variables)) {
    const { mapped } = substitute(source, piece, placeholder);
    if (tried.has(mapped.text)) continue;
    tried.add(mapped.text);
    const outcome = parser.parse(mapped.text);
    if (outcome.kind === "parsed") return outcome;
    last = { ...outcome, mapped };
  }
  // Where nothing was put in there was only one text, and its error is true.
  return tried.size > 1 ? { kind: "unknown" } : last;
}

function refuse(
  state: CheckState,
  piece: StatementPiece | CopyPiece,
  outcome: KnownOutcome & { readonly kind: "refused" },
): void {
  if (state.refused.length >= refusedMax) return;
  const where = locateOffset(outcome.mapped, outcome.problem.offset);
  const hint = dialectHint(piece.text);
  const finding: Finding = {
    code: "SQL.SYNTAX",
    severity: "error",
    message: outcome.problem.message,
    where,
    ...(hint === undefined ? {} : { hint }),
  };
  state.findings.push(finding);
  state.refused.push({ text: outcome.mapped.text, finding });
}

function checkFacts(
  state: CheckState,
  piece: StatementPiece | CopyPiece,
  statement: ParsedStatement,
): void {
  const facts = classify(statement, state.options.parser);
  const index = state.statementCount;
  const where = { file: state.source.file, line: piece.line, column: piece.column };
  if (facts.control !== undefined) state.marks.push({ control: facts.control, where, index });
  const onlySets = facts.effect === "session" || facts.effect === "query";
  if (onlySets && state.leadingSettings === index) state.leadingSettings += 1;
  for (const effect of facts.session) {
    if (effect.kind !== "set" || effect.name !== "standard_conforming_strings") continue;
    state.strings.turned(/^(?:off|false|no|0)$/i.test(effect.value ?? ""), where);
  }
  state.options.onStatement?.({ piece, index, facts, statement });
}
