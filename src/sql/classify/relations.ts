/**
 * The relations that a statement names, and what it does to each, and the functions that it calls, in one walk over
 * its tree. A name that a WITH clause of the statement defines is not a relation. Names inside function bodies are text
 * to the parser and are not seen.
 */
import type { JsonValue } from "../../core/errors.ts";
import type { QualifiedName, RelationUse } from "../facts.ts";
import {
  asSyntaxNode,
  elementsOf,
  isNodeKind,
  namesOf,
  nodeAt,
  type SyntaxNode,
  textAt,
  typedChildrenAt,
} from "../syntax.ts";
import type { StatementKind } from "./kinds.ts";
import { objectTypeName } from "./labels.ts";

type Role = RelationUse["role"];

/** Fields, by the kind of node that they are in, whose relation is not merely read. */
const roleOfField: Readonly<Record<string, Readonly<Record<string, Role>>>> = {
  AlterSeqStmt: { sequence: "altered" },
  CompositeTypeStmt: { typevar: "created" },
  Constraint: { pktable: "read" },
  CreatePolicyStmt: { table: "altered" },
  AlterPolicyStmt: { table: "altered" },
  CreateSeqStmt: { sequence: "created" },
  DeleteStmt: { relation: "written" },
  CreateStmt: { inhRelations: "altered", relation: "created" },
  GrantStmt: { objects: "altered" },
  InsertStmt: { relation: "written" },
  IntoClause: { rel: "created" },
  LockStmt: { relations: "altered" },
  MergeStmt: { relation: "written" },
  PartitionCmd: { name: "altered" },
  PublicationTable: { relation: "altered" },
  TruncateStmt: { relations: "written" },
  UpdateStmt: { relation: "written" },
  VacuumRelation: { relation: "altered" },
  ViewStmt: { view: "created" },
};

/** Bare nodes (not wrapped with their kind) in the fields that hold them. */
const bareNodes: Readonly<Record<string, string>> = {
  into: "IntoClause",
  intoClause: "IntoClause",
};

export interface Survey {
  readonly relations: readonly RelationUse[];
  readonly functions: readonly string[];
}

export function surveyOf(node: string, tree: SyntaxNode, kind: StatementKind): Survey {
  const named: RelationUse[] = [];
  const functions = new Set<string>();
  const commonTables = new Set<string>();
  const note = (found: string, body: SyntaxNode): void => {
    if (found === "FuncCall") functions.add(namesOf(body["funcname"]).join("."));
    else if (found === "CommonTableExpr") commonTables.add(textAt(body, "ctename") ?? "");
  };
  const addRelation = (body: SyntaxNode, name: string, role: Role): void => {
    const created = role === "created" ? createdKind(node, tree) : undefined;
    named.push({
      ...qualified(body, name),
      role,
      ...(created === undefined ? {} : { kind: created }),
    });
  };
  const roleIn = (owner: string, field: string): Role => {
    const own = owner === node && field === "relation" ? (kind.role ?? "altered") : "read";
    return roleOfField[owner]?.[field] ?? own;
  };
  const visitFields = (body: SyntaxNode, owner: string, role: Role): void => {
    for (const field in body) {
      const below = body[field];
      if (typeof below !== "object") continue;
      if (isNodeKind(field)) {
        note(field, asSyntaxNode(below));
        visit(below, field, field === "RangeVar" ? role : "read");
      } else visit(below, bareNodes[field] ?? owner, roleIn(owner, field));
    }
  };
  const visit = (value: JsonValue | SyntaxNode | undefined, owner: string, role: Role): void => {
    if (Array.isArray(value)) {
      for (const element of elementsOf(value)) visit(element, owner, role);
      return;
    }
    const body = asSyntaxNode(value);
    const name = textAt(body, "relname");
    if (name === undefined) visitFields(body, owner, role);
    else addRelation(body, name, role);
  };
  visit(tree, node, "read");
  named.push(...droppedRelations(node, tree), ...createdIndex(node, tree));
  return { relations: distinct(named, commonTables), functions: [...functions] };
}

/** Each once, in order, without those that the statement's WITH clauses define. */
function distinct(
  named: readonly RelationUse[],
  hidden: ReadonlySet<string>,
): readonly RelationUse[] {
  const found = new Map<string, RelationUse>();
  for (const use of named) {
    if (use.schema === undefined && hidden.has(use.name)) continue;
    // No name is empty, and none has a NUL.
    const key = [use.role, use.schema ?? "", use.name].join("\u0000");
    if (!found.has(key)) found.set(key, use);
  }
  return [...found.values()];
}

export function relationAt(tree: SyntaxNode, field: string): QualifiedName | undefined {
  const body = nodeAt(tree, field);
  const name = textAt(body, "relname");
  return name === undefined ? undefined : qualified(body, name);
}

function qualified(body: SyntaxNode, name: string): QualifiedName {
  const schema = textAt(body, "schemaname");
  return schema === undefined ? { name } : { schema, name };
}

/** The last name is the relation's, the one before it its schema's. */
export function qualifiedFromNames(names: readonly string[]): QualifiedName | undefined {
  const name = names.at(-1);
  const schema = names.at(-2);
  if (name === undefined) return undefined;
  return schema === undefined ? { name } : { schema, name };
}

const relationTypes: ReadonlySet<string> = new Set([
  "OBJECT_TABLE",
  "OBJECT_INDEX",
  "OBJECT_VIEW",
  "OBJECT_MATVIEW",
  "OBJECT_SEQUENCE",
  "OBJECT_FOREIGN_TABLE",
]);
/** Named as `relation.object`. */
const partTypes: ReadonlySet<string> = new Set(["OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"]);

function droppedRelations(node: string, tree: SyntaxNode): readonly RelationUse[] {
  const type = textAt(tree, "removeType") ?? "";
  if (node !== "DropStmt" || !(relationTypes.has(type) || partTypes.has(type))) return [];
  return typedChildrenAt(tree, "objects").flatMap((object): readonly RelationUse[] => {
    const names = namesOf(object.body["items"]);
    const isPart = partTypes.has(type);
    const name = qualifiedFromNames(isPart ? names.slice(0, -1) : names);
    if (name === undefined) return [];
    if (isPart) return [{ ...name, role: "altered" }];
    return [{ ...name, role: "dropped", kind: objectTypeName(type).toLowerCase() }];
  });
}

const createdKinds: Readonly<Record<string, string>> = {
  CompositeTypeStmt: "type",
  CreateForeignTableStmt: "foreign table",
  CreateSeqStmt: "sequence",
  CreateStmt: "table",
  CreateTableAsStmt: "table",
  SelectStmt: "table",
  ViewStmt: "view",
};

function createdKind(node: string, tree: SyntaxNode): string | undefined {
  return textAt(tree, "objtype") === "OBJECT_MATVIEW" ? "materialized view" : createdKinds[node];
}

/** An index is always in its table's schema; without a name the server makes one up. */
function createdIndex(node: string, tree: SyntaxNode): readonly RelationUse[] {
  const name = textAt(tree, "idxname");
  if (node !== "IndexStmt" || name === undefined) return [];
  const schema = relationAt(tree, "relation")?.schema;
  return [{ ...(schema === undefined ? {} : { schema }), name, role: "created", kind: "index" }];
}
