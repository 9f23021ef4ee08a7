/** What a small world is made of: statements with words left open, and how a word is chosen. */
export type Random = () => number;

export interface World {
  /** Always there, on both sides. */
  readonly setting: readonly string[];
  base(random: Random): readonly string[];
  readonly changes: readonly Change[];
}

export interface Change {
  /** The major that has it. */
  readonly since?: number;
  say(random: Random): string;
}

type Words = Readonly<Record<string, readonly string[]>>;

/**
 * A statement with words of the lists: `alter table {table} drop column {column}`. `{table}` twice is the same word twice,
 * `{table}` and `{table2}` are chosen apart.
 */
export function sayings(words: Words, texts: readonly string[], since?: number): readonly Change[] {
  return texts.map((text) => ({
    ...(since === undefined ? {} : { since }),
    say: (random) => filledIn(text, words, random),
  }));
}

export function filledIn(text: string, words: Words, random: Random): string {
  const known = new Map<string, string>();
  return text.replace(/\{(\w+?)(\d*)\}/g, (whole, list: string, number: string) => {
    const had = known.get(list + number);
    if (had !== undefined) return had;
    const from = words[list];
    const word = from?.[Math.floor(random() * from.length)];
    if (word === undefined) throw new Error(`no words for ${whole}`);
    const said = filledIn(word, words, random);
    known.set(list + number, said);
    return said;
  });
}
