import { expect, test } from "vitest";
import { parseArguments, takeWords } from "../../src/cli/arguments.ts";
import { commandTable } from "../../src/cli/commands.ts";
import {
  insteadOfCommand,
  insteadOfFlag,
  otherCommands,
  otherFlags,
} from "../../src/cli/other-words.ts";
import { runLockstep } from "../support/lockstep.ts";

/** The command that a line calls, with its flags read as they would be. */
async function accepted(line: string): Promise<string> {
  const argv = line
    .replace(/ {2,}.*/, "")
    .replace("|all", "")
    .split(" ")
    .slice(1);
  const entry = [2, 1]
    .map((count) => takeWords(argv, count))
    .flatMap(({ words, rest }) =>
      commandTable
        .filter(({ name }) => name === words.join(" "))
        .map(({ load }) => ({ load, rest })),
    )[0];
  if (entry === undefined) throw new Error(`${line} is no command`);
  const command = await entry.load();
  parseArguments(command, entry.rest, {});
  return command.name;
}

test("every line that is offered instead can be typed, and nothing that is offered for is a command", async () => {
  const lines = Object.values(otherCommands).flatMap(({ next }) => next.split("\n"));
  for (const line of new Set(lines)) expect(await accepted(line)).not.toBe("");
  const names = new Set(commandTable.map(({ name }) => name));
  expect(Object.keys(otherCommands).filter((word) => names.has(word))).toEqual([]);
});

test("what is offered for a flag can be typed, and the command has no such flag", async () => {
  for (const { flags, commands, next } of otherFlags) {
    for (const name of commands ?? ["status"]) {
      await accepted(next.replace("COMMAND", name).replace(/ N$/, " 1"));
      for (const flag of flags)
        await expect(accepted(`lockstep ${name} ${flag}`)).rejects.toThrow();
    }
  }
});

test.each([
  ["up", "lockstep deploy"],
  ["Migrate", "lockstep deploy"],
  ["migrate deploy", "lockstep deploy"],
  ["migrate status", "lockstep status"],
  ["info", "lockstep status"],
  ["down", "lockstep rollback"],
  ["validate", "lockstep verify"],
  ["baseline", "lockstep adopt --from none --applied ID|all"],
  ["clean", "lockstep reset"],
])("for %s there is %s", (typed, next) => {
  expect(insteadOfCommand(typed.split(" "))?.next).toBe(next);
});

test.each([
  ["deploy", "--dry-run", "lockstep plan"],
  ["deploy", "-n", "lockstep plan"],
  ["rebuild", "--plan-only", "lockstep rebuild --dry-run"],
  ["status", "--pending", "lockstep status"],
  ["rollback", "--count", "lockstep rollback --steps N"],
  ["verify", "--env", "lockstep verify --target NAME"],
])("for lockstep %s %s there is %s", (command, flag, next) => {
  expect(insteadOfFlag(command, flag, ["target", "url"])?.next).toBe(next);
});

test("words that mean nothing here in particular are left to the nearest command", () => {
  expect(insteadOfCommand(["constructor"])).toBeUndefined();
  expect(insteadOfFlag("new", "--db", ["project"])).toBeUndefined();
  expect(insteadOfFlag("deploy", "--forse", ["url"])).toBeUndefined();
});

test("lockstep says what does what was wanted", async () => {
  const flag = await runLockstep(["deploy", "--dry-run"]);
  expect(flag.stderr).toContain("lockstep deploy has no flag --dry-run; lockstep plan shows what");
  expect(flag.stderr).toContain("next:  lockstep plan\n");
  const command = await runLockstep(["db", "push", "--json"]);
  expect(command.json()).toMatchObject({
    error: { code: "USAGE.UNKNOWN_COMMAND", next: "lockstep deploy" },
  });
});
