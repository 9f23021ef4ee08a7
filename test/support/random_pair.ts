/**
 * Random pairs of schemas, of every kind of object: each side is the schemas of one-of-everything and random/more with
 * statements left out, and changes of random/changes made to it. What does not apply on a side, since something that
 * it needs was left out, is passed over. The seed says it all: the same seed gives the same pair on the same major.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Session } from "../../src/ports/database.ts";
import { quoteLiteral } from "../../src/sql/quote.ts";
import { splitScript } from "../../src/sql/split.ts";
import type { SchemaPair } from "./schema_pair.ts";

const folder = fileURLToPath(new URL("../cases", import.meta.url));

export function randomPair(seed: number, major: number): SchemaPair {
  const random = randomFrom(seed);
  const base = [
    ...statementsIn("one-of-everything", "", major),
    ...statementsIn("random", "more-", major),
  ].filter((text) => !isLeftOut(text));
  const changes = statementsIn("random", "changes-", major).filter((text) => !isLeftOut(text));
  // Most pairs share nearly all of their objects; a few are far apart.
  const leftOut = random() < 0.2 ? 0.3 : random() < 0.5 ? 0 : 0.03;
  const common = base.filter((text) => random() >= leftOut / 2 || isKept(text));
  const shared = pick(changes, random() < 0.5 ? 0 : 6, random);
  const side = (): readonly string[] => [
    ...common.filter((text) => random() >= leftOut || isKept(text)),
    ...shared,
    ...pick(changes, 1 + Math.floor(random() * 8), random),
  ];
  const [before, after] = [side(), side()];
  return { before: loaderOf(before), after: loaderOf(after) };
}

/** Types and operators that are declared and never defined make everything of them unusable, which nobody has. */
function isKept(text: string): boolean {
  return text.includes("shop.color");
}

/** The rights on an extension's members are what they were when it was made, which no catalog tells. */
function isLeftOut(text: string): boolean {
  // And a partitioned index that is invalid on purpose takes up what its new partitions bring.
  return /^alter default privileges .*functions|^create index on only/.test(text);
}

function statementsIn(name: string, prefix: string, major: number): readonly string[] {
  const path = `${folder}/${name}`;
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((file) => file.startsWith(`${prefix}since-`) && sinceOf(file) <= major)
    .toSorted()
    .flatMap((file) => [...splitScript(readFileSync(`${path}/${file}`, "utf8"))])
    .flatMap((piece) => (piece.kind === "statement" ? [piece.text] : []));
}

function sinceOf(file: string): number {
  return Number(/since-(\d+)/.exec(file)?.[1]);
}

/** What needs another statement that was left out fails, and is passed over. In one message: a pair has a thousand. */
export function loaderOf(statements: readonly string[]): (session: Session) => Promise<undefined> {
  const list = statements.map((statement) => quoteLiteral(statement)).join(",\n");
  return async (session) => {
    await session.script(`set client_min_messages = error; do $load$
declare statement text;
begin
  foreach statement in array array[${list}] loop
    begin
      execute statement;
      set constraints all immediate;
    exception when others then null;
    end;
  end loop;
end $load$; reset all`);
    return undefined;
  };
}

export function pick<T>(from: readonly T[], count: number, random: () => number): readonly T[] {
  const picked: T[] = [];
  for (let left = count; left > 0; left -= 1) {
    const one = from[Math.floor(random() * from.length)];
    if (one !== undefined) picked.push(one);
  }
  return picked;
}

/** Mulberry32: small, and the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
