/**
 * Default privileges. They are changed last of all, so that what the plan makes gets those of the from-side, which
 * are known when it is planned.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { Grantee, Privileges } from "../../catalog/payloads/access.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import type { Planning } from "../planning.ts";
import { alterBy, type Rule } from "../rule.ts";
import {
  aclClassOf,
  allPrivileges,
  granteeText,
  grantStatements,
  usualPrivileges,
  type AclClass,
} from "../text/grants.ts";

type DefaultPrivileges = FactOf<"default_privileges">;

export const defaultPrivilegesRule: Rule<"default_privileges"> = {
  kind: "default_privileges",
  create: (fact, planning) => [
    {
      verb: "create",
      statements: statements(
        { fact, from: usual(fact, planning), to: fact.payload.privileges },
        planning,
      ),
      rank: last,
    },
  ],
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: statements(
        { fact, from: fact.payload.privileges, to: usual(fact, planning) },
        planning,
      ),
      rank: last,
    },
  ],
  alter: ({ from, to }, planning) =>
    alterBy({
      verb: "alter",
      statements: statements(
        { fact: to, from: from.payload.privileges, to: to.payload.privileges },
        planning,
      ),
      rank: last,
    }),
};

const last = 10_000;

const classes: Readonly<Record<DefaultPrivileges["payload"]["objects"], AclClass>> = {
  tables: "r",
  sequences: "s",
  functions: "f",
  types: "T",
  schemas: "n",
  "large objects": "s",
};

interface DefaultsChange {
  readonly fact: DefaultPrivileges;
  readonly from: Privileges;
  readonly to: Privileges;
}

function statements({ fact, from, to }: DefaultsChange, planning: Planning): readonly string[] {
  const { creator, schema, objects } = fact.payload;
  const role = creator === undefined ? "" : ` FOR ROLE ${quoteIdentifier(creator)}`;
  const place = schema === undefined ? "" : ` IN SCHEMA ${quoteIdentifier(schema)}`;
  const all =
    objects === "large objects"
      ? ["SELECT", "UPDATE"]
      : allPrivileges(classes[objects], planning.major);
  return grantStatements({
    from,
    to,
    all,
    on: `ON ${objects.toUpperCase()}`,
    grantee: granteeText(fact.payload, creator),
  }).map((statement) => `ALTER DEFAULT PRIVILEGES${role}${place} ${statement}`);
}

/** Those of a schema are added to the others: by themselves they are nothing. */
function usual(fact: DefaultPrivileges, planning: Planning): Privileges {
  const { payload } = fact;
  if (payload.schema !== undefined) return {};
  return usualPrivileges(payload, classes[payload.objects], planning.major);
}

export interface GivenPrivileges {
  readonly grantee: Grantee;
  readonly privileges: Privileges;
}

const objectsOf: Readonly<Partial<Record<Fact["kind"], DefaultPrivileges["payload"]["objects"]>>> =
  {
    table: "tables",
    foreign_table: "tables",
    view: "tables",
    materialized_view: "tables",
    sequence: "sequences",
    function: "functions",
    procedure: "functions",
    aggregate: "functions",
    enum: "types",
    domain: "types",
    composite: "types",
    range: "types",
    base_type: "types",
    schema: "schemas",
  };

/** What a new object has at once, grantee by grantee, where it is not the server's own default. */
export function givenByDefault(
  fact: Pick<Fact, "kind" | "name">,
  planning: Planning,
): readonly GivenPrivileges[] {
  const objects = objectsOf[fact.kind];
  if (objects === undefined) return [];
  const given = new Map<string, GivenPrivileges>();
  const aclClass = aclClassOf(fact.kind);
  for (const { payload } of defaultPrivileges(planning)) {
    const isHere = payload.schema === undefined || payload.schema === fact.name.schema;
    if (payload.objects !== objects || !isHere || payload.creator !== planning.options.role)
      continue;
    const key = `${payload.to} ${payload.role ?? ""}`;
    const before = given.get(key)?.privileges;
    const base =
      payload.schema === undefined
        ? {}
        : (before ?? usualPrivileges(payload, aclClass, planning.major));
    given.set(key, { grantee: payload, privileges: { ...base, ...payload.privileges } });
  }
  return [...given.values()];
}

/** Those without a schema first: those of a schema are added to them. */
function defaultPrivileges(planning: Planning): readonly DefaultPrivileges[] {
  const isLocal = (fact: DefaultPrivileges): number => (fact.payload.schema === undefined ? 0 : 1);
  const found = planning.from.ofKind("default_privileges");
  return found.toSorted((left, right) => isLocal(left) - isLocal(right));
}
