/**
 * A question to the target's rows that is asked before a plan changes anything: which of them stand in the way of what
 * the plan is about to do. Without it the server finds them in the middle, after minutes of holding a lock, and says
 * no more than the first. A check never changes anything, and never says no where the server would have said yes.
 */
import type { FactId } from "../../catalog/id.ts";

/** Why a row stands in the way. */
export type RowProblem =
  | "null"
  | "no value"
  | "duplicate"
  | "condition"
  | "no reference"
  | "conversion"
  | "removed value"
  | "bounds";

export interface RowCheck {
  readonly problem: RowProblem;
  /** The table whose rows are looked at, as it is called before the plan. */
  readonly table: FactId;
  /** What the plan makes or changes: a column, a constraint, an index. */
  readonly object: FactId;
  /** The end of the sentence `2 rows of public.t stand in the way: ...`. */
  readonly reason: string;
  /** A query of the rows in the way, with one column: how to find the row again, such as `id = 7`. */
  readonly query: string;
  /** Set when only trying tells: the query then gives all rows with their `value`, which is to become this. */
  readonly attempt?: Attempt;
}

export interface Attempt {
  readonly type: string;
  /** The expression that converts `one.value`. */
  readonly expression: string;
}
