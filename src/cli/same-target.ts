/**
 * The commands that an error or a result says to type next, with the flags that said which database was meant: without
 * them they would go to another one. A URL may hold a password, so that it is named and not repeated.
 */
import { LockstepError } from "../core/errors.ts";
import { commandTable, type CommandEntry } from "./commands.ts";
import type { FlagName, FlagValues } from "./flags.ts";

type TargetFlags = Pick<FlagValues, "target" | "url" | "config">;

export async function withSameTarget(error: unknown, flags: TargetFlags): Promise<unknown> {
  if (!(error instanceof LockstepError)) return error;
  const next = await sameTarget(error.next, flags);
  return next === error.next ? error : error.with({ next });
}

export async function sameTarget(text: string, flags: TargetFlags): Promise<string> {
  const words = wordsOf(flags);
  if (words.length === 0 || /--(?:target|url)\b/.test(text)) return text;
  let done = "";
  let rest = text;
  for (let at = rest.search(called); at >= 0; at = rest.search(called)) {
    const entry = entryOf(rest.slice(at));
    const end = at + "lockstep ".length + (entry?.name.length ?? 0);
    done += rest.slice(0, end) + (entry === undefined ? "" : await flagsFor(entry, words));
    rest = rest.slice(end);
  }
  return done + rest;
}

const called = /\blockstep (?=[a-z])/;

/** Two words before one: `lockstep backup list` is no `lockstep backup`. */
function entryOf(line: string): CommandEntry | undefined {
  const [, first = "", second = ""] = /^lockstep ([a-z]+)(?: ([a-z]+))?/.exec(line) ?? [];
  const byName = (name: string): CommandEntry | undefined =>
    commandTable.find((entry) => entry.name === name);
  return byName(`${first} ${second}`) ?? byName(first);
}

interface Word {
  readonly flag: FlagName;
  readonly text: string;
}

function wordsOf({ target, url, config }: TargetFlags): readonly Word[] {
  return [
    ...(target === undefined
      ? []
      : [{ flag: "target", text: ` --target ${shellWord(target)}` } as const]),
    ...(url === undefined ? [] : [{ flag: "url", text: " --url URL" } as const]),
    ...(config === undefined
      ? []
      : [{ flag: "config", text: ` --config ${shellWord(config)}` } as const]),
  ];
}

/** As a POSIX shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

async function flagsFor(entry: CommandEntry, words: readonly Word[]): Promise<string> {
  const { flags } = await entry.load();
  // A proof that has a target is of that target too, which is another question.
  const takes = (flag: FlagName): boolean =>
    flags.includes(flag) && (flag === "config" || !flags.includes("live"));
  return words.flatMap(({ flag, text }) => (takes(flag) ? [text] : [])).join("");
}
