/**
 * Texts that the server prints and its own parser does not take: up to PostgreSQL 14 a column can be dropped under a
 * view that reads it from a function, and the view's text then has no name for it. Nothing can make such a view again,
 * so whatever would have to write it is refused by its name.
 */
import { kindEntry } from "../catalog/kinds.ts";
import type { Fact, Payload } from "../catalog/fact.ts";
import { LockstepError } from "../core/errors.ts";
import { createLexer } from "../sql/lexer.ts";
import type { Planning } from "./planning.ts";

/** What the server prints in place of the name. */
const nameless = '"?dropped?column?"';

export function refuseUnwritable(planning: Planning): void {
  const { creates, alters } = planning.fates;
  for (const id of [...creates, ...alters.keys()]) {
    const fact = planning.to.get(id);
    const changed = creates.has(id) ? undefined : alters.get(id);
    if (fact === undefined || !textsOf(fact, changed).some(isNameless)) continue;
    // Somebody may call a column so.
    if (planning.to.ofKind("column").some(({ name }) => `"${name.name}"` === nameless)) return;
    throw new LockstepError(
      "DIFF.DROPPED_COLUMN",
      `${id} reads a column that was dropped from the result of a function, and no SQL can write that`,
      { data: { object: id } },
    );
  }
}

/** Those that are to be written: all, or the ones that changed. */
function textsOf(fact: Fact, changed: ReadonlySet<string> | undefined): readonly string[] {
  const payload: Payload = fact.payload;
  return (kindEntry(fact.kind).deparsedAttributes ?? []).flatMap((attribute) => {
    const text = payload[attribute];
    if (typeof text !== "string" || changed?.has(attribute) === false) return [];
    return text.includes(nameless) ? [text] : [];
  });
}

/** A string of that text is none. */
function isNameless(text: string): boolean {
  const lexer = createLexer(text);
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    if (token.kind === "quoted" && text.slice(token.start, token.end) === nameless) return true;
  }
  return false;
}
