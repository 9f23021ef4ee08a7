/**
 * The table of psql's commands: what is done, what means nothing in a deploy, and what is refused and why. A name
 * that is in none of them is unknown, and an unknown command is an error, as it is in psql.
 */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import type { MetaPiece } from "../pieces.ts";
import { mapReplacement } from "../source.ts";
import type { MessageAction, PsqlRun, RunAction } from "./actions.ts";
import { readArguments, readNames, variableNamePattern } from "./arguments.ts";
import { readBoolean } from "./conditions.ts";
import { checkConnect } from "./connect.ts";
import { readCopyCommand } from "./copy.ts";
import { pathsInProject } from "./paths.ts";
import { setFromRows, textOfValue } from "./results.ts";
import type { ScriptContext } from "./state.ts";

export interface PsqlCommand {
  /** `condition` is obeyed in branches that are not in force too; `query` sends the statement before it. */
  readonly kind: "condition" | "query" | "other";
  /** Undefined when it only changes what the interpreter knows, and has changed it. */
  readonly run: (
    context: ScriptContext,
    piece: MetaPiece,
    where: SourcePosition,
  ) => PsqlRun | undefined;
}

type Act = (context: ScriptContext, piece: MetaPiece, where: SourcePosition) => void;

export function commandOf(
  name: string,
  where: SourcePosition,
  options: { readonly mayBeUnknown: boolean },
): PsqlCommand | undefined {
  const command = commands.get(name);
  if (command !== undefined || options.mayBeUnknown) return command;
  const reason = refusedCommands[name];
  const message = `\\${name} ${reason ?? "is no command that lockstep understands"}.`;
  const code = reason === undefined ? "SQL.PSQL_UNKNOWN" : "SQL.PSQL_REFUSED";
  throw new LockstepError(code, message, { where });
}

const includesMax = 50;

/** They shape psql's own output, or only show something: a deploy has no use for them and they change nothing. */
const ignoredCommands: readonly string[] =
  "a C conninfo copyright errverbose f H h help p pset t T timing x".split(" ");
const describePattern = /^(?:d[A-Za-z]*[S+]*|l[+x]*|z[S+]*|s[fv]\+?)$/;

export const refusedCommands: Readonly<Record<string, string>> = {
  "!": "would start a program",
  bind: "sends a statement in a form that a deploy does not",
  cd: "would leave the folder that paths are relative to",
  crosstabview: "shows a result, which a deploy does not",
  e: "would start an editor",
  ef: "would start an editor",
  endpipeline: "belongs to a pipeline of psql",
  ev: "would start an editor",
  flush: "belongs to a pipeline of psql",
  gdesc: "shows a result, which a deploy does not",
  getenv: "would let the result depend on the environment",
  lo_export: "would write a file",
  lo_import: "would read a file outside of SQL",
  lo_unlink: "works on large objects by psql's own means",
  o: "would write a file or start a program",
  out: "would write a file or start a program",
  parse: "sends a statement in a form that a deploy does not",
  password: "would wait for a person",
  prompt: "would wait for a person",
  s: "would write a file",
  setenv: "would change the environment of programs",
  startpipeline: "belongs to a pipeline of psql",
  w: "would write a file",
  watch: "would run until somebody stops it",
  write: "would write a file",
};

function words(context: ScriptContext, piece: MetaPiece, where: SourcePosition): readonly string[] {
  return readArguments(piece.arguments, context.state.variables, where);
}

function names(context: ScriptContext, piece: MetaPiece, where: SourcePosition): readonly string[] {
  return readNames(piece.arguments, context.state.variables, where);
}

function message(channel: MessageAction["channel"]): PsqlCommand["run"] {
  return function* (context, piece, where) {
    const parts = words(context, piece, where);
    const text = (parts[0] === "-n" ? parts.slice(1) : parts).join(" ");
    yield { kind: "message", channel, text, where };
  };
}

function invalid(text: string, where: SourcePosition): LockstepError {
  return new LockstepError("SQL.PSQL_ARGUMENTS", text, { where });
}

function condition(
  apply: (context: ScriptContext, evaluate: () => boolean, where: SourcePosition) => void,
): PsqlCommand {
  return {
    kind: "condition",
    run: (context, piece, where) => {
      apply(context, () => evaluateCondition(context, piece, where), where);
      return undefined;
    },
  };
}

function evaluateCondition(
  context: ScriptContext,
  piece: MetaPiece,
  where: SourcePosition,
): boolean {
  const expression = words(context, piece, where).join(" ");
  const value = readBoolean(expression);
  if (value !== undefined) return value;
  const shown = JSON.stringify(expression);
  throw new LockstepError("SQL.PSQL_CONDITION", `${shown} is neither true nor false.`, { where });
}

function* setVariable(context: ScriptContext, piece: MetaPiece, where: SourcePosition): PsqlRun {
  const [name, ...values] = words(context, piece, where);
  if (name === undefined) return;
  if (!variableNamePattern.test(name)) {
    throw invalid(`${JSON.stringify(name)} is no name of a variable.`, where);
  }
  const value = values.join("");
  context.state.variables.set(name, value);
  if (name === "AUTOCOMMIT" && readBoolean(value) === false) {
    throw new LockstepError(
      "SQL.PSQL_REFUSED",
      "AUTOCOMMIT off would hide where transactions end.",
      {
        where,
      },
    );
  }
  if (name === "ON_ERROR_STOP" && readBoolean(value) === false) {
    const text = "ON_ERROR_STOP off has no effect: a deploy stops at the first error.";
    yield { kind: "message", channel: "note", text, where };
  }
}

function* includeFile(
  context: ScriptContext,
  piece: MetaPiece,
  details: { readonly where: SourcePosition; readonly base: "project" | "file" },
): PsqlRun {
  const { where, base } = details;
  const [path] = names(context, piece, where);
  if (path === undefined || path === "-") throw invalid(`\\${piece.name} lacks a file.`, where);
  const candidates = pathsInProject({ path, from: context.source.file, base }, where);
  const answer = yield { kind: "include", candidates, where };
  if (answer?.kind !== "included") {
    throw new LockstepError("SQL.PSQL_INCLUDE", `There is no file ${candidates.join(" or ")}.`, {
      where,
    });
  }
  const { including } = context.state;
  if (including.includes(answer.file) || including.length >= includesMax) {
    const circle = [...including, answer.file].join(" includes ");
    throw new LockstepError("SQL.PSQL_INCLUDE", `Files include each other: ${circle}.`, { where });
  }
  yield* context.runScript({ file: answer.file, text: answer.text });
}

function* copyFile(context: ScriptContext, piece: MetaPiece, where: SourcePosition): PsqlRun {
  const { statement, path } = readCopyCommand(context.source, piece, where);
  if (path === undefined) {
    const { start, end } = piece.data ?? { start: piece.fullEnd, end: piece.fullEnd };
    yield { kind: "copy", statement, where, data: context.source.text.slice(start, end) };
    return;
  }
  const from = context.source.file;
  const candidates = pathsInProject({ path, from, base: "project" }, where);
  yield { kind: "copyFile", statement, where, candidates };
}

/** The statement before the command, or, as in psql, the last one again. */
function takeStatement(context: ScriptContext, piece: MetaPiece, where: SourcePosition): RunAction {
  const run = context.pending ?? context.state.last;
  context.pending = undefined;
  if (run === undefined) throw invalid(`\\${piece.name} has no statement before it.`, where);
  context.state.last = run;
  return run;
}

function* sendStatement(context: ScriptContext, piece: MetaPiece, where: SourcePosition): PsqlRun {
  const target = piece.arguments.replace(/^\([^)]*\)\s*/, "");
  if (target !== "") {
    const text = `\\${piece.name} with a file or a program would write there.`;
    throw new LockstepError("SQL.PSQL_REFUSED", text, { where });
  }
  yield takeStatement(context, piece, where);
}

function* storeRow(context: ScriptContext, piece: MetaPiece, where: SourcePosition): PsqlRun {
  const [prefix = ""] = words(context, piece, where);
  const answer = yield { ...takeStatement(context, piece, where), wants: "rows" };
  setFromRows(context.state.variables, answer, { prefix, where });
}

function* runResults(context: ScriptContext, piece: MetaPiece, where: SourcePosition): PsqlRun {
  const query = takeStatement(context, piece, where);
  const answer = yield { ...query, wants: "rows" };
  const rows = answer?.kind === "rows" ? answer.rows : [];
  const start = query.statement.segments[0]?.sourceStart ?? piece.start;
  for (const value of rows.flatMap((row) => Object.values(row))) {
    const text = textOfValue(value);
    if (text === undefined) continue;
    const statement = mapReplacement(query.statement.source, start, text);
    yield { kind: "run", statement, where: query.where, joined: true, wants: "nothing" };
  }
}

function restrict(context: ScriptContext, piece: MetaPiece, where: SourcePosition): void {
  const [key] = words(context, piece, where);
  if (key === undefined) throw invalid(`\\${piece.name} lacks its key.`, where);
  if (piece.name === "restrict") context.state.restrictKey = key;
  else if (context.state.restrictKey === key) context.state.restrictKey = undefined;
  else throw invalid("\\unrestrict has another key than \\restrict.", where);
}

function setEncoding(context: ScriptContext, piece: MetaPiece, where: SourcePosition): void {
  const [encoding] = words(context, piece, where);
  if (encoding === undefined || /^(?:utf-?8|unicode|auto)$/i.test(encoding)) return;
  const text = `\\encoding ${encoding}: lockstep reads every file as UTF-8.`;
  throw new LockstepError("SQL.PSQL_REFUSED", text, { where });
}

function quiet(act: Act): PsqlCommand {
  return {
    kind: "other",
    run: (context, piece, where) => {
      act(context, piece, where);
      return undefined;
    },
  };
}

/** Understood, and without effect here. */
const nothing = quiet(() => undefined);

function other(run: PsqlCommand["run"]): PsqlCommand {
  return { kind: "other", run };
}

function query(run: PsqlCommand["run"]): PsqlCommand {
  return { kind: "query", run };
}

const include = (base: "project" | "file"): PsqlCommand =>
  other((context, piece, where) => includeFile(context, piece, { where, base }));

const connect = quiet((context, piece, where) => {
  checkConnect(names(context, piece, where), context.state.connection, where);
});

const known: readonly (readonly [string, PsqlCommand])[] = [
  ["if", condition((context, evaluate, where) => context.conditions.begin(evaluate, where))],
  [
    "elif",
    condition((context, evaluate, where) => context.conditions.otherwiseIf(evaluate, where)),
  ],
  ["else", condition((context, _evaluate, where) => context.conditions.otherwise(where))],
  ["endif", condition((context, _evaluate, where) => context.conditions.end(where))],
  ["set", other(setVariable)],
  [
    "unset",
    quiet((context, piece, where) => {
      const [name] = words(context, piece, where);
      if (name === undefined) throw invalid("\\unset lacks a name.", where);
      context.state.variables.delete(name);
    }),
  ],
  ["g", query(sendStatement)],
  ["gx", query(sendStatement)],
  ["gset", query(storeRow)],
  ["gexec", query(runResults)],
  [
    "r",
    query((context) => {
      context.pending = undefined;
      return undefined;
    }),
  ],
  ["echo", other(message("output"))],
  ["qecho", other(message("output"))],
  ["warn", other(message("warning"))],
  ["i", include("project")],
  ["include", include("project")],
  ["ir", include("file")],
  ["include_relative", include("file")],
  ["copy", other(copyFile)],
  ["c", connect],
  ["connect", connect],
  ["restrict", quiet(restrict)],
  ["unrestrict", quiet(restrict)],
  ["encoding", quiet(setEncoding)],
  [
    "q",
    quiet((context) => {
      context.ended = true;
    }),
  ],
];

const table = new Map(known);
table.set("reset", table.get("r") ?? nothing);
table.set("quit", table.get("q") ?? nothing);
for (const name of ignoredCommands) table.set(name, nothing);

/** Every name in the table, for the reference page's test. */
export const understoodCommands: readonly string[] = [...table.keys()];

const commands: { get(name: string): PsqlCommand | undefined } = {
  get: (name) => table.get(name) ?? (describePattern.test(name) ? nothing : undefined),
};
