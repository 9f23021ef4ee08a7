/**
 * Composite types and their attributes. Attributes come and go in place; one whose type changes while columns hold
 * the composite, or that must stand before others, needs a new type.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { goneOf } from "../keys.ts";
import { isCreated, isReplaced, type Planning } from "../planning.ts";
import { alterBy, replace, type Alteration, type Change, type Rule } from "../rule.ts";
import type { Side } from "../side.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { dropType } from "./aside.ts";
import { freeOfTables } from "./typed.ts";

const namesOf = (fact: FactOf<"composite">): readonly string[] => [
  `relation ${ownName(fact)}`,
  `type ${ownName(fact)}`,
];

export const compositeRule: Rule<"composite"> = {
  kind: "composite",
  names: namesOf,
  create: (fact, planning) => {
    const attributes = attributesOf(fact.id, planning.to);
    const list = attributes.map((attribute) => `\n    ${attributeText(attribute)}`).join(",");
    return [
      {
        verb: "create",
        statements: [`CREATE TYPE ${ownName(fact)} AS (${list}${list === "" ? "" : "\n"})`],
        makes: [fact.id, ...attributes.map(({ id }) => id)],
        needs: [
          ...(fact.parent === undefined ? [] : [fact.parent]),
          ...fact.references,
          ...attributes.flatMap(({ references }) => references),
        ],
      },
    ];
  },
  drop: (fact, planning) => dropType(fact, planning, { word: "TYPE", names: namesOf(fact) }),
  alter: () => alterBy(),
};

export const attributeRule: Rule<"attribute"> = {
  kind: "attribute",
  create: (fact, planning) => {
    if (fact.parent === undefined || isCreated(planning, fact.parent)) return [];
    const before = attributesOf(fact.parent, planning.to).findLast(
      ({ id, payload }) => payload.ordinal < fact.payload.ordinal && isCreated(planning, id),
    );
    const { needs, claims } = freeOfTables(fact.parent, planning);
    return [
      {
        verb: "create",
        statements: [`${alterType(fact, planning)} ADD ATTRIBUTE ${attributeText(fact)}`],
        needs: [
          ...[fact.parent, ...fact.references, ...needs],
          ...(before === undefined ? [] : [before.id]),
        ],
        claims,
      },
    ];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [`${alterType(fact, planning)} DROP ATTRIBUTE ${quoted(fact.name.name)}`],
      makes: [goneOf(fact.id)],
      ...freeOfTables(fact.parent, planning),
      loss: "drops columns",
    },
  ],
  alter: alterAttribute,
  comesOnlyWith: (fact, planning) => {
    const composite = fact.parent;
    if (composite === undefined || planning.from.get(composite) === undefined) return [];
    return keepsOrder(composite, planning) ? [] : [composite];
  },
  canRelease: () => true,
  dropsWith: (fact, planning) =>
    fact.parent !== undefined && planning.fates.drops.has(fact.parent)
      ? { id: fact.parent, always: true }
      : undefined,
};

function attributesOf(id: string, side: Side): readonly FactOf<"attribute">[] {
  return side
    .childrenOf("attribute", id)
    .toSorted((left, right) => left.payload.ordinal - right.payload.ordinal);
}

function attributeText(fact: FactOf<"attribute">): string {
  const { type, collation } = fact.payload;
  return `${quoted(fact.name.name)} ${type}${collation === undefined ? "" : ` COLLATE ${qualified(collation)}`}`;
}

function alterType(fact: FactOf<"attribute">, planning: Planning): string {
  const type = planning.to.get(fact.parent ?? "") ?? planning.from.get(fact.parent ?? "");
  return `ALTER TYPE ${type === undefined ? "" : ownName(type)}`;
}

function alterAttribute(
  { from, to, attributes }: Change<"attribute">,
  planning: Planning,
): Alteration {
  const composite = from.parent;
  if (composite === undefined) return replace;
  const instead = { ...replace, instead: composite };
  if (attributes.has("ordinal") && !keepsOrder(composite, planning)) return instead;
  const isRetyped =
    attributes.has("type") ||
    attributes.has("collation") ||
    to.references.some((id) => isReplaced(planning, id));
  if (!isRetyped) return alterBy();
  const isHeld = planning.from
    .referrers(composite)
    .some(({ kind }) => kind === "column" || kind === "domain" || kind === "attribute");
  if (isHeld) return instead;
  const statement = `${alterType(to, planning)} ALTER ATTRIBUTE ${quoted(to.name.name)} TYPE ${to.payload.type}`;
  const { collation } = to.payload;
  const { needs, claims } = freeOfTables(composite, planning);
  const draft: ActionDraft = {
    verb: "alter",
    statements: [
      `${statement}${collation === undefined ? "" : ` COLLATE ${qualified(collation)}`}`,
    ],
    needs: [composite, ...to.references, ...needs],
    claims,
    disturbs: [from.id],
  };
  return { kind: "alter", actions: [draft], rebuild: [composite] };
}

/** Whether what is kept stays in its order and what is new comes after it. */
function keepsOrder(composite: string, planning: Planning): boolean {
  const before = attributesOf(composite, planning.from).map(({ id }) => id);
  const after = attributesOf(composite, planning.to).map(({ id }) => id);
  const kept = before.filter((id) => after.includes(id));
  return kept.every((id, at) => after[at] === id);
}
