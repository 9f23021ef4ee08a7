/** Domains. Default, NOT NULL and checks change in place; another base type is another domain. */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { serverMadeName } from "../../catalog/object_name.ts";
import { sameValue } from "../../catalog/compare.ts";
import { stable } from "../text/expressions.ts";
import { dropType, goesAside } from "./aside.ts";
import { amongHolders, isHeldForGood } from "./held_domain.ts";
import { isType } from "./type_kinds.ts";

const namesOf = (fact: FactOf<"domain">): readonly string[] => [`type ${ownName(fact)}`];

export const domainRule: Rule<"domain"> = {
  kind: "domain",
  names: namesOf,
  create: (fact, planning) => {
    const { payload } = fact;
    const collation =
      payload.collation === undefined ? "" : ` COLLATE ${qualified(payload.collation)}`;
    const value = payload.default === undefined ? "" : ` DEFAULT ${stable(payload.default)}`;
    const { notNull } = payload;
    const said = notNull?.name ?? (isOldThere(fact, planning) ? usualName(fact) : undefined);
    const name = said === undefined ? "" : ` CONSTRAINT ${quoted(said)}`;
    const tail = `${collation}${value}${notNull === undefined ? "" : `${name} NOT NULL`}`;
    return [
      {
        verb: "create",
        body: {
          form: "create domain",
          head: `CREATE DOMAIN ${ownName(fact)} AS ${payload.type}`,
          columns: [],
          tail,
        },
        statements: hasOthersDefault(fact, planning)
          ? [`ALTER DOMAIN ${ownName(fact)} DROP DEFAULT`]
          : [],
      },
    ];
  },
  drop: (fact, planning) => dropType(fact, planning, { word: "DOMAIN", names: namesOf(fact) }),
  alter: alterDomain,
  canRelease: (fact, replaced, planning) =>
    fact.payload.default !== undefined && !isType(planning.from.get(replaced)),
};

/** Then the usual name of its NOT NULL is taken still, which is one since PostgreSQL 17. */
function isOldThere({ id, payload }: FactOf<"domain">, planning: Planning): boolean {
  return planning.major >= 17 && payload.notNull !== undefined && goesAside(id, planning);
}

function usualName({ name }: FactOf<"domain">): string {
  return serverMadeName(name.name, undefined, "not_null");
}

/** A new domain over another type with a default has that, unless another is said; none can't be said. */
function hasOthersDefault({ payload, references }: FactOf<"domain">, planning: Planning): boolean {
  if (payload.default !== undefined) return false;
  return references.some((id) =>
    [planning.from, planning.to].some((side) => {
      const other = side.find("domain", id) ?? side.find("base_type", id);
      return other?.payload.default !== undefined;
    }),
  );
}

function alterDomain({ from, to, attributes }: Change<"domain">, planning: Planning): Alteration {
  if (attributes.has("type") || attributes.has("collation")) return replace;
  const domain = `ALTER DOMAIN ${ownName(to)}`;
  const drafts: ActionDraft[] = [];
  const released = from.references.filter((id) => isReplaced(planning, id));
  if (
    from.payload.default !== undefined &&
    (released.length > 0 || to.payload.default === undefined)
  ) {
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} drop default`,
      statements: [`${domain} DROP DEFAULT`],
      makes: [],
      needs: [],
      frees: from.references,
      releases: [`default ${to.id}`],
    });
  }
  const isNewDefault = attributes.has("default") || released.length > 0;
  if (to.payload.default !== undefined && isNewDefault) {
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} default`,
      statements: [`${domain} SET DEFAULT ${stable(to.payload.default)}`],
      claims: [`default ${to.id}`],
    });
  }
  if (!sameValue(from.payload.notNull, to.payload.notNull)) {
    const isNew = from.payload.notNull === undefined;
    if (isNew && isHeldForGood(to.id, planning)) return replace;
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} not null`,
      statements: nullability(from, to),
      ...(isNew ? amongHolders(to.id, planning) : {}),
    });
  }
  return { kind: "alter", actions: drafts };
}

function nullability(from: FactOf<"domain">, to: FactOf<"domain">): readonly string[] {
  const domain = `ALTER DOMAIN ${ownName(to)}`;
  const before = from.payload.notNull;
  const after = to.payload.notNull;
  if (after === undefined) return [`${domain} DROP NOT NULL`];
  const usual = usualName(to);
  if (before !== undefined && before.name !== after.name) {
    return [
      `${domain} RENAME CONSTRAINT ${quoted(before.name ?? usual)} TO ${quoted(after.name ?? usual)}`,
    ];
  }
  if (after.name !== undefined) return [`${domain} ADD CONSTRAINT ${quoted(after.name)} NOT NULL`];
  return [`${domain} SET NOT NULL`];
}
