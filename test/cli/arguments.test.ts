import { describe, expect, test } from "vitest";
import { parseArguments, takeWords } from "../../src/cli/arguments.ts";
import type { Command } from "../../src/cli/command.ts";
import { LockstepError } from "../../src/core/errors.ts";

const command: Command = {
  name: "new",
  summary: "Make a migration",
  description: "Makes a migration.",
  positionals: [
    { name: "NAME", doc: "What it does.", count: "one" },
    { name: "MORE", doc: "More words.", count: "optional" },
  ],
  flags: ["force", "timeout", "major", "set", "target"],
  examples: [],
  run: async () => ({ json: {}, text: "" }),
};

const parse = (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  parseArguments(command, argv, environment);

function refusal(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  try {
    parse(argv, environment);
  } catch (error) {
    if (error instanceof LockstepError) return `${error.code} ${error.message} | ${error.next}`;
    throw error;
  }
  return "accepted";
}

describe("flags are read by their kind", () => {
  test("switches, numbers, times and pairs, before and behind the words", () => {
    const { positionals, flags } = parse([
      ...["--force", "a", "--timeout", "30s", "--major=16"],
      ...["--set", "x=1", "--set=y=a=b", "b"],
    ]);
    expect(positionals).toEqual(["a", "b"]);
    expect(flags).toEqual({ force: true, timeout: 30_000, major: 16, set: { x: "1", y: "a=b" } });
  });

  test("nothing behind -- is a flag", () => {
    expect(parse(["--", "--force", "-x"]).positionals).toEqual(["--force", "-x"]);
  });

  test("an environment variable stands for a flag, and the flag wins", () => {
    expect(parse(["a"], { LOCKSTEP_TARGET: "test" }).flags.target).toBe("test");
    const both = parse(["a", "--target", "live"], { LOCKSTEP_TARGET: "test" });
    expect(both.flags.target).toBe("live");
    expect(parse(["a"], { LOCKSTEP_TARGET: "" }).flags.target).toBeUndefined();
  });
});

describe("what does not fit is refused, with what to write", () => {
  test.each([
    [
      ["a", "--forse"],
      "lockstep new has no flag --forse; did you mean --force? | lockstep new --force",
    ],
    [
      ["a", "--fresh"],
      "lockstep new has no flag --fresh (other commands have it, this one does not) | lockstep new --help",
    ],
    [
      ["a", "--zzzzzz"],
      "lockstep new has no flag --zzzzzz (no command has it) | lockstep new --help",
    ],
    [
      ["a", "--timeout"],
      "--timeout needs a value, and the line ends | lockstep new --timeout DURATION",
    ],
    [
      ["a", "--timeout", "--force"],
      "--timeout needs a value, and --force follows | lockstep new --timeout DURATION",
    ],
    [
      ["a", "--timeout", "30"],
      '--timeout takes a time with its unit, such as 500ms, 30s or 5m; "30" is none | lockstep new --help',
    ],
    [["a", "--major", "x"], '--major takes a whole number, and "x" is none | lockstep new --help'],
    [["a", "--set", "x"], '--set takes NAME=VALUE, and "x" is none | lockstep new --help'],
    [["a", "--force=yes"], "--force takes no value; leave =yes out | lockstep new --force"],
    [
      ["a", "--target", "x", "--target", "y"],
      "--target is given 2 times: x, y | lockstep new --help",
    ],
    [
      [],
      "lockstep new needs NAME: lockstep new NAME [MORE] [flags] | lockstep new NAME [MORE] [flags]",
    ],
    [
      ["a", "b", "c"],
      'lockstep new does not know what to do with "c": lockstep new NAME [MORE] [flags] | lockstep new --help',
    ],
  ])("%j", (argv, said) => {
    expect(refusal(argv)).toBe(`USAGE.INVALID ${said}`);
  });
});

test("a command's words are found behind flags and their values", () => {
  expect(takeWords(["--json", "--target", "live", "dev", "start", "--fresh"], 2)).toEqual({
    words: ["dev", "start"],
    rest: ["--json", "--target", "live", "--fresh"],
  });
});
