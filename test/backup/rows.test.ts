/** COPY's output cut at every place: pieces end where the network pleases, within numbers too. */
import { expect, test } from "vitest";
import {
  chunkReader,
  copyInput,
  loadsOf,
  rowReader,
  type RowReader,
} from "../../src/backup/rows.ts";

const head = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);
const end = Buffer.from([0xff, 0xff]);

/** Of values as text; null is null. */
function row(...values: readonly (string | null)[]): Buffer {
  const fields = Buffer.alloc(2);
  fields.writeInt16BE(values.length);
  const parts = values.map((value) => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(value === null ? -1 : value.length);
    return Buffer.concat([size, Buffer.from(value ?? "", "latin1")]);
  });
  return Buffer.concat([fields, ...parts]);
}

// A value that looks like the end, one that looks like a line's end, rows without columns, a long one.
const rows = [row("a", null), row(), row("\xff\xff", "\n"), row("x".repeat(60), ""), row(null)];

interface Taken {
  readonly bytes: Buffer;
  readonly rows: number;
  /** Where rows end, by what each piece says of its last and by what is called for each. */
  readonly lasts: readonly number[];
  readonly ends: readonly number[];
}

function takenIn(reader: RowReader, stream: Buffer, size: number): Taken {
  const pieces: Uint8Array[] = [];
  const lasts: number[] = [];
  const ends: number[] = [];
  let count = 0;
  let before = 0;
  for (let at = 0; at < stream.length; at += size) {
    const piece = reader.take(stream.subarray(at, at + size), (_bytes, _start, stop) =>
      ends.push(before + stop),
    );
    if (piece.rows > 0) lasts.push(before + piece.end);
    else expect(piece.end).toBe(0);
    count += piece.rows;
    pieces.push(Buffer.from(piece.bytes));
    before += piece.bytes.length;
  }
  reader.finish();
  return { bytes: Buffer.concat(pieces), rows: count, lasts, ends };
}

function endsOf(parts: readonly Buffer[]): readonly number[] {
  let at = 0;
  return parts.map((part) => (at += part.length));
}

test("binary rows are found wherever pieces end, with what stands around them and without", () => {
  const inner = Buffer.concat(rows);
  for (const [makeReader, stream] of [
    [() => rowReader("binary"), Buffer.concat([head, inner, end])],
    [() => chunkReader("binary"), inner],
  ] as const) {
    for (let size = 1; size <= stream.length; size += 1) {
      const taken = takenIn(makeReader(), stream, size);
      expect(taken.bytes).toEqual(inner);
      expect(taken.rows).toBe(rows.length);
      expect(taken.ends).toEqual(endsOf(rows));
      for (const last of taken.lasts) expect(endsOf(rows)).toContain(last);
      expect(taken.lasts.at(-1)).toBe(inner.length);
    }
  }
});

test("lines are found wherever pieces end", () => {
  const lines = ["1\ta", "", "\\n", "x".repeat(40)].map((line) => Buffer.from(`${line}\n`));
  const stream = Buffer.concat(lines);
  for (let size = 1; size <= stream.length; size += 1) {
    const taken = takenIn(rowReader("text"), stream, size);
    expect(taken).toMatchObject({ bytes: stream, rows: lines.length, ends: endsOf(lines) });
  }
});

test("an end within a row, or before the end that COPY sends, is refused", () => {
  const whole = Buffer.concat([head, ...rows, end]);
  for (let length = 1; length < whole.length - 1; length += 1) {
    const reader = rowReader("binary");
    reader.take(whole.subarray(0, length));
    expect(() => reader.finish(), String(length)).toThrow("ends within a row");
  }
  const text = rowReader("text");
  text.take(Buffer.from("a\nb"));
  expect(() => text.finish()).toThrow("ends within a row");
});

test("chunks are loaded together as long as a row goes on in the next", async () => {
  const chunks: readonly { readonly name: string; readonly continued?: true }[] = [
    { name: "1" },
    { name: "2", continued: true },
    { name: "3", continued: true },
    { name: "4" },
    { name: "5" },
  ];
  const loads = loadsOf(chunks).map((load) => load.map(({ name }) => name).join(" "));
  expect(loads).toEqual(["1", "2 3 4", "5"]);
  const pieces: Uint8Array[] = [];
  const inner = Buffer.concat(rows);
  const cut = [inner.subarray(0, 9), inner.subarray(9)];
  for await (const piece of copyInput("binary", cut)) pieces.push(piece);
  expect(Buffer.concat(pieces)).toEqual(Buffer.concat([head, inner, end]));
});
