/**
 * The frame around every command: finds it, reads its flags, runs it, writes its result or its error, and says with
 * which exit code the process should end. Knows no command by name.
 */
import { errorCodes } from "../core/codes.ts";
import { LockstepError } from "../core/errors.ts";
import { withoutPasswords } from "../core/secret.ts";
import { nearest } from "../core/nearest.ts";
import { toolVersion } from "../core/version.ts";
import { parseArguments, type ParsedArguments, takeWords } from "./arguments.ts";
import type { Command, CommandContext, CommandResult, Environment } from "./command.ts";
import { type CommandEntry, commandTable } from "./commands.ts";
import { answered, confirm } from "./confirm.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-codes.ts";
import { commandHelp, overview } from "./help.ts";
import { onInterrupt, type SignalSource } from "./interrupt.ts";
import { insteadOfCommand, sentenceOf } from "./other-words.ts";
import { type Output, openOutput } from "./output.ts";
import { renderError } from "./render/human.ts";
import { asLockstepError, jsonDocument, jsonError } from "./render/json.ts";
import { sameTarget, withSameTarget } from "./same-target.ts";

export interface Invocation {
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly workingFolder: string;
  readonly stdin: { readonly isTTY: boolean };
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly signals: SignalSource;
  /** For the second interrupt. */
  readonly endNow: () => void;
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const output = openOutput(invocation, invocation.environment);
  // Before anything is waited for: bin/lockstep.cjs holds signals back no longer than that.
  const signal = interruptOf(invocation, output);
  try {
    return await dispatch({ invocation, output, signal });
  } catch (error) {
    output.endProgress();
    const stack = withoutPasswords(stackOfBug(error, invocation.argv));
    output.talk(renderError(error, output.talkStyle) + stack);
    const { environment } = invocation;
    if (isGithub(environment)) {
      const command = takeWords(invocation.argv, 1).words.join(" ");
      const { reportError } = await import("./github.ts");
      output.talk(await reportError(error, { command, environment }));
    }
    if (invocation.argv.includes("--json")) {
      // Where stdout takes nothing, stderr has said it.
      await output.data(jsonDocument(jsonError(error))).catch(() => undefined);
    }
    return exitCodeOf(error);
  }
}

/** How long it may take to stop before somebody who sees nothing is told why. */
const silentMs = 1_000;

function interruptOf(invocation: Invocation, output: Output): AbortSignal {
  const signal = onInterrupt(invocation.signals, () => {
    const error = new LockstepError("USAGE.INTERRUPTED", "interrupted twice, and ended at once", {
      state: "what was under way may still end, well or not: the next run looks",
    });
    output.endProgress();
    output.talk(renderError(error, output.talkStyle));
    if (invocation.argv.includes("--json")) void output.data(jsonDocument(jsonError(error)));
    invocation.endNow();
  });
  const explain = (): void => {
    output.endProgress();
    output.talk("interrupted: what is under way is waited for; a second interrupt ends at once\n");
  };
  signal.addEventListener("abort", () => void setTimeout(explain, silentMs).unref());
  return signal;
}

/** GitHub Actions says so itself. */
function isGithub(environment: Environment): boolean {
  return environment["GITHUB_ACTIONS"] === "true";
}

interface Surroundings {
  readonly invocation: Invocation;
  readonly output: Output;
  readonly signal: AbortSignal;
}

async function dispatch(surroundings: Surroundings): Promise<ExitCode> {
  const { invocation, output } = surroundings;
  // Somebody who only looks what this is gets more than an error.
  if (invocation.argv.length === 0) output.talk(overview(await loadAll(), output.talkStyle));
  const found = findCommand(invocation.argv);
  if (found.kind === "version") {
    await output.data(`${toolVersion}\n`);
    return exitCodes.done.code;
  }
  if (found.kind === "overview") {
    const entries = await loadAll();
    const wanted = entries.filter(({ command }) => command.name.startsWith(found.prefix));
    await output.data(overview(wanted, output.dataStyle));
    return exitCodes.done.code;
  }
  const command = await found.entry.load();
  if (found.wantsHelp) {
    await output.data(commandHelp(command, output.dataStyle));
    return exitCodes.done.code;
  }
  const parsed = parseArguments(command, found.rest, invocation.environment);
  return await runCommand(command, parsed, surroundings);
}

/** A use case does not know by which command it was called. */
function withHelpOf(command: Command, error: unknown): unknown {
  const isGeneral =
    error instanceof LockstepError &&
    error.code === "USAGE.INVALID" &&
    error.next === errorCodes["USAGE.INVALID"].next;
  return isGeneral ? error.with({ next: `lockstep ${command.name} --help` }) : error;
}

async function runCommand(
  command: Command,
  parsed: ParsedArguments,
  { invocation, output, signal }: Surroundings,
): Promise<ExitCode> {
  const wantsJson = parsed.flags.json === true;
  const isQuiet = parsed.flags.quiet === true;
  output.quieten(isQuiet ? "quiet" : parsed.flags.verbose === true ? "verbose" : "normal");
  const endings: (() => Promise<void>)[] = [];
  const canAsk = !wantsJson && invocation.stderr.isTTY && invocation.stdin.isTTY;
  const context: CommandContext = {
    ...parsed,
    environment: invocation.environment,
    workingFolder: invocation.workingFolder,
    signal,
    progress: output.progress,
    style: output.dataStyle,
    note: (line) => {
      if (!isQuiet) output.talk(line);
    },
    write: (chunk) => output.data(chunk),
    confirm: (question, orElse) => {
      output.endProgress();
      return confirm({ question, orElse, signal, canAsk });
    },
    ask: async (question) => {
      output.endProgress();
      return canAsk ? await answered({ question, signal }) : undefined;
    },
    sameTarget: (text) => sameTarget(text, parsed.flags),
    atEnd: (work) => endings.unshift(work),
  };
  try {
    const result = await command.run(context).catch(async (error: unknown) => {
      // What breaks because it was aborted is no failure of its own.
      if (signal.aborted && !(error instanceof LockstepError)) signal.throwIfAborted();
      throw await withSameTarget(withHelpOf(command, error), parsed.flags);
    });
    output.endProgress();
    await writeResult(result, { wantsJson, isQuiet, output });
    if (isGithub(invocation.environment)) {
      const { reportResult } = await import("./github.ts");
      await reportResult(result, { command: command.name, environment: invocation.environment });
    }
    return result.exitCode ?? exitCodes.done.code;
  } finally {
    for (const work of endings) await work();
  }
}

async function writeResult(
  result: CommandResult,
  how: { readonly wantsJson: boolean; readonly isQuiet: boolean; readonly output: Output },
): Promise<void> {
  const { output } = how;
  if (how.wantsJson) await output.data(jsonDocument(result.json));
  else if (result.text !== "") {
    await output.data(result.text.endsWith("\n") ? result.text : `${result.text}\n`);
  }
  if (!how.isQuiet && (result.talk ?? "") !== "") output.talk(result.talk ?? "");
}

type Found =
  | { readonly kind: "version" }
  /** Of the commands whose name begins so: all of them, or those of `dev`. */
  | { readonly kind: "overview"; readonly prefix: string }
  | {
      readonly kind: "command";
      readonly entry: CommandEntry;
      readonly rest: readonly string[];
      readonly wantsHelp: boolean;
    };

function findCommand(argv: readonly string[]): Found {
  const first = takeWords(argv, 1);
  const isHelp = first.words[0] === "help";
  const line = isHelp ? first.rest : argv;
  const twoWords = takeWords(line, 2);
  const oneWord = takeWords(line, 1);
  const entry = (words: readonly string[]): CommandEntry | undefined =>
    commandTable.find((candidate) => candidate.name === words.join(" "));
  const { entry: found, rest } =
    entry(twoWords.words) === undefined
      ? { entry: entry(oneWord.words), rest: oneWord.rest }
      : { entry: entry(twoWords.words), rest: twoWords.rest };
  const wantsHelp = isHelp || asksFor(rest, ["--help", "-h"]);
  if (found !== undefined) return { kind: "command", entry: found, rest, wantsHelp };
  if (oneWord.words.length === 0 && asksFor(argv, ["--version", "-V"])) return { kind: "version" };
  const prefix = oneWord.words[0] === undefined ? "" : `${oneWord.words[0]} `;
  const isGroup = commandTable.some(({ name }) => name.startsWith(prefix));
  const isAlone = prefix === "" || twoWords.words.length < 2;
  if ((isHelp || wantsHelp) && isGroup && isAlone) return { kind: "overview", prefix };
  throw unknownCommand(twoWords.words, oneWord.rest);
}

/** Before a `--`, behind which nothing is a flag. */
function asksFor(argv: readonly string[], spellings: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const flags = end === -1 ? argv : argv.slice(0, end);
  return flags.some((argument) => spellings.includes(argument));
}

function unknownCommand(words: readonly string[], rest: readonly string[]): LockstepError {
  const [first] = words;
  if (first === undefined) {
    const flag = rest[0] === undefined ? "" : `; a command comes before ${rest[0]}`;
    return new LockstepError("USAGE.NO_COMMAND", `no command was given${flag}`);
  }
  const group = commandTable.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0) {
    const names = group.map(({ name }) => `lockstep ${name}`);
    const meant = nearest(
      words.join(" "),
      group.map(({ name }) => name),
    );
    const message = `lockstep ${words.join(" ")} is no command; there are ${names.join(", ")}`;
    return new LockstepError("USAGE.UNKNOWN_COMMAND", message, {
      next: words.length > 1 && meant !== undefined ? `lockstep ${meant}` : names.join("\n"),
    });
  }
  const other = insteadOfCommand(words);
  if (other !== undefined) {
    const message = `there is no command "${first}"; ${sentenceOf(other)}`;
    return new LockstepError("USAGE.UNKNOWN_COMMAND", message, { next: other.next });
  }
  const names = commandTable.map(({ name }) => name);
  const meant = nearest(words.join(" "), names) ?? nearest(first, names);
  const message = `there is no command "${first}"`;
  if (meant === undefined) return new LockstepError("USAGE.UNKNOWN_COMMAND", message);
  return new LockstepError("USAGE.UNKNOWN_COMMAND", `${message}; did you mean ${meant}?`, {
    next: `lockstep ${meant}`,
  });
}

async function loadAll(): Promise<readonly { group: CommandEntry["group"]; command: Command }[]> {
  return await Promise.all(
    commandTable.map(async ({ group, load }) => ({ group, command: await load() })),
  );
}

/** A bug's stack, which an expected failure never shows. */
function stackOfBug(error: unknown, argv: readonly string[]): string {
  if (asLockstepError(error).code !== "INTERNAL.BUG" && !argv.includes("--verbose")) return "";
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return `${stack}\n`;
}
