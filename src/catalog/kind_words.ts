/** The words by which people name kinds: each kind's own, and those that SQL has for several. */
import { kinds, type Kind } from "./kinds.ts";

/** What SQL calls by one word. */
export const kindFamilies: Readonly<Record<string, readonly Kind[]>> = {
  type: ["enum", "domain", "composite", "range", "base_type"],
  routine: ["function", "procedure", "aggregate"],
};

/** Undefined: no kind is called so. */
export function kindsCalled(word: string): readonly Kind[] | undefined {
  if (isKind(word)) return [word];
  return Object.hasOwn(kindFamilies, word) ? kindFamilies[word] : undefined;
}

export function isKind(word: string): word is Kind {
  return Object.hasOwn(kinds, word);
}
