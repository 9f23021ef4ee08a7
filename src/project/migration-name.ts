/** What a person types as a migration's name, as words of a file name. Refuses names that say nothing. */
import { LockstepError } from "../core/errors.ts";

/** Words that say nothing about a change. A name of these alone is refused; beside others they are fine. */
const vagueWords: ReadonlySet<string> = new Set([
  ..."fix fixes fixed hotfix bugfix patch update updates updated change changes changed edit edits".split(
    " ",
  ),
  ..."modify modifies alter tweak tweaks adjust adjustment improve improvements refactor cleanup clean".split(
    " ",
  ),
  ..."test tests testing tmp temp temporary wip todo misc stuff things various minor major final new".split(
    " ",
  ),
  ..."migration migrations migrate schema schemas db database sql table tables column columns data".split(
    " ",
  ),
  ..."script file version v foo bar baz asdf untitled unnamed more another again some the a an and to of in".split(
    " ",
  ),
]);

export interface MigrationNameOptions {
  readonly acceptVague: boolean;
}

export function migrationWords(
  name: string,
  { acceptVague }: MigrationNameOptions,
): readonly string[] {
  // A password would be in the file's name and in its header, and be committed with it: it is not repeated here either.
  if (/:\/\/|\bpassword\s*=/i.test(name)) {
    throw new LockstepError("PROJECT.NAME_INVALID", "a database's address is no migration's name", {
      next: "lockstep new NAME; the database is what DATABASE_URL names, and a new migration needs none",
    });
  }
  const words = name
    .replace(/\.(?:sql|ts)$/i, "")
    // addPhone is two words.
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  if (!words.some((word) => /\p{L}/u.test(word))) {
    throw new LockstepError("PROJECT.NAME_INVALID", `"${name}" holds no word`);
  }
  const slug = words.join("_");
  if (new TextEncoder().encode(slug).length > longestName) {
    throw new LockstepError("PROJECT.NAME_INVALID", `the name is longer than ${longestName} bytes`);
  }
  const isVague = words.every(
    (word) => vagueWords.has(word) || /^v?\p{N}+$/u.test(word) || word.length === 1,
  );
  if (isVague && !acceptVague) {
    throw new LockstepError(
      "PROJECT.NAME_VAGUE",
      `"${name}" says nothing about what the migration does`,
    );
  }
  return words;
}

/** File systems take 255 bytes; version, endings and a temporary name need room too. */
const longestName = 180;

/** For the header: the words as a sentence. */
export function migrationTitle(words: readonly string[]): string {
  const sentence = words.join(" ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
