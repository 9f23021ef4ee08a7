/**
 * Grants on objects and columns. An object that is made gets what the default privileges of the moment give it: a
 * grant is the difference to that, and what they give too much is taken back.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { Grantee, Privileges, Subject } from "../../catalog/payloads/access.ts";
import { factId, type FactId, type FactName } from "../../catalog/id.ts";
import { sameValue } from "../../catalog/compare.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import type { ActionDraft } from "../actions.ts";
import { ownerOf, rightsOf } from "../keys.ts";
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
    const { privileges } = fact.payload;
    const change = { fact, side: planning.to };
    const statements = isBuiltIn(fact, planning)
      ? [
          ...changed({ ...change, from: everything(fact, planning), to: {} }, planning),
          ...changed({ ...change, from: {}, to: privileges }, planning),
        ]
      : changed({ ...change, from: before, to: privileges }, planning);
    const { needs = [], ...create } = draft("create", { statements, fact }, planning);
    return [{ ...create, needs: [...needs, ...previous(fact, planning)] }];
  },
  drop: (fact, planning) => {
    const statements = changed(
      { fact, side: planning.from, from: fact.payload.privileges, to: usual(fact, planning) },
      planning,
    );
    return [{ verb: "drop", statements, makes: [rightsOf(fact.payload.on.id)] }];
  },
  alter: ({ from, to }, planning) => {
    const statements = changed(
      { fact: to, side: planning.to, from: from.payload.privileges, to: to.payload.privileges },
      planning,
    );
    return alterBy(draft("alter", { statements, fact: to }, planning));
  },
  dropsWith: goesWithParent,
};

/** What initdb granted on a built-in object only the server knows: all is taken back first. */
function isBuiltIn({ parent, payload }: Grant, planning: Planning): boolean {
  return parent === undefined && planning.to.get(payload.on.id) === undefined;
}

function everything({ payload }: Grant, { major }: Planning): Privileges {
  const all = allPrivileges(aclClassOf(payload.on.kind), major);
  return Object.fromEntries(all.map((privilege) => [privilege, "plain"]));
}

function draft(
  verb: "create" | "alter",
  { statements, fact }: { readonly statements: readonly string[]; readonly fact: Grant },
  planning: Planning,
): ActionDraft {
  const own = [...fact.references, ...(fact.parent === undefined ? [] : [fact.parent])];
  const { on } = fact.payload;
  // REVOKE on a table takes the same rights on its columns away: they are granted after it.
  const rights = on.kind === "column" ? columnRights(fact, planning) : [];
  const makes = on.kind === "column" ? [fact.id] : [fact.id, rightsOf(on.id)];
  return { verb, statements, makes, needs: [...own, ...own.map(ownerOf), ...rights] };
}

/** And after the table's owner, whose rights a new owner takes over. */
function columnRights(fact: Grant, planning: Planning): readonly string[] {
  const { on } = fact.payload;
  const column = planning.to.find("column", on.id);
  const table = column === undefined ? fact.parent : column.parent;
  if (table !== undefined) return [rightsOf(table), ownerOf(table)];
  const builtIn = builtInColumn(on);
  if (builtIn === undefined) return [];
  return [rightsOf(`table:${builtIn.table}`), rightsOf(`view:${builtIn.table}`)];
}

/** A column's rights that stay and that the table's REVOKE takes along. */
function columnsAgain({ fact, from, to }: PrivilegeChange, planning: Planning): readonly string[] {
  const { grantor } = fact.payload;
  const isRevoked = Object.keys(from).some((name) => from[name] !== to[name]);
  if (!isRevoked || grantor !== undefined) return [];
  return grantsOnColumns(fact, planning.to).flatMap((grant) => {
    const isSame = isSameGrantee(grant.payload, fact.payload);
    if (!isSame || isCreated(planning, grant.id) || planning.fates.alters.has(grant.id)) return [];
    return changed(
      { fact: grant, side: planning.to, from: {}, to: grant.payload.privileges },
      planning,
    );
  });
}

/** Of what is no fact, the columns are none either. */
function grantsOnColumns({ payload: { on } }: Grant, side: Side): readonly Grant[] {
  if (aclClassOf(on.kind) !== "r") return [];
  if (side.get(on.id) !== undefined) {
    const columns = side.childrenOf("column", on.id);
    return columns.flatMap(({ id }) => side.childrenOf("grant", id));
  }
  return side.ofKind("grant").filter(({ payload }) => {
    const column = payload.on.kind === "column" ? builtInColumn(payload.on) : undefined;
    return column !== undefined && `${on.kind}:${column.table}` === on.id;
  });
}

/** The server keeps grants in the order in which they were made, and so do the facts of an object. */
function previous(fact: Grant, planning: Planning): readonly string[] {
  if (fact.parent === undefined) return [];
  const { id: object } = fact.payload.on;
  const siblings = planning.to
    .childrenOf("grant", fact.parent)
    .filter(({ payload }) => payload.on.id === object);
  const before = siblings[siblings.findIndex(({ id }) => id === fact.id) - 1];
  return before !== undefined && isCreated(planning, before.id) ? [before.id] : [];
}

/** Grants that default privileges would make on a new object and that nobody declared. */
export function unwantedGrants(fact: Fact, planning: Planning): readonly ActionDraft[] {
  if (fact.kind === "column") return unwantedOnIdentity(fact, planning);
  const own = unwantedOn({ kind: fact.kind, id: fact.id }, fact, planning);
  if (fact.kind !== "range") return own;
  const functions = rangeFunctions(fact);
  return [
    ...own,
    ...functions.flatMap((id) => unwantedOn({ kind: "function", id }, fact, planning)),
  ];
}

/** An identity's sequence is made with its column, and gets what default privileges give to sequences. */
function unwantedOnIdentity(column: FactOf<"column">, planning: Planning): readonly ActionDraft[] {
  const { identity } = column.payload;
  if (identity === undefined) return [];
  const id = factId("sequence", identity.sequence);
  return unwantedOn({ kind: "sequence", id }, column, planning);
}

/** The functions that make a range or a multirange, which come with the type and have no facts of their own. */
function rangeFunctions(fact: FactOf<"range">): readonly FactId[] {
  const { subtype, multirange } = fact.payload;
  const { schema = "public" } = fact.name;
  const range = ownName(fact);
  const id = (name: FactName, args: readonly string[]): FactId =>
    factId("function", { ...name, arguments: args });
  return [
    id({ schema, name: fact.name.name }, [subtype, subtype]),
    id({ schema, name: fact.name.name }, [subtype, subtype, "text"]),
    id(multirange, []),
    id(multirange, [range]),
    id(multirange, [`${range}[]`]),
  ];
}

function unwantedOn(on: Subject, fact: Fact, planning: Planning): readonly ActionDraft[] {
  const declared = planning.to
    .childrenOf("grant", fact.id)
    .flatMap(({ payload }) => (payload.on.id === on.id ? [payload] : []));
  const given = givenByDefault({ kind: on.kind, name: fact.name }, planning);
  const holder = ownedBy(fact, planning.to) ?? fact;
  const owner = ownerName(holder);
  return given.flatMap(({ grantee, privileges }, position) => {
    if (declared.some((payload) => isSameGrantee(payload, grantee))) return [];
    const aclClass = aclClassOf(on.kind);
    // An owner's rights are the owner's, whatever was granted before the object was handed over.
    const isOwner = grantee.to === "role" && grantee.role === owner;
    const statements = grantStatements({
      from: privileges,
      to: isOwner ? plainly(privileges) : usualPrivileges(grantee, aclClass, planning.major),
      all: allPrivileges(aclClass, planning.major),
      on: `ON ${grantText(on, on.id === fact.id ? fact.parent : fact.id, planning.to)}`,
      grantee: granteeText(grantee, owner),
    });
    if (statements.length === 0) return [];
    return [
      {
        verb: "alter",
        key: `revoke ${on.id} ${position}`,
        statements,
        makes: [rightsOf(fact.id)],
        needs: [fact.id, ownerOf(holder.id)],
        claims: [],
      },
    ];
  });
}

function plainly(privileges: Privileges): Privileges {
  return Object.fromEntries(Object.keys(privileges).map((name) => [name, "plain"]));
}

function isSameGrantee(left: Grantee, right: Grantee): boolean {
  return left.to === right.to && sameValue(left.role ?? null, right.role ?? null);
}

function usual(fact: Grant, planning: Planning): Privileges {
  const { grantor, on, to } = fact.payload;
  if (grantor !== undefined) return {};
  if (fact.initially !== undefined) return fact.initially;
  if (on.id === publicSchema && to === "public") return publicsInPublic(planning.major);
  return usualPrivileges(fact.payload, aclClassOf(on.kind), planning.major);
}

const publicSchema = "schema:public";

/** What initdb granted to everybody. */
function publicsInPublic(major: number): Privileges {
  return major >= 15 ? { USAGE: "plain" } : { USAGE: "plain", CREATE: "plain" };
}

function initialPrivileges(fact: Grant, planning: Planning): Privileges {
  const { on } = fact.payload;
  const object = planning.to.get(on.id) ?? hiddenFunction(fact, planning);
  if (object === undefined || fact.payload.grantor !== undefined) return usual(fact, planning);
  const given = givenByDefault(object, planning).find(({ grantee }) =>
    isSameGrantee(fact.payload, grantee),
  );
  return given?.privileges ?? usual(fact, planning);
}

function hiddenFunction(
  { payload, parent }: Grant,
  planning: Planning,
): Pick<Fact, "kind" | "name"> | undefined {
  const range = planning.to.find("range", parent);
  return range === undefined ? undefined : { kind: payload.on.kind, name: range.name };
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
  const column = object?.kind === "column" ? columnOf(object) : builtInColumn(on);
  const statements = grantStatements({
    from,
    to,
    all: allPrivileges(aclClass, planning.major),
    ...(column === undefined ? {} : { columns: `(${column.name})` }),
    on:
      column === undefined ? `ON ${grantText(on, fact.parent, side)}` : `ON TABLE ${column.table}`,
    grantee: granteeText(payload, ownerName(ownedBy(object ?? side.get(fact.parent ?? ""), side))),
  });
  if (grantor === undefined || statements.length === 0) {
    return [...statements, ...columnsAgain({ fact, side, from, to }, planning)];
  }
  return [`SET ROLE ${quoteIdentifier(grantor)}`, ...statements, "RESET ROLE"];
}

interface ColumnName {
  readonly table: string;
  readonly name: string;
}

function columnOf(column: FactOf<"column">): ColumnName {
  return { table: relationName(column), name: quoted(column.name.name) };
}

/** Of a table that is no fact: its id ends with the server's own identity of it. */
function builtInColumn(on: Grant["payload"]["on"]): ColumnName | undefined {
  const [, table, name] = /^column:(.+)\.("(?:[^"]|"")+"|[^."]+)$/.exec(on.id) ?? [];
  return table === undefined || name === undefined ? undefined : { table, name };
}

/** A column, and what hides behind one, has its table's owner. */
function ownedBy(holder: Fact | undefined, side: Side): Fact | undefined {
  return holder?.kind === "column" ? side.get(holder.parent ?? "") : holder;
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
