/**
 * Puts a transaction's steps into as few messages as may be, each of bounded size, and remembers which part of a
 * message came from which step, so that the server's position can be led back to file, line and column. Each is made
 * when it is asked for: together they would be a second copy of a file of any size.
 */
import type { CopyStep, SqlStep, Step } from "../../../plan/plan.ts";

export interface Message {
  readonly kind: "script";
  readonly text: string;
  /** Statements of ours in front of the first part. */
  readonly statementsBefore: number;
  readonly parts: readonly MessagePart[];
}

export interface MessagePart {
  readonly step: SqlStep;
  /** Where the step's text begins in the message. */
  readonly offset: number;
  /** How many statements of the message come before it. */
  readonly statementsBefore: number;
}

export interface CopyMessage {
  readonly kind: "copy";
  readonly step: CopyStep;
}

/** Statements of ours around those of the file. */
export interface Envelope {
  readonly before: readonly string[];
  /** Made at the end: the ledger's row holds the whole file. */
  readonly after: () => readonly string[];
}

const messageLengthMax = 1 << 20;

export function* messagesOf(
  steps: readonly Step[],
  envelope: Envelope,
): Generator<Message | CopyMessage, void, undefined> {
  let draft = startDraft(envelope.before);
  for (const step of steps) {
    if (step.kind === "copy") {
      if (draft.text !== "") yield finishDraft(draft);
      yield { kind: "copy", step };
      draft = startDraft([]);
      continue;
    }
    if (draft.text.length + step.sql.length > messageLengthMax && draft.parts.length > 0) {
      yield finishDraft(draft);
      draft = startDraft([]);
    }
    addStep(draft, step);
  }
  addOwn(draft, envelope.after());
  if (draft.text !== "") yield finishDraft(draft);
}

interface Draft {
  text: string;
  statements: number;
  readonly own: number;
  readonly parts: MessagePart[];
}

function startDraft(before: readonly string[]): Draft {
  const draft: Draft = { text: "", statements: 0, own: before.length, parts: [] };
  addOwn(draft, before);
  return draft;
}

function addOwn(draft: Draft, statements: readonly string[]): void {
  for (const statement of statements) draft.text += `${statement};\n`;
  draft.statements += statements.length;
}

/** A line feed before the semicolon: the step may end in a comment. */
function addStep(draft: Draft, step: SqlStep): void {
  const { text, statements } = draft;
  draft.parts.push({ step, offset: text.length, statementsBefore: statements });
  draft.text += `${step.sql}\n;\n`;
  draft.statements += step.statements;
}

function finishDraft(draft: Draft): Message {
  return { kind: "script", text: draft.text, statementsBefore: draft.own, parts: draft.parts };
}
