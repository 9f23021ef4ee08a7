/**
 * A short hash of each object with all that is part of it: few enough to be kept in a file, so that what has changed
 * since can be named without the catalog of then. Equality is the fingerprint's to tell, never theirs.
 */
import { sha256 } from "../core/hash.ts";
import { canonicalRecord } from "./canonical.ts";
import type { Catalog, Fact } from "./fact.ts";
import type { FactId } from "./id.ts";

/** By the object's id: a schema's own facts are its, and what is in it stands for itself. */
export type ObjectDigests = Readonly<Record<FactId, string>>;

const digits = 12;

export function objectDigests({ facts }: Catalog): ObjectDigests {
  const lines = new Map<FactId, string[]>();
  for (const fact of facts.values()) {
    const line = `${JSON.stringify(fact.id)} ${canonicalRecord(fact.payload, [])}`;
    const object = objectOf(fact, facts).id;
    const known = lines.get(object);
    if (known === undefined) lines.set(object, [line]);
    else known.push(line);
  }
  const digests = [...lines].map(([id, of]) => {
    return [id, sha256(of.toSorted().join("\n")).slice(0, digits)] as const;
  });
  return Object.fromEntries(digests.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function objectOf(fact: Fact, facts: Catalog["facts"]): Fact {
  let object = fact;
  for (;;) {
    const parent = object.parent === undefined ? undefined : facts.get(object.parent);
    if (parent === undefined || (parent.kind === "schema" && isInSchema(object))) return object;
    object = parent;
  }
}

/** Grants and comments of a schema have it for a parent too, and no schema in their names. */
function isInSchema({ name }: Fact): boolean {
  return name.schema !== undefined;
}

export interface DigestChanges {
  readonly added: readonly FactId[];
  readonly removed: readonly FactId[];
  readonly changed: readonly FactId[];
}

export function changedObjects(then: ObjectDigests, now: ObjectDigests): DigestChanges {
  const both = Object.keys(now).filter((id) => then[id] !== undefined);
  return {
    added: Object.keys(now).filter((id) => then[id] === undefined),
    removed: Object.keys(then).filter((id) => now[id] === undefined),
    changed: both.filter((id) => then[id] !== now[id]),
  };
}
