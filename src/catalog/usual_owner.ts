/**
 * A catalog that names every owner, as it is read where one role goes without saying: the database's own, or the one
 * that the project names. It is for catalogs that were kept, such as a backup's; the reader leaves that role out itself.
 */
import type { Catalog, Fact } from "./fact.ts";
import { printPart, type FactId } from "./id.ts";

export function withoutOwner(catalog: Catalog, owner: string): Catalog {
  const facts = new Map<FactId, Fact>();
  for (const fact of catalog.facts.values()) {
    const usual = unnamed(fact, owner);
    facts.set(usual.id, usual);
  }
  return { ...catalog, facts };
}

function unnamed(fact: Fact, owner: string): Fact {
  if (fact.kind === "default_privileges" && fact.payload.creator === owner) {
    const { creator: _usual, ...payload } = fact.payload;
    // The id begins with whose default they are.
    const id = fact.id.replace(`:${printPart(owner)}`, () => ":OWNER");
    return { ...fact, id, name: { name: id }, payload };
  }
  if (!("owner" in fact.payload) || fact.payload.owner !== owner) return fact;
  const { owner: _usual, ...payload } = fact.payload;
  return castAsFact({ ...fact, payload });
}

/** The payload is its kind's own, less an optional attribute, which the union of kinds can't express. */
function castAsFact(fact: object): Fact {
  return fact as Fact;
}
