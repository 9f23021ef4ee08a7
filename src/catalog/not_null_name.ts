/**
 * The name that PostgreSQL 18 gives a NOT NULL constraint that was declared without one: of a column's, or without a
 * column of a domain's. A catalog records only names that differ from it. Two long names can come to the same one.
 */
const nameBytesMax = 63;

export function defaultNotNullName(relation: string, column: string | undefined): string {
  const label = "_not_null";
  const separators = column === undefined ? 0 : 1;
  const available = nameBytesMax - label.length - separators;
  let [first, second] = [byteLength(relation), byteLength(column ?? "")];
  // The server shortens the longer of the two names until both fit.
  while (first + second > available) {
    if (first > second) first -= 1;
    else second -= 1;
  }
  const head = clip(relation, first);
  return column === undefined ? `${head}${label}` : `${head}_${clip(column, second)}${label}`;
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Cut at a whole character, as the server does. */
function clip(text: string, bytesMax: number): string {
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += byteLength(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return kept;
}
