/**
 * Grants on objects and columns. An object that is made gets what the default privileges of the moment give it: a
 * grant is the difference to that, and what they give too much is taken back.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { Grantee, Privileges, Subject } from "../../catalog/payloads/access.ts";
import { sameValue } from "../../catalog/compare.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import type { ActionDraft } from "../actions.ts";
import { ownerOf } from "../keys.ts";
import { isCreated, type Planning } from "../planning.ts";
import { alterBy, type Rule } from "../rule.ts";
import type { Side } from "../side.ts";
import {
  aclClassOf,
  allPrivileges,
  granteeText,
  grantStatements,
  usualPrivileges,
} from "../text/grants.ts";
import { ownName, quoted, relationName } from "../text/names.ts";
import { plainArguments } from "../text/routine.ts";
import { subjectText } from "../text/subject.ts";
import { goesWithParent } from "./attached.ts";
import { givenByDefault } from "./default_privileges.ts";

type Grant = FactOf<"grant">;

export const grantRule: Rule<"grant"> = {
  kind: "grant",
  create: (fact, planning) => {
    const isNew = fact.parent !== undefined && isCreated(planning, fact.parent);
    const before = isNew ? initialPrivileges(fact, planning) : usual(fact, planning);
    const statements = changed(
      { fact, side: planning.to, from: before, to: fact.payload.privileges },
      planning,
    );
    const { needs = [], ...create } = draft("create", statements, fact);
    return [{ ...create, needs: [...needs, ...previous(fact, planning)] }];
  },
  drop: (fact, planning) => {
    const statements = changed(
      { fact, side: planning.from, from: fact.payload.privileges, to: usual(fact, planning) },
      planning,
    );
    return [{ verb: "drop", statements }];
  },
  alter: ({ from, to }, planning) => {
    const statements = changed(
      { fact: to, side: planning.to, from: from.payload.privileges, to: to.payload.privileges },
      planning,
    );
    return alterBy(draft("alter", statements, to));
  },
  dropsWith: goesWithParent,
};

function draft(verb: "create" | "alter", statements: readonly string[], fact: Grant): ActionDraft {
  const own = [...fact.references, ...(fact.parent === undefined ? [] : [fact.parent])];
  return { verb, statements, needs: [...own, ...own.map(ownerOf)] };
}

/** The server keeps grants in the order in which they were made, and so do the facts of an object. */
function previous(fact: Grant, planning: Planning): readonly string[] {
  if (fact.parent === undefined) return [];
  const siblings = planning.to.childrenOf("grant", fact.parent);
  const before = siblings[siblings.findIndex(({ id }) => id === fact.id) - 1];
  return before !== undefined && isCreated(planning, before.id) ? [before.id] : [];
}

/** Grants that default privileges would make on a new object and that nobody declared. */
export function unwantedGrants(fact: Fact, planning: Planning): readonly ActionDraft[] {
  const declared = planning.to.childrenOf("grant", fact.id).map(({ payload }) => payload);
  return givenByDefault(fact, planning).flatMap(({ grantee, privileges }, position) => {
    if (declared.some((payload) => isSameGrantee(payload, grantee))) return [];
    // The owner's rights are the owner's, whatever was granted before the object was handed over.
    if (grantee.to === "role" && grantee.role === ownerName(fact)) return [];
    const aclClass = aclClassOf(fact.kind);
    const statements = grantStatements({
      from: privileges,
      to: usualPrivileges(grantee, aclClass, planning.major),
      all: allPrivileges(aclClass, planning.major),
      on: `ON ${grantText(fact, fact.parent, planning.to)}`,
      grantee: granteeText(grantee, ownerName(fact)),
    });
    if (statements.length === 0) return [];
    return [
      {
        verb: "alter",
        key: `revoke ${fact.id} ${position}`,
        statements,
        makes: [],
        needs: [fact.id, ownerOf(fact.id)],
        claims: [],
      },
    ];
  });
}

function isSameGrantee(left: Grantee, right: Grantee): boolean {
  return left.to === right.to && sameValue(left.role ?? null, right.role ?? null);
}

function usual(fact: Grant, planning: Planning): Privileges {
  const { grantor, on, to } = fact.payload;
  if (grantor !== undefined) return {};
  if (on.id === publicSchema && to === "public") return publicsInPublic(planning.major);
  return usualPrivileges(fact.payload, aclClassOf(fact.payload.on.kind), planning.major);
}

const publicSchema = "schema:public";

/** What initdb granted to everybody. */
function publicsInPublic(major: number): Privileges {
  return major >= 15 ? { USAGE: "plain" } : { USAGE: "plain", CREATE: "plain" };
}

function initialPrivileges(fact: Grant, planning: Planning): Privileges {
  const object = planning.to.get(fact.payload.on.id);
  if (object === undefined || fact.payload.grantor !== undefined) return usual(fact, planning);
  const given = givenByDefault(object, planning).find(({ grantee }) =>
    isSameGrantee(fact.payload, grantee),
  );
  return given?.privileges ?? usual(fact, planning);
}

interface PrivilegeChange {
  readonly fact: Grant;
  readonly side: Side;
  readonly from: Privileges;
  readonly to: Privileges;
}

function changed({ fact, side, from, to }: PrivilegeChange, planning: Planning): readonly string[] {
  const { payload } = fact;
  const { on, grantor } = payload;
  const aclClass = aclClassOf(on.kind);
  const object = side.get(on.id);
  const isColumn = object?.kind === "column";
  const statements = grantStatements({
    from,
    to,
    all: allPrivileges(aclClass, planning.major),
    ...(isColumn ? { columns: `(${quoted(object.name.name)})` } : {}),
    on: isColumn
      ? `ON TABLE ${relationName(object)}`
      : `ON ${grantText(on, fact.parent, side)}`,
    grantee: granteeText(payload, ownerName(isColumn ? side.get(object.parent ?? "") : object)),
  });
  if (grantor === undefined || statements.length === 0) return statements;
  return [`SET ROLE ${quoteIdentifier(grantor)}`, ...statements, "RESET ROLE"];
}

/** GRANT has no word for views, calls foreign objects by longer names, and aggregates functions of plain arguments. */
function grantText(on: Subject, parent: string | undefined, side: Side): string {
  const aggregate = side.find("aggregate", on.id);
  if (aggregate !== undefined) {
    return `FUNCTION ${ownName(aggregate)}(${plainArguments(aggregate.payload)})`;
  }
  const name = subjectText(on, parent, side).replace(
    /^(MATERIALIZED VIEW|FOREIGN TABLE|VIEW) /,
    "TABLE ",
  );
  return on.kind === "server" ? `FOREIGN ${name}` : name;
}

/** Undefined: the role that all is made by. */
function ownerName(fact: Fact | undefined): string | undefined {
  if (fact === undefined || !("owner" in fact.payload)) return undefined;
  return fact.payload.owner;
}
