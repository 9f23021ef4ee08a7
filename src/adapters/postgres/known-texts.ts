/**
 * Short texts looked up by their bytes before they are decoded: a catalog says the same few thousand names again and
 * again, and each is to be made once and to be there once. It forgets what others push out and never grows.
 */

export interface KnownTexts {
  /** UTF-8, from `start` to before `end`. */
  text(bytes: Buffer, start: number, end: number): string;
}

const places = 1 << 13;
const longest = 64;

export function openKnownTexts(): KnownTexts {
  const known = Array.from({ length: places }, () => "");
  return {
    text: (bytes, start, end) => {
      if (end - start > longest) return bytes.toString("utf8", start, end);
      let hash = 0;
      for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
      const place = (hash ^ (hash >>> 13)) & (places - 1);
      const candidate = known[place] ?? "";
      if (candidate.length === end - start && isAt(candidate, bytes, start)) return candidate;
      const text = bytes.toString("utf8", start, end);
      known[place] = text;
      return text;
    },
  };
}

/** A text of as many characters as there are bytes is ASCII when all are the same. */
function isAt(text: string, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== bytes[start + at] || code > 127) return false;
  }
  return true;
}
