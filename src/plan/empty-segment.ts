/** The one segment of a unit that runs nothing. */
import type { Segment } from "./plan.ts";

/** A file without a statement: there is nothing to run and something to record. */
export const emptySegment: Segment = {
  kind: "transaction",
  ordinal: 0,
  statements: 0,
  meaningHash: "",
  session: [],
  characteristics: "",
  steps: [],
};
