/**
 * How each kind of object is called in a statement: `public.t`, `c ON public.t`, `public.f(integer)`. The only
 * place in the plan that puts names together.
 */
import type { FactName } from "../../catalog/id.ts";
import type { Kind } from "../../catalog/kinds.ts";
import { kindEntry } from "../../catalog/kinds.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import { InternalError } from "../../core/errors.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../sql/quote.ts";

export interface Named {
  readonly kind: Kind;
  readonly name: FactName;
}

/** `schema.name` of an object that a payload names. */
export function qualified(name: QualifiedName): string {
  return quoteQualifiedName(name.schema, name.name);
}

/** `schema.name` of a fact that lives in a schema; the bare name of one that does not. */
export function ownName(fact: Named): string {
  return quoteQualifiedName(fact.name.schema, fact.name.name);
}

/** `schema.table` of a fact that belongs to a relation or a domain. */
export function relationName(fact: Named): string {
  return quoteQualifiedName(fact.name.schema, fact.name.relation);
}

/** `schema.f(integer, text)`. */
export function routineName(fact: Named): string {
  return `${ownName(fact)}(${(fact.name.arguments ?? []).join(", ")})`;
}

export function quoted(name: string): string {
  return quoteIdentifier(name);
}

export function quotedList(names: readonly string[]): string {
  return names.map((name) => quoteIdentifier(name)).join(", ");
}

/** An operator's name is symbols: only its schema is quoted. */
export function operatorName(name: QualifiedName): string {
  return `${quoteIdentifier(name.schema)}.${name.name}`;
}

/** OPERATOR(schema.symbol), the form that expressions and lists of options take. */
export function operatorReference(name: QualifiedName): string {
  return `OPERATOR(${operatorName(name)})`;
}

/** The word that COMMENT ON, ALTER ... OWNER TO and the like use for the kind. */
export function keywordOf(kind: Kind): string {
  const keyword = kindEntry(kind).keyword;
  if (keyword === undefined) throw new InternalError(`no keyword for ${kind}`);
  return keyword;
}
