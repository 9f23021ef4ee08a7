/**
 * A part of a difference: the schema that the from-side becomes when only the objects that a filter names change.
 * What one of them needs and the filter leaves out is named and refused, never taken along in silence.
 */
import { describeFact } from "../catalog/explain.ts";
import { sameValue } from "../catalog/compare.ts";
import type { Catalog, Fact } from "../catalog/fact.ts";
import { printName, type FactId } from "../catalog/id.ts";
import { kindsCalled } from "../catalog/kind_words.ts";
import type { Kind } from "../catalog/kinds.ts";
import { LockstepError } from "../core/errors.ts";

export interface ObjectFilter {
  /** As it was written. */
  readonly word: string;
  /** Any of these; undefined: any kind. */
  readonly kinds: readonly Kind[] | undefined;
  /** `app.*`, `public.user*`, `*_log`; a name without a dot is looked for in every schema. */
  readonly name: string;
  /** Takes objects out instead of in. */
  readonly excludes: boolean;
}

/** `app.*`, `table:public.user*`, `!view:*`. */
export function readFilter(words: readonly string[]): readonly ObjectFilter[] {
  return words.map((word) => {
    const excludes = word.startsWith("!");
    const text = (excludes ? word.slice(1) : word).trim();
    const colon = text.indexOf(":");
    const kind = colon === -1 ? "*" : text.slice(0, colon).trim().replaceAll(/[ -]/g, "_");
    const meant = kindsCalled(kind);
    const name = text.slice(colon + 1).trim();
    if (name === "" || (kind !== "*" && meant === undefined)) {
      throw new LockstepError("USAGE.INVALID", `--filter takes no ${JSON.stringify(word)}`, {
        notes: [
          "schema.name, kind:schema.name or kind:*, with * for any text and ! to leave out",
          "kinds are table, view, enum, function and so on; type and routine are all of theirs",
        ],
        next: "lockstep diff --filter 'table:public.*'",
      });
    }
    return { word: `${excludes ? "!" : ""}${text}`, kinds: meant, name, excludes };
  });
}

/** `from` with the chosen objects as they are in `to`. */
export function chosenTarget(
  from: Catalog,
  to: Catalog,
  filters: readonly ObjectFilter[],
): Catalog {
  refuseUnmatched(from, to, filters);
  const facts = new Map<FactId, Fact>();
  const isChosen = chooser(from, to, filters);
  for (const [id, fact] of from.facts) if (!isChosen(id)) facts.set(id, fact);
  for (const [id, fact] of to.facts) if (isChosen(id)) facts.set(id, fact);
  refuseTorn({ from, to, facts, isChosen });
  return { ...to, facts };
}

/** A name that is mistyped would make two schemas equal. */
function refuseUnmatched(from: Catalog, to: Catalog, filters: readonly ObjectFilter[]): void {
  const roots = [from, to].flatMap(({ facts }) =>
    [...facts.values()].filter(
      ({ id, kind }) => kind === "schema" || rootOf(id, from, to)?.id === id,
    ),
  );
  for (const { word, kinds, name } of filters) {
    if (name === "*") continue;
    const matches = matcherOf(name);
    if (roots.some((root) => (kinds?.includes(root.kind) ?? true) && matches(root))) continue;
    throw new LockstepError(
      "DIFF.FILTER",
      `no object of either side fits ${JSON.stringify(word)}`,
      {
        notes: ["an object's parts, such as its columns, are chosen with it, by its own name"],
        next: "lockstep diff without --filter lists what differs.",
        data: { objects: [] },
      },
    );
  }
}

/** An object is chosen with all that belongs to it, by its own name: a column by its table's. */
function chooser(
  from: Catalog,
  to: Catalog,
  filters: readonly ObjectFilter[],
): (id: FactId) => boolean {
  const patterns = filters.map((filter) => ({ ...filter, matches: matcherOf(filter.name) }));
  const hasIncludes = patterns.some(({ excludes }) => !excludes);
  const known = new Map<FactId, boolean>();
  return (id) => {
    const root = rootOf(id, from, to);
    if (root === undefined) return false;
    const before = known.get(root.id);
    if (before !== undefined) return before;
    const fits = ({ kinds, matches }: (typeof patterns)[number]): boolean =>
      (kinds?.includes(root.kind) ?? true) && matches(root);
    const isIn = !hasIncludes || patterns.some((one) => !one.excludes && fits(one));
    const isChosen = isIn && !patterns.some((one) => one.excludes && fits(one));
    known.set(root.id, isChosen);
    return isChosen;
  };
}

function rootOf(id: FactId, from: Catalog, to: Catalog): Fact | undefined {
  let fact = to.facts.get(id) ?? from.facts.get(id);
  while (fact?.parent !== undefined) {
    const parent: Fact | undefined = to.facts.get(fact.parent) ?? from.facts.get(fact.parent);
    if (parent === undefined || parent.kind === "schema") break;
    fact = parent;
  }
  return fact;
}

/** A pattern without a dot is about the name alone. All of a schema, `app.*`, is the schema too. */
function matcherOf(pattern: string): (fact: Fact) => boolean {
  const expression = wildcard(pattern);
  const isQualified = pattern.includes(".");
  const schema = pattern.endsWith(".*") ? wildcard(pattern.slice(0, -2)) : undefined;
  return ({ kind, name }) => {
    if (kind === "schema" && schema?.test(name.name) === true) return true;
    const whole = name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
    return expression.test(isQualified ? whole : name.name) || expression.test(printName(name));
  };
}

function wildcard(pattern: string): RegExp {
  const literal = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll("*", ".*")}$`, "s");
}

interface Choice {
  readonly from: Catalog;
  readonly to: Catalog;
  readonly facts: ReadonlyMap<FactId, Fact>;
  readonly isChosen: (id: FactId) => boolean;
}

/** Both ways: what is chosen and needs something left out, and what stays and needs something that would go. */
function refuseTorn({ from, to, facts, isChosen }: Choice): void {
  const lines: string[] = [];
  const objects: FactId[] = [];
  for (const fact of facts.values()) {
    const side = isChosen(fact.id) ? to : from;
    const needs = fact.parent === undefined ? fact.references : [fact.parent, ...fact.references];
    for (const id of needs) {
      const needed = side.facts.get(id);
      const there = facts.get(id);
      if (needed === undefined || (there !== undefined && !isOther(needed, there, fact))) continue;
      const why = there === undefined ? "is left out" : "is left as it is";
      lines.push(
        isChosen(fact.id)
          ? `${describeFact(fact)} needs ${describeFact(needed)}, which ${why}`
          : `${describeFact(fact)} stays and needs ${describeFact(needed)}, which would go`,
      );
      objects.push(id);
    }
  }
  const [first] = lines;
  if (first === undefined) return;
  throw new LockstepError("DIFF.FILTER", `the filter tears apart what belongs together: ${first}`, {
    notes: [...new Set(lines)].slice(0, 20),
    data: { objects: [...new Set(objects)] },
  });
}

/** A view over a column of another type than it was planned with can't be made as it is. */
function isOther(needed: Fact, there: Fact, by: Fact): boolean {
  if (needed === there || needed.kind !== "column" || there.kind !== "column") return false;
  return by.kind !== "column" && !sameValue(needed.payload.type, there.payload.type);
}
