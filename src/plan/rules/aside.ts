/**
 * Types that must be made again while columns hold values of them: the old one makes way under another name, the
 * columns are converted, then it goes.
 */
import type { Fact } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import { truncateIdentifier } from "../../sql/quote.ts";
import type { ActionDraft } from "../actions.ts";
import { isDropped, isReplaced, type Planning } from "../planning.ts";
import { asideOf } from "../keys.ts";
import { isType } from "./type_kinds.ts";
import { ownName, quoted } from "../text/names.ts";

export interface TypeWords {
  /** `TYPE` or `DOMAIN`. */
  readonly word: string;
  readonly names: readonly string[];
  /** What comes and goes with it and does not follow its name makes way by these. */
  readonly renames?: readonly string[];
}

export function dropType(
  fact: Fact,
  planning: Planning,
  { word, names, renames = [] }: TypeWords,
): readonly ActionDraft[] {
  if (!goesAside(fact.id, planning)) {
    return [{ verb: "drop", statements: [`DROP ${word} ${ownName(fact)}`] }];
  }
  const old = asideName(fact.name.name);
  const schema = fact.name.schema === undefined ? {} : { schema: fact.name.schema };
  const oldName = ownName({ kind: fact.kind, name: { ...schema, name: old } });
  return [
    {
      verb: "rename",
      key: `aside ${fact.id}`,
      statements: [`ALTER ${word} ${ownName(fact)} RENAME TO ${quoted(old)}`, ...renames],
      makes: [renamedOf(fact.id)],
      takes: [],
      // These say what it is made of, by the name that this has before it makes way itself.
      frees: renames.length === 0 ? [] : fact.references,
      disturbs: [fact.id],
      releases: [`fact ${fact.id}`, ...names],
    },
    {
      verb: "drop",
      statements: [`DROP ${word} ${oldName}`],
      needs: [renamedOf(fact.id)],
      releases: [],
      frees: [...fact.references, ...(fact.parent === undefined ? [] : [fact.parent])].map((id) =>
        goesAside(id, planning) ? asideOf(id) : id,
      ),
    },
  ];
}

/** That the old type has its other name, by which it is dropped. */
function renamedOf(type: FactId): string {
  return `renamed ${type}`;
}

/**
 * Whether the type is made again while columns, or types that make way themselves, still hold the old one. A table that
 * is made of it holds no value of it, and has left it.
 */
export function goesAside(id: string, planning: Planning): boolean {
  if (!isReplaced(planning, id) || !isType(planning.from.get(id))) return false;
  return planning.from
    .referrers(id)
    .filter(({ kind }) => kind !== "table")
    .some(
      (other) =>
        !isDropped(planning, other.id) ||
        goesAside(other.id, planning) ||
        // A part of a composite that makes way.
        (other.kind === "attribute" && goesAside(other.parent ?? "", planning)),
    );
}

/** Of a relation that makes way: one that neither side has. */
export function freeAsideName(name: QualifiedName, planning: Planning): string {
  return freeRelationName(name, planning, asideSuffix);
}

/** The name with the suffix, and a number where either side has such a relation. */
export function freeRelationName(
  { schema, name }: QualifiedName,
  { from, to }: Planning,
  suffix: string,
): string {
  for (let number = 1; ; number += 1) {
    const found = withSuffix(name, number === 1 ? suffix : `${suffix}_${number}`);
    const ids = relationKinds.map((kind) => factId(kind, { schema, name: found }));
    if (ids.every((id) => from.get(id) === undefined && to.get(id) === undefined)) return found;
  }
}

const relationKinds = [
  "composite",
  "domain",
  "enum",
  "foreign_table",
  "index",
  "materialized_view",
  "range",
  "sequence",
  "table",
  "view",
] as const;

const asideSuffix = "__before";

export function asideName(name: string): string {
  return withSuffix(name, asideSuffix);
}

function withSuffix(name: string, suffix: string): string {
  let kept = truncateIdentifier(name);
  while (truncateIdentifier(kept + suffix) !== kept + suffix) kept = kept.slice(0, -1);
  return kept + suffix;
}
