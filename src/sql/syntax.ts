/**
 * Careful reading of libpg-query's tree, which is JSON: a node in a list or of any kind is wrapped as
 * `{ "CreateStmt": { ... } }`, a node of a known kind is bare, and what is false, zero or empty is absent.
 */
import type { JsonValue } from "../core/errors.ts";

export interface SyntaxNode {
  readonly [field: string]: JsonValue | undefined;
}

export interface TypedNode {
  readonly kind: string;
  readonly body: SyntaxNode;
}

const absent: SyntaxNode = {};

/** The boundary where what the parser answers becomes a tree of ours. */
export function asSyntaxNode(value: unknown): SyntaxNode {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // It comes from JSON.parse, so an object has only JSON values.
  return isObject ? (value as SyntaxNode) : absent;
}

/** The one entry of a wrapper. */
export function typedNode(value: JsonValue | undefined): TypedNode | undefined {
  const node = asSyntaxNode(value);
  const [kind] = Object.keys(node);
  return kind === undefined ? undefined : { kind, body: asSyntaxNode(node[kind]) };
}

export function textAt(node: SyntaxNode, field: string): string | undefined {
  const value = node[field];
  return typeof value === "string" ? value : undefined;
}

export function numberAt(node: SyntaxNode, field: string): number | undefined {
  const value = node[field];
  return typeof value === "number" ? value : undefined;
}

export function flagAt(node: SyntaxNode, field: string): boolean {
  return node[field] === true;
}

/** A node of a known kind; an empty one when it is absent, so that reading goes on. */
export function nodeAt(node: SyntaxNode, field: string): SyntaxNode {
  return asSyntaxNode(node[field]);
}

/** The elements of a list; none when there is no list. */
export function elementsOf(value: unknown): readonly JsonValue[] {
  // Array.isArray makes elements `any`; in a tree that comes from JSON they are JSON.
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

export function childrenAt(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return elementsOf(node[field]).map(asSyntaxNode);
}

export function typedChildrenAt(node: SyntaxNode, field: string): readonly TypedNode[] {
  return elementsOf(node[field]).flatMap((child) => typedNode(child) ?? []);
}

/** The strings of a list of `String` nodes, which is how the tree writes a dotted name. */
export function namesOf(value: JsonValue | undefined): readonly string[] {
  return elementsOf(value).flatMap((part) => {
    const typed = typedNode(part);
    return typed?.kind === "String" ? (textAt(typed.body, "sval") ?? "") : [];
  });
}

/** The value of a constant: a string, an integer, a float as written, a boolean. */
export function constantOf(value: JsonValue | undefined): string | undefined {
  const typed = typedNode(value);
  return typed === undefined ? undefined : constants[typed.kind]?.(typed.body);
}

/** What is empty, zero or false is absent from the tree. */
const constants: Readonly<Record<string, (body: SyntaxNode) => string | undefined>> = {
  String: (body) => textAt(body, "sval") ?? "",
  Integer: (body) => String(numberAt(body, "ival") ?? 0),
  Float: (body) => textAt(body, "fval"),
  Boolean: (body) => String(flagAt(body, "boolval")),
  TypeCast: (body) => constantOf(body["arg"]),
  // A word that is no reserved one, such as `off` in an option.
  TypeName: (body) => namesOf(body["names"]).at(-1),
  A_Const: (body) => {
    const kinds = { sval: "String", ival: "Integer", fval: "Float", boolval: "Boolean" } as const;
    for (const [field, kind] of Object.entries(kinds)) {
      if (body[field] !== undefined) return constants[kind]?.(nodeAt(body, field));
    }
    return undefined;
  },
};

/** Options of a `WITH (...)` or of a command in parentheses, by name; without a value they are `true`. */
export function optionsAt(node: SyntaxNode, field: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const child of typedChildrenAt(node, field)) {
    const name = textAt(child.body, "defname");
    const { arg } = child.body;
    if (name !== undefined) options.set(name, arg === undefined ? "true" : (constantOf(arg) ?? ""));
  }
  return options;
}

/** What PostgreSQL takes for false in an option. */
export function isOff(value: string | undefined): boolean {
  return value !== undefined && /^(?:0|off|false|no)$/i.test(value);
}

/** Calls back for each wrapped node below, the node's kind first. It runs for every statement, so it is plain. */
export function walk(
  value: JsonValue | SyntaxNode | undefined,
  visit: (node: TypedNode) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const element of elementsOf(value)) walk(element, visit);
    return;
  }
  const node = asSyntaxNode(value);
  for (const field in node) {
    const below = node[field];
    if (typeof below !== "object" || below === null) continue;
    if (isNodeKind(field)) visit({ kind: field, body: asSyntaxNode(below) });
    walk(below, visit);
  }
}

/** Kinds of node begin with a capital letter, fields with a small one. */
export function isNodeKind(field: string): boolean {
  const code = field.charCodeAt(0);
  return code >= 65 && code <= 90;
}
