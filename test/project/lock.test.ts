import fc from "fast-check";
import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import {
  formatLockFile,
  parseLockFile,
  salvageLockFile,
  type LockLine,
  type ReplacedLine,
} from "../../src/project/lock.ts";

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const fingerprints = fc.oneof(
  fc.constant({ kind: "none" } as const),
  fc.constant({ kind: "unknown" } as const),
  fc
    .uniqueArray(fc.integer({ min: 14, max: 18 }), { minLength: 1 })
    .chain((majors) => fc.tuple(...majors.map((major) => fc.tuple(fc.constant(major), hash))))
    .map((pairs) => ({ kind: "known" as const, byMajor: Object.fromEntries(pairs) })),
);
const line: fc.Arbitrary<LockLine> = fc.record({
  id: fc.string({ minLength: 1, unit: "grapheme" }),
  bytesHash: hash,
  meaningHash: hash,
  fingerprints,
});
const replacedLine = fc
  .tuple(line, fc.string({ minLength: 1, unit: "grapheme" }))
  .map(([found, release]): ReplacedLine => ({ ...found, release }));
const lockFile = fc
  .uniqueArray(fc.oneof(line, replacedLine), { selector: ({ id }) => id })
  .map((all) => ({
    lines: all.filter((each) => !("release" in each)),
    replaced: all.filter((each) => "release" in each),
  }));

function failure(text: string): LockstepError {
  try {
    parseLockFile(text);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  return expect.fail("nothing was refused");
}

const a = "a".repeat(64);
const one: LockLine = { id: "001_a", bytesHash: a, meaningHash: a, fingerprints: { kind: "none" } };

test("what is written is read, and written again byte by byte", () => {
  fc.assert(
    fc.property(lockFile, (lock) => {
      const text = formatLockFile(lock);
      expect(parseLockFile(text)).toEqual(lock);
      expect(formatLockFile(parseLockFile(text))).toBe(text);
      const note = lock.replaced.length === 0 ? 0 : 1;
      const rows = lock.lines.length + lock.replaced.length + note;
      expect(text.split("\n")).toHaveLength(rows + 4);
    }),
  );
});

test("a line has id, both hashes and the fingerprints in the order of their majors", () => {
  const known = { kind: "known", byMajor: { 18: a, 14: a } } as const;
  const text = formatLockFile({
    replaced: [],
    lines: [one, { ...one, id: "2 b", fingerprints: known }],
  });
  expect(text.split("\n").slice(3)).toEqual([
    `001_a ${a} ${a} -`,
    `2%20b ${a} ${a} 14=${a} 18=${a}`,
    "",
  ]);
});

test("a merge conflict is told from a broken file, with its line", () => {
  const text = formatLockFile({ replaced: [], lines: [one] }).replace(
    "001_a",
    "<<<<<<< HEAD\n001_a",
  );
  expect(failure(text)).toMatchObject({ code: "PROJECT.LOCK_CONFLICT", where: { line: 4 } });
});

test.each([
  ["", /first line/, 1],
  [`lockstep.lock 1\nx ${a} ${a}\n`, /a line is/, 2],
  [`lockstep.lock 1\nx ${a} abc -\n`, /64 hexadecimal/, 2],
  [`lockstep.lock 1\nx ${a} ${a} 18=zz\n`, /no fingerprint/, 2],
  [`lockstep.lock 1\nx ${a} ${a} -\nx ${a} ${a} -\n`, /line 2 already/, 3],
  [`lockstep.lock 1\n%zz ${a} ${a} -\n`, /starts no escape/, 2],
])("%j is refused", (text, why, at) => {
  const error = failure(text);
  expect(error).toMatchObject({
    code: "PROJECT.LOCK_FILE",
    where: { file: "lockstep.lock", line: at },
  });
  expect(error.message).toMatch(why);
});

test("of a conflict both sides' lines are saved, and the first of two counts", () => {
  const text = `lockstep.lock 1\n<<<<<<< HEAD\nx ${a} ${a} -\n=======\ny ${a} ${a} -\nx ${a} ${a} unknown\n>>>>>>> theirs\n`;
  const lines = salvageLockFile(text).lines;
  expect(lines.map(({ id }) => id)).toEqual(["x", "y"]);
  expect(lines[0]?.fingerprints).toEqual({ kind: "none" });
});
