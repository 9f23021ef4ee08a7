/**
 * A dump writes arrays so that the server reads them as it had them (text/expressions.ts). Here the opposite is
 * wanted: what the server makes of its own text. A space keeps the text from being taken for what a dump mends. It is
 * for parts of catalogs, so that what names something outside of the part is left out.
 */
import type { Catalog, Fact } from "../catalog/fact.ts";
import { kindEntry } from "../catalog/kinds.ts";
import type { JsonValue } from "../core/errors.ts";
import { skipQuoted } from "./text/quoted.ts";

export function asTheServerWroteIt(part: Catalog): Catalog {
  const facts = [...part.facts].map(([id, fact]) => [id, unmended(fact)] as const);
  return { ...part, facts: new Map(facts) };
}

/** The same fact with other white space in its texts; its shape is untouched. */
function unmended(fact: Fact): Fact {
  const texts = kindEntry(fact.kind).deparsedAttributes ?? [];
  const payload = Object.entries(fact.payload)
    .filter(([attribute]) => !restsOnIndex.has(attribute))
    .map(([attribute, value]) => [attribute, texts.includes(attribute) ? spaced(value) : value]);
  return { ...fact, payload: Object.fromEntries(payload) };
}

/** Settings that name an index, which a part of a catalog may lack; no text depends on them. */
const restsOnIndex: ReadonlySet<string> = new Set(["clusterOn", "replicaIdentity"]);

function spaced(value: JsonValue): JsonValue {
  if (typeof value === "string") return spacedText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(spaced);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spaced(inner)]));
}

function spacedText(text: string): string {
  let spacedSoFar = "";
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') at = skipQuoted(text, at);
    else if (text.startsWith("(ARRAY[", at)) {
      spacedSoFar += `${text.slice(from, at)}( `;
      from = at + 1;
    }
  }
  return spacedSoFar + text.slice(from);
}
