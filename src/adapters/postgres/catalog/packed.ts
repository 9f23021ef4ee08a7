/**
 * Numbers that a query packs into one text, since a value of its own costs the driver more than the number is worth:
 * fields parted by commas, records by spaces. Only OIDs, counts and letters travel this way; names never do, for they
 * may hold anything.
 */

/** `a.attnum, a.atttypid` -> an SQL expression of one record. */
export function packedRecord(expressions: readonly string[]): string {
  return `concat_ws(',', ${expressions.join(", ")})`;
}

/** The records of a group, as an aggregate. */
export function packedRecords(expressions: readonly string[]): string {
  return `string_agg(${packedRecord(expressions)}, ' ')`;
}

/** Calls the visitor with each record's numbers; the same list is filled again and again. */
export function eachRecord(packed: string, visit: (numbers: readonly number[]) => void): void {
  const numbers: number[] = [];
  let value = 0;
  let negative = false;
  for (let at = 0; at < packed.length; at += 1) {
    const code = packed.charCodeAt(at);
    if (code === comma || code === space) {
      numbers.push(negative ? -value : value);
      value = 0;
      negative = false;
      if (code === space) {
        visit(numbers);
        numbers.length = 0;
      }
    } else if (code === minus) negative = true;
    else value = value * 10 + code - zero;
  }
  if (packed.length === 0) return;
  numbers.push(negative ? -value : value);
  visit(numbers);
}

const comma = 44;
const minus = 45;
const zero = 48;
const space = 32;
