/**
 * What two catalogs that are read to be compared have in common is there once: ids, names and payloads. Two databases
 * that are compared are nearly the same, so the second costs little memory, and what is one object needs no comparing.
 * Nothing that is part of a fact is ever changed in place, and a fact itself is never shared.
 *
 * Servers send what is alike in nearly the same order, and only that makes it cheap to find: a fact is looked for near
 * its place in the other catalog. Where the order is another one, little is shared, and little is spent on it.
 */
import type { Payload } from "./fact.ts";
import type { FactId, FactName } from "./id.ts";
import type { Kind } from "./kinds.ts";

/** What may be shared of a fact, and what it is known by. */
export interface FactParts {
  readonly kind: Kind;
  readonly id: FactId;
  readonly name: FactName;
  readonly payload: Payload;
}

export interface SharedParts {
  /** For one more catalog, which is about to be read; others may be read meanwhile. */
  join(): Sharing;
}

export interface Sharing {
  /** Another catalog's fact of the same id, where one is found. */
  alike(wanted: WantedFact): FactParts | undefined;
  /** Tells of a fact, of each one once, after it was asked for. */
  add(parts: FactParts): void;
}

export interface WantedFact {
  readonly kind: Kind;
  readonly name: FactName;
  /** Undefined: made of kind and name, and not made before it is needed. */
  readonly id: FactId | undefined;
}

export function shareParts(): SharedParts {
  const all: FactParts[][] = [];
  return {
    join: () => {
      const own: FactParts[] = [];
      all.push(own);
      const search = openSearch();
      return {
        alike: (wanted) => {
          const other = all.find((each) => each !== own);
          return other === undefined ? undefined : search(other, own.length, wanted);
        },
        add: (parts) => void own.push(parts),
      };
    },
  };
}

/** So far from where it is expected a fact is looked for. */
const reach = 1_024;
/** So many facts may be looked at in vain; each one that is found earns more. */
const patienceMax = 100_000;
const earned = 64;

type Search = (
  other: readonly FactParts[],
  place: number,
  wanted: WantedFact,
) => FactParts | undefined;

function openSearch(): Search {
  /** How much further on what is alike stands in the other catalog. */
  let shift = 0;
  let patience = patienceMax;
  return (other, place, wanted) => {
    // The other catalog may not have been read so far, or may have fewer.
    const expected = Math.min(place + shift, other.length - 1);
    const first = other[expected];
    if (first !== undefined && isOf(first, wanted)) {
      shift = expected - place;
      patience = Math.min(patience + earned, patienceMax);
      return first;
    }
    for (let away = 1; away <= reach && patience > 0; away += 1) {
      patience -= 2;
      const after = other[expected + away];
      const before = other[expected - away];
      const isAfter = after !== undefined && isOf(after, wanted);
      const found = isAfter ? after : before;
      if (found === undefined || !(isAfter || isOf(found, wanted))) continue;
      shift = expected - place + (isAfter ? away : -away);
      return found;
    }
    return undefined;
  };
}

function isOf({ kind, name, id }: FactParts, wanted: WantedFact): boolean {
  return (
    kind === wanted.kind &&
    name.name === wanted.name.name &&
    (wanted.id === undefined || wanted.id === id) &&
    name.relation === wanted.name.relation &&
    name.schema === wanted.name.schema &&
    sameArguments(name.arguments, wanted.name.arguments)
  );
}

function sameArguments(
  some: readonly string[] | undefined,
  others: readonly string[] | undefined,
): boolean {
  if (some === undefined || others === undefined) return some === others;
  return some.length === others.length && some.every((one, at) => one === others[at]);
}
