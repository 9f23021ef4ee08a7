/** Domains. Default, NOT NULL and checks change in place; another base type is another domain. */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { sameValue } from "../../catalog/compare.ts";
import { stable } from "../text/expressions.ts";
import { dropType } from "./aside.ts";
import { isType } from "./type_kinds.ts";

const namesOf = (fact: FactOf<"domain">): readonly string[] => [`type ${ownName(fact)}`];

export const domainRule: Rule<"domain"> = {
  kind: "domain",
  names: namesOf,
  create: (fact) => {
    const { payload } = fact;
    const collation =
      payload.collation === undefined ? "" : ` COLLATE ${qualified(payload.collation)}`;
    const value = payload.default === undefined ? "" : ` DEFAULT ${stable(payload.default)}`;
    const { notNull } = payload;
    const name = notNull?.name === undefined ? "" : ` CONSTRAINT ${quoted(notNull.name)}`;
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
        statements: [],
      },
    ];
  },
  drop: (fact, planning) => dropType(fact, planning, { word: "DOMAIN", names: namesOf(fact) }),
  alter: alterDomain,
  canRelease: (fact, replaced, planning) =>
    fact.payload.default !== undefined && !isType(planning.from.get(replaced)),
};

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
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} not null`,
      statements: nullability(from, to),
    });
  }
  return { kind: "alter", actions: drafts };
}

function nullability(from: FactOf<"domain">, to: FactOf<"domain">): readonly string[] {
  const domain = `ALTER DOMAIN ${ownName(to)}`;
  const before = from.payload.notNull;
  const after = to.payload.notNull;
  if (after === undefined) return [`${domain} DROP NOT NULL`];
  const usual = `${to.name.name}_not_null`;
  if (before !== undefined && before.name !== after.name) {
    return [
      `${domain} RENAME CONSTRAINT ${quoted(before.name ?? usual)} TO ${quoted(after.name ?? usual)}`,
    ];
  }
  if (after.name !== undefined) return [`${domain} ADD CONSTRAINT ${quoted(after.name)} NOT NULL`];
  return [`${domain} SET NOT NULL`];
}
