/** Names as the server makes them (`makeObjectName`): two parts and a label, cut to 63 bytes together. */
const nameBytesMax = 63;

/** The longer of the two parts is shortened until all fit; without a second part there is one underscore less. */
export function serverMadeName(first: string, second: string | undefined, label: string): string {
  const separators = second === undefined ? 1 : 2;
  const available = nameBytesMax - byteLength(label) - separators;
  let [firstBytes, secondBytes] = [byteLength(first), byteLength(second ?? "")];
  while (firstBytes + secondBytes > available) {
    if (firstBytes > secondBytes) firstBytes -= 1;
    else secondBytes -= 1;
  }
  const head = clip(first, firstBytes);
  return second === undefined
    ? `${head}_${label}`
    : `${head}_${clip(second, secondBytes)}_${label}`;
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
