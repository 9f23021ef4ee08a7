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
    const { kind, chain } = mark.control;
    if (kind === "savepoint" || kind === "release" || kind === "rollbackTo") continue;
    if (kind === "begin" && begin === undefined) begin = mark;
    else if (kind === "begin")
      return unfit("BEGIN inside a transaction that is open already", mark);
    else if (kind !== "commit") return unfit(`${reasons[kind]}`, mark);
    else if (chain) return unfit("COMMIT AND CHAIN begins the next transaction unseen", mark);
    else if (begin === undefined) return unfit("COMMIT without a BEGIN in the same file", mark);
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

const reasons = {
  rollback: "ROLLBACK throws the file's own work away",
  prepare: "PREPARE TRANSACTION hands the transaction to somebody else",
  commitPrepared: "COMMIT PREPARED ends a transaction of another session",
  rollbackPrepared: "ROLLBACK PREPARED ends a transaction of another session",
} as const;

function unfit(reason: string, mark: TransactionMark): TransactionShape {
  return { kind: "unfit", reason, mark };
}
