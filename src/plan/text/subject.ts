/** What COMMENT ON, GRANT ON and SECURITY LABEL ON call an object: keyword and name, for every kind that has one. */
import type { Fact } from "../../catalog/fact.ts";
import { defaultNotNullName } from "../../catalog/not_null_name.ts";
import type { Subject } from "../../catalog/payloads/access.ts";
import { aggregateArguments } from "./routine.ts";
import { keywordOf, ownName, qualified, quoted, relationName, routineName } from "./names.ts";
import { notNullName } from "./column.ts";
import type { Side } from "../side.ts";

/** `COLUMN public.t.c`, `CONSTRAINT x ON public.t`. */
export function subjectText(on: Subject, parent: string | undefined, side: Side): string {
  const fact = side.get(on.id);
  if (fact !== undefined) return objectText(fact, side);
  return hiddenText(on, side.get(parent ?? ""));
}

/**
 * An index behind a constraint, a NOT NULL, a trigger's constraint, an identity column's sequence, the type of a
 * table's rows, an array type, a column such as ctid, a view's own rule and a multirange have no fact of their own; a
 * built-in object has none at all, and its id ends with the server's own identity of it.
 */
function hiddenText(on: Subject, carrier: Fact | undefined): string {
  const keyword = keywordOf(on.kind);
  if (on.id.endsWith("[]") && carrier !== undefined) return `TYPE ${elementName(on, carrier)}[]`;
  if (on.kind === "column" && carrier !== undefined) {
    return `${keyword} ${ownName(carrier)}.${on.id.slice(on.id.lastIndexOf(".") + 1)}`;
  }
  if (on.kind === "range" && carrier?.kind === "range") {
    return `${keyword} ${qualified(carrier.payload.multirange)}`;
  }
  // A built-in object, or a function that came with its range type: the id ends with its signature.
  if (carrier === undefined || carrier.kind === "range") {
    return `${keyword} ${on.id.slice(on.id.indexOf(":") + 1)}`;
  }
  if (
    on.kind === "sequence" &&
    carrier.kind === "column" &&
    carrier.payload.identity !== undefined
  ) {
    return `SEQUENCE ${qualified(carrier.payload.identity.sequence)}`;
  }
  const { schema, name } = carrier.name;
  const part = hiddenPart(on, carrier);
  if (part !== undefined) return part;
  return `${keyword} ${schema === undefined ? quoted(name) : qualified({ schema, name })}`;
}

/** The type that an array type is of: the fact's own, or a range's multirange. */
function elementName(on: Subject, carrier: Fact): string {
  const isOther = carrier.kind === "range" && on.id !== `${carrier.id}[]`;
  return isOther ? qualified(carrier.payload.multirange) : ownName(carrier);
}

function hiddenPart(on: Subject, carrier: Fact): string | undefined {
  if (on.kind === "rule") return `RULE "_RETURN" ON ${ownName(carrier)}`;
  const constraint = on.kind === "constraint" ? hiddenConstraint(carrier) : undefined;
  return constraint === undefined ? undefined : `CONSTRAINT ${constraint}`;
}

/** `x ON public.t`: a NOT NULL, or the constraint of a constraint trigger. */
function hiddenConstraint(carrier: Fact): string | undefined {
  const { name } = carrier.name;
  switch (carrier.kind) {
    case "trigger":
      return `${quoted(name)} ON ${relationName(carrier)}`;
    case "domain": {
      const own = carrier.payload.notNull?.name ?? defaultNotNullName(name, undefined);
      return `${quoted(own)} ON DOMAIN ${ownName(carrier)}`;
    }
    case "column": {
      return `${quoted(notNullName(carrier))} ON ${relationName(carrier)}`;
    }
    default:
      return undefined;
  }
}

export function objectText(fact: Fact, side: Side): string {
  return `${keywordOf(fact.kind)} ${objectName(fact, side)}`;
}

export function objectName(fact: Fact, side: Side): string {
  switch (fact.kind) {
    case "column":
    case "attribute":
      return `${relationName(fact)}.${quoted(fact.name.name)}`;
    case "constraint": {
      const isDomain = side.get(fact.parent ?? "")?.kind === "domain";
      return `${quoted(fact.name.name)} ON ${isDomain ? "DOMAIN " : ""}${relationName(fact)}`;
    }
    case "trigger":
    case "rule":
    case "policy":
      return `${quoted(fact.name.name)} ON ${relationName(fact)}`;
    case "function":
    case "procedure":
      return routineName(fact);
    case "aggregate":
      return `${ownName(fact)}(${aggregateArguments(withoutNames(fact))})`;
    case "operator":
      return `${operatorIdentity(fact)}`;
    case "operator_class":
    case "operator_family":
      return `${ownName(fact)} USING ${quoted(fact.payload.method)}`;
    case "cast":
      return `(${fact.payload.source} AS ${fact.payload.target})`;
    case "transform":
      return `FOR ${fact.payload.type} LANGUAGE ${quoted(fact.payload.language)}`;
    default:
      return ownName(fact);
  }
}

type AggregateFact = Extract<Fact, { kind: "aggregate" }>;

function withoutNames(fact: AggregateFact): AggregateFact["payload"] {
  const list = fact.payload.arguments ?? [];
  return {
    ...fact.payload,
    arguments: list.map(({ name: _name, default: _default, ...rest }) => rest),
  };
}

/** `public.=== (integer, text)` */
export function operatorIdentity(fact: Extract<Fact, { kind: "operator" }>): string {
  const { schema, name } = fact.name;
  const { left, right } = fact.payload;
  return `${quoted(schema ?? "public")}.${name} (${left ?? "NONE"}, ${right ?? "NONE"})`;
}
