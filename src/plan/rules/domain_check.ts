/** Checks of a domain that is there already: what it is made of, and what holds its values, may come and go around them. */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, type Planning } from "../planning.ts";
import { constraintText } from "../text/constraint.ts";
import { ownName, quoted } from "../text/names.ts";
import { amongHolders, isHeldForGood } from "./held_domain.ts";

type Constraint = FactOf<"constraint">;

/** The domain that is there before and has the check afterwards. */
export function keptDomain(
  { parent }: Constraint,
  planning: Planning,
): FactOf<"domain"> | undefined {
  const domain = planning.to.find("domain", parent);
  return domain === undefined || isCreated(planning, domain.id) ? undefined : domain;
}

/** Whether it is to be looked at while columns have values that the server does not look into. */
export function looksAtHeld(
  fact: Constraint,
  planning: Planning,
): fact is Constraint & { readonly parent: FactId } {
  return fact.payload.notValid !== true && isHeldForGood(fact.parent, planning);
}

export function domainCheck(
  fact: Constraint,
  domain: FactOf<"domain">,
  planning: Planning,
): ActionDraft {
  const clause = `${quoted(fact.name.name)} ${constraintText(fact.payload)}`;
  const place =
    fact.payload.notValid === true ? { makes: [domain.id] } : amongHolders(domain.id, planning);
  return {
    ...place,
    verb: "create",
    statements: [`ALTER DOMAIN ${ownName(domain)} ADD CONSTRAINT ${clause}`],
    needs: fact.references,
    makes: [fact.id, ...place.makes],
  };
}

export function validatedCheck(
  { id, name }: Constraint,
  domain: FactOf<"domain">,
  planning: Planning,
): ActionDraft {
  const place = amongHolders(domain.id, planning);
  return {
    ...place,
    verb: "alter",
    statements: [`ALTER DOMAIN ${ownName(domain)} VALIDATE CONSTRAINT ${quoted(name.name)}`],
    makes: [id, ...place.makes],
  };
}
