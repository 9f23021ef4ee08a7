/** What is in a database beside lockstep's own schema, one line per thing, told by a query that is not lockstep's. */
import { oracleLines } from "../../test/support/oracle.ts";

const own = /^(?:schema lockstep |\w+ lockstep[. ]|cmt .*\blockstep\.|cmt schema lockstep )/;

export async function userLines(url: string): Promise<readonly string[]> {
  return (await oracleLines(url)).filter((line) => !own.test(line));
}

/** Columns that were dropped leave a gap in the numbers, which no database has that was made anew. */
export function withoutGaps(line: string): string {
  return line.replace(/( owned \S+)\.\d+ /, "$1 ");
}

/** Up to a few lines that only one side has; empty when both are the same. */
export function differences(left: readonly string[], right: readonly string[]): readonly string[] {
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  return [
    ...left.filter((line) => !inRight.has(line)).map((line) => `- ${line}`),
    ...right.filter((line) => !inLeft.has(line)).map((line) => `+ ${line}`),
  ];
}
