/**
 * The one place that prints a fact's id. Ids are keys and are shown to people; they are never sent to a server, which
 * is why keywords are not quoted: what counts as a keyword differs between majors and an id must not.
 */
import type { Kind } from "./kinds.ts";

/** Printable and stable, such as `column:public.orders.total`; made by this file and by nothing else. */
export type FactId = string;

export interface FactName {
  readonly schema?: string;
  /** The table, view, domain or type that the fact belongs to by name: of columns, constraints, triggers, rules. */
  readonly relation?: string;
  readonly name: string;
  /** Argument types that tell overloads apart, as the server formats them: of routines, aggregates, operators. */
  readonly arguments?: readonly string[];
}

export function factId(kind: Kind, name: FactName): FactId {
  return `${kind}:${printName(name)}`;
}

/** How the ids of all that a relation has of one kind begin: with the printed name behind it, it is a fact's id. */
export function memberIds(kind: Kind, schema: string, relation: string): string {
  return `${kind}:${printPart(schema)}.${printPart(relation)}.`;
}

/** The name without the kind, as a person would write it: `public.orders.total`, `public.add(integer,integer)`. */
export function printName(name: FactName): string {
  let text = "";
  if (name.schema !== undefined) text += `${printPart(name.schema)}.`;
  if (name.relation !== undefined) text += `${printPart(name.relation)}.`;
  text += printPart(name.name);
  return name.arguments === undefined ? text : `${text}(${name.arguments.join(",")})`;
}

const plainPart = /^[a-z_][a-z0-9_]*$/;

export function printPart(part: string): string {
  return plainPart.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
}

/**
 * Of grants, comments and labels: named after what they are on, `comment:table:public.orders`, and by whom where that
 * tells them apart, `grant:table:public.orders->reporting`.
 */
export function attachedFactId(kind: Kind, on: FactId, whom?: string): FactId {
  return whom === undefined ? `${kind}:${on}` : `${kind}:${on}->${whom}`;
}
