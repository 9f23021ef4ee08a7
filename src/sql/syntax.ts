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

/**
 * Calls back for each wrapped node below, a node before what is in it, in the order of the text. It keeps its own list
 * of what is still to be looked at: the tree of `1 + 1 + ...` is as deep as that is long, deeper than calls may go.
 */
export function walk(
  value: JsonValue | SyntaxNode | undefined,
  visit: (node: TypedNode) => void,
): void {
  const left: unknown[] = [value];
  const kinds: (string | undefined)[] = [undefined];
  while (left.length > 0) {
    const next = left.pop();
    const kind = kinds.pop();
    if (typeof next !== "object" || next === null) continue;
    if (kind !== undefined) visit({ kind, body: asSyntaxNode(next) });
    pushBelow(next, left, kinds);
  }
}

/** Whether objects stand in each other so many times. */
export function isDeeperThan(value: unknown, depthMax: number): boolean {
  const left: unknown[] = [value];
  const depths = [0];
  while (left.length > 0) {
    const next = left.pop();
    const depth = depths.pop() ?? 0;
    if (typeof next !== "object" || next === null) continue;
    if (depth > depthMax) return true;
    for (const below of Object.values(next)) {
      left.push(below);
      depths.push(depth + 1);
    }
  }
  return false;
}

/** Last first, so that the first is taken first. */
function pushBelow(value: object, left: unknown[], kinds: (string | undefined)[]): void {
  if (Array.isArray(value)) {
    for (let at = value.length - 1; at >= 0; at -= 1) {
      left.push(value[at]);
      kinds.push(undefined);
    }
    return;
  }
  const node = asSyntaxNode(value);
  const start = left.length;
  for (const field in node) {
    const below = node[field];
    if (typeof below !== "object" || below === null) continue;
    left.push(below);
    kinds.push(isNodeKind(field) ? field : undefined);
  }
  reverseFrom(left, start);
  reverseFrom(kinds, start);
}

function reverseFrom(list: unknown[], start: number): void {
  for (let low = start, high = list.length - 1; low < high; low += 1, high -= 1) {
    [list[low], list[high]] = [list[high], list[low]];
  }
}

/** Kinds of node begin with a capital letter, fields with a small one. */
export function isNodeKind(field: string): boolean {
  const code = field.charCodeAt(0);
  return code >= 65 && code <= 90;
}
