/**
 * The transactions that a file makes by itself, so that the deploy can tell a file that only wraps itself (its
 * BEGIN and COMMIT can be taken over by the deploy's own) from one that ends transactions in its middle.
 */
import type { SourcePosition } from "../../core/errors.ts";
import type { TransactionControl } from "../facts.ts";

export interface TransactionMark {
  readonly control: TransactionControl;
  readonly where: SourcePosition;
  /** Of the statement in the file, from 0, psql's commands not counted. */
  readonly index: number;
}

export type TransactionShape =
  /** No transaction control, or savepoints alone. */
  | { readonly kind: "none" }
  /** BEGIN is the first statement (settings may stand before it), COMMIT the last. */
  | { readonly kind: "wrapped"; readonly begin: TransactionMark; readonly commit: TransactionMark }
  /** Whole blocks, with or without statements between them. */
  | { readonly kind: "blocks"; readonly blocks: readonly TransactionBlock[] }
  /** What can be taken apart by nobody: COMMIT without BEGIN, BEGIN without COMMIT, ROLLBACK, two-phase commit. */
  | { readonly kind: "unfit"; readonly reason: string; readonly mark: TransactionMark };

export interface TransactionBlock {
  readonly begin: TransactionMark;
  readonly commit: TransactionMark;
}

export interface TransactionSummary {
  readonly marks: readonly TransactionMark[];
  readonly statementCount: number;
  /** How many statements at the beginning only set something or only read. */
  readonly leadingSettings: number;
}

export function transactionShape(summary: TransactionSummary): TransactionShape {
  const blocks: TransactionBlock[] = [];
  let begin: TransactionMark | undefined;
  for (const mark of summary.marks) {
    if (isSavepoint(mark)) continue;
    const reason = misfit(mark, begin !== undefined);
    if (reason !== undefined) return unfit(reason, mark);
    if (begin === undefined) begin = mark;
    else {
      blocks.push({ begin, commit: mark });
      begin = undefined;
    }
  }
  if (begin !== undefined) return unfit("BEGIN without a COMMIT in the same file", begin);
  const [only] = blocks;
  if (only === undefined) return { kind: "none" };
  const isFirst = only.begin.index <= summary.leadingSettings;
  const isLast = only.commit.index === summary.statementCount - 1;
  return blocks.length === 1 && isFirst && isLast
    ? { kind: "wrapped", ...only }
    : { kind: "blocks", blocks };
}

function isSavepoint(mark: TransactionMark): boolean {
  return /^(?:savepoint|release|rollbackTo)$/.test(mark.control.kind);
}

/** Why the mark can't stand where it stands; a BEGIN outside and a COMMIT inside of a block can. */
function misfit(mark: TransactionMark, isOpen: boolean): string | undefined {
  const { kind, chain } = mark.control;
  if (kind === "begin")
    return isOpen ? "BEGIN inside a transaction that is open already" : undefined;
  if (kind !== "commit") return reasons[kind];
  if (chain) return "COMMIT AND CHAIN begins the next transaction unseen";
  return isOpen ? undefined : "COMMIT without a BEGIN in the same file";
}

const reasons: Readonly<Record<string, string>> = {
  rollback: "ROLLBACK throws the file's own work away",
  prepare: "PREPARE TRANSACTION hands the transaction to somebody else",
  commitPrepared: "COMMIT PREPARED ends a transaction of another session",
  rollbackPrepared: "ROLLBACK PREPARED ends a transaction of another session",
};

function unfit(reason: string, mark: TransactionMark): TransactionShape {
  return { kind: "unfit", reason, mark };
}
