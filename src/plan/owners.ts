/**
 * Owners, the same for every kind: what a plan creates belongs to the role that runs it, until ALTER ... OWNER TO.
 * Grants come after, since a new owner takes the old one's rights along.
 */
import type { Fact } from "../catalog/fact.ts";
import { factId } from "../catalog/id.ts";
import { kindEntry } from "../catalog/kinds.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import type { ActionDraft } from "./actions.ts";
import { ownerOf } from "./keys.ts";
import { isCreated, type Planning } from "./planning.ts";
import { ownerRank } from "./ranks.ts";
import { unwantedGrants } from "./rules/grant.ts";
import { objectText } from "./text/subject.ts";

/** For an object that is made. */
export function ownersOfNew(fact: Fact, planning: Planning): readonly ActionDraft[] {
  const grants = planning.options.grants === false ? [] : unwantedGrants(fact, planning);
  const owner = declaredOwner(fact);
  if (owner === undefined || followsTable(fact, planning)) return grants;
  return [...changeOwner(fact, planning), ...grants];
}

export function changeOwner(fact: Fact, planning: Planning): readonly ActionDraft[] {
  if (planning.options.owners === false || followsTable(fact, planning)) return [];
  const owner = declaredOwner(fact);
  const name = owner === undefined ? usualOwner(fact, planning) : quoteIdentifier(owner);
  return [
    {
      verb: "alter",
      key: `owner ${fact.id}`,
      statements: [`ALTER ${objectText(fact, planning.to)} OWNER TO ${name}`],
      makes: [ownerOf(fact.id)],
      needs: [fact.id, ...ownedSequences(fact, planning)],
      frees: [],
      claims: [],
      ...(isCreated(planning, fact.id) ? { rank: ownerRank } : {}),
    },
  ];
}

/**
 * Of what says no owner. The schema public is the database owner's since 15 (PostgreSQL documentation, "The Public
 * Schema"); before, and all else, it is the role's that makes it.
 */
function usualOwner(fact: Fact, planning: Planning): string {
  if (fact.kind === "schema" && fact.name.name === "public" && planning.major >= 15) {
    return "pg_database_owner";
  }
  const { role } = planning.options;
  return role === undefined ? "CURRENT_USER" : quoteIdentifier(role);
}

function declaredOwner(fact: Fact): string | undefined {
  return kindEntry(fact.kind).owned === true && "owner" in fact.payload
    ? fact.payload.owner
    : undefined;
}

/** A sequence that a column owns has its table's owner, and changes with it. */
function followsTable(fact: Fact, planning: Planning): boolean {
  if (fact.kind !== "sequence" || fact.payload.ownedBy === undefined) return false;
  const { schema, table } = fact.payload.ownedBy;
  const owner = factId("table", { schema, name: table });
  const before = planning.from.find("sequence", fact.id)?.payload.ownedBy;
  return isCreated(planning, owner) || (before?.schema === schema && before.table === table);
}

/**
 * They are linked to their column before the new table, and they with it, change hands. A table that is there already
 * and a sequence that comes to it each do by themselves, before they are linked.
 */
function ownedSequences(fact: Fact, planning: Planning): readonly string[] {
  if (fact.kind !== "table" || !isCreated(planning, fact.id)) return [];
  return planning.to
    .children(fact.id)
    .flatMap((column) => planning.to.referrers(column.id))
    .filter((other) => other.kind === "sequence" && isCreated(planning, other.id))
    .map((other) => `owned ${other.id}`);
}
