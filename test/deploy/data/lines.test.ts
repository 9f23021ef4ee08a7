import { expect, test } from "vitest";
import { linesOf } from "../../../src/deploy/steps/data/lines.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size)
    yield await Promise.resolve(Buffer.from(text.slice(at, at + size)));
}

const lines = ["first", "", "\\.", "a line that is longer than others", "b", "not ended"];

async function linesIn(size: number, keptMax?: number): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const limit = keptMax === undefined ? undefined : (): number => keptMax;
  for await (const { bytes, length, at } of linesOf(inPieces(lines.join("\n"), size), limit)) {
    found.push([Buffer.from(bytes).toString(), length, at]);
  }
  return found;
}

test("lines are what stands between line feeds, wherever pieces end", async () => {
  let at = 0;
  const expected = lines.map((line) => {
    const begin = at;
    at += line.length + 1;
    return [line, line.length, begin];
  });
  for (let size = 1; size <= 60; size += 1) expect(await linesIn(size)).toEqual(expected);
});

test("of a long line no more than what is wanted is put together, and its length is known", async () => {
  for (let size = 1; size <= 60; size += 1) {
    for (const [position, each] of (await linesIn(size, 2)).entries()) {
      const [text, length] = each as readonly [string, number];
      const line = lines[position] ?? "";
      expect(length).toBe(line.length);
      expect(line.startsWith(text)).toBe(true);
      expect(text.length).toBeGreaterThanOrEqual(Math.min(2, line.length));
      if (size < 10) expect(text.length).toBeLessThan(12);
    }
  }
});
