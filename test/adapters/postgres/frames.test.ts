/** The server's messages cut at every place: packets end where the network pleases. */
import { expect, test } from "vitest";
import { openFrames } from "../../../src/adapters/postgres/frames.ts";

function message(letter: string, body: string): Buffer {
  const bytes = Buffer.from(`${letter}....${body}`);
  bytes.writeUInt32BE(body.length + 4, 1);
  return bytes;
}

/** What each side is given when the stream comes in pieces of these sizes: rows by their text, others joined. */
function takenIn(stream: Buffer, sizeOf: () => number): { rows: string[]; others: string } {
  const rows: string[] = [];
  let others = "";
  let isTaken = false;
  const frames = openFrames({
    onRow: () =>
      isTaken
        ? (bytes, offset) => {
            const length = bytes.readUInt32BE(offset - 4) - 4;
            rows.push(bytes.toString("latin1", offset, offset + length));
          }
        : undefined,
    onCopyData: () => undefined,
    onOthers: (bytes) => {
      others += bytes.toString("latin1");
      // As a connection does: who takes the next row is known by what came before it.
      isTaken = others.lastIndexOf("take") > others.lastIndexOf("leave");
    },
  });
  for (let at = 0; at < stream.length;) {
    const size = sizeOf();
    frames.take(stream.subarray(at, at + size));
    at += size;
  }
  return { rows, others };
}

test("rows go to who takes them and all else to the decoder, wherever packets end", () => {
  const others = [
    message("T", "take"),
    message("C", "leave"),
    message("D", "a row as a message"),
    message("Z", "I"),
  ];
  const [describe, complete, plainRow, ready] = others;
  const parts = [
    describe,
    message("D", "first"),
    message("D", ""),
    message("D", "x".repeat(50)),
    complete,
    plainRow,
  ];
  const stream = Buffer.concat([...parts, ready].filter((part) => part !== undefined));
  const expected = {
    rows: ["first", "", "x".repeat(50)],
    others: Buffer.concat(others).toString("latin1"),
  };
  for (let size = 1; size <= stream.length; size += 1) {
    expect(takenIn(stream, () => size)).toEqual(expected);
  }
  let seed = 7;
  for (let run = 0; run < 200; run += 1) {
    const uneven = takenIn(
      stream,
      () => 1 + ((seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % 23),
    );
    expect(uneven).toEqual(expected);
  }
});

/** What COPY sends, run by run, which of them end a message, and the others joined. */
function copiedIn(
  stream: Buffer,
  size: number,
  isApart = false,
): { runs: string[]; ends: boolean[]; others: string } {
  const runs: string[] = [];
  const ends: boolean[] = [];
  const take = (bytes: Buffer, rest: number): void => {
    runs.push(bytes.toString("latin1"));
    ends.push(rest === 0);
  };
  let others = "";
  let isCopying = false;
  const frames = openFrames({
    onRow: () => undefined,
    onCopyData: () => (isCopying ? { isApart, take } : undefined),
    onOthers: (bytes) => {
      others += bytes.toString("latin1");
      isCopying = others.includes("copying") && !others.includes("done");
    },
  });
  // As the network gives them: each packet in memory of its own.
  for (let at = 0; at < stream.length; at += size) {
    frames.take(Buffer.from(stream.subarray(at, at + size)));
  }
  return { runs, ends, others };
}

test("what COPY sends is put together without headers and handed on as it comes, wherever packets end", () => {
  const rows = ["first", "", "second", "x".repeat(300), "last"];
  const begin = message("H", "copying");
  const notice = message("N", "a notice");
  const end = [message("c", ""), message("C", "done"), message("d", "nobody's"), message("Z", "I")];
  const [first = "", ...more] = rows;
  const stream = Buffer.concat([
    ...[begin, message("d", first), notice],
    ...more.map((row) => message("d", row)),
    ...end,
  ]);
  const others = Buffer.concat([begin, notice, ...end]).toString("latin1");
  for (let size = 1; size <= stream.length; size += 1) {
    const taken = copiedIn(stream, size);
    expect(taken.runs.join("")).toBe(rows.join(""));
    expect(taken.others).toBe(others);
    // None is kept back until a message is whole.
    for (const run of taken.runs) expect(run.length).toBeLessThanOrEqual(size + 4);
  }
  expect(copiedIn(stream, stream.length).runs).toEqual(["first", more.join("")]);
  const told = rows.filter((row) => row !== "");
  for (let size = 1; size <= stream.length; size += 1) {
    const { runs, ends, others: beside } = copiedIn(stream, size, true);
    const messages = [""];
    for (const [at, run] of runs.entries()) {
      messages.push(`${messages.pop() ?? ""}${run}`);
      if (ends[at] === true) messages.push("");
    }
    expect(messages).toEqual([...told, ""]);
    expect(beside).toBe(others);
  }
});
