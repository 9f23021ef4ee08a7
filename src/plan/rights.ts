/**
 * Which rights a plan's statements need on what is there before it, from their syntax. Never more than the server
 * itself insists on: what some platform hands out beyond its own rules (policies, extensions) is not asked for, and
 * from the first statement that could change whose rights count (SET ROLE, GRANT, DO, a function) nothing is.
 */
import type { RelationUse, StatementFacts } from "../sql/facts.ts";
import type { ParsedStatement } from "../sql/parse.ts";
import {
  asSyntaxNode,
  flagAt,
  namesOf,
  nodeAt,
  type SyntaxNode,
  textAt,
  typedChildrenAt,
  walk,
} from "../sql/syntax.ts";

/** `own`: to be its owner; `drop`: or that of its schema; the others are PostgreSQL's privileges. */
export const rightKinds = [
  "own",
  "drop",
  "select",
  "insert",
  "update",
  "delete",
  "truncate",
  "references",
  "trigger",
] as const;

export type RightKind = (typeof rightKinds)[number];

/** On a relation or a type that nothing of the plan makes. */
export interface NeededRight {
  readonly of: "relation" | "type";
  /** Undefined: found by the session's search_path. */
  readonly schema: string | undefined;
  readonly name: string;
  readonly right: RightKind;
}

export interface NeededRights {
  readonly objects: readonly NeededRight[];
  /** Roles that it acts as, or gives something to as their owner. */
  readonly memberOf: readonly string[];
  readonly createsRoles: boolean;
  readonly createsDatabases: boolean;
}

export const noRights: NeededRights = {
  ...{ objects: [], memberOf: [], createsRoles: false, createsDatabases: false },
};

export interface RightsTally {
  add(facts: StatementFacts, statement: ParsedStatement | undefined): void;
  rights(): NeededRights;
}

export function createRightsTally(): RightsTally {
  const objects = new Map<string, NeededRight>();
  const roles = new Set<string>();
  /** Made or dropped by the plan: from then on the name is of something else than was there before. */
  const own = new Set<string>();
  let [isKnown, isPathSet, createsRoles, createsDatabases] = [true, false, false, false];
  const need = (right: NeededRight): void => {
    if ((isPathSet && right.schema === undefined) || own.has(keyOf(right))) return;
    objects.set(JSON.stringify([right.of, right.schema ?? "", right.name, right.right]), right);
  };
  return {
    add: (facts, statement) => {
      if (!isKnown) return;
      if (statement === undefined) {
        isKnown = false;
        return;
      }
      const { node, tree } = statement;
      for (const right of rightsOf(facts, tree)) need(right);
      for (const role of rolesNamed(node, facts, tree)) roles.add(role);
      createsRoles ||= node === "CreateRoleStmt";
      createsDatabases ||= node === "CreatedbStmt";
      for (const use of facts.relations) if (isMade(use, tree)) own.add(keyOf(use));
      isPathSet ||= sets(facts, "search_path");
      isKnown = !changesRights(node, facts, tree);
    },
    rights: () => ({
      objects: [...objects.values()],
      memberOf: [...roles],
      createsRoles,
      createsDatabases,
    }),
  };
}

function keyOf({
  schema,
  name,
}: Pick<NeededRight, "name"> & { readonly schema?: string | undefined }): string {
  return JSON.stringify([schema ?? "", name]);
}

/** With IF NOT EXISTS it may be what was there before. */
function isMade(use: RelationUse, tree: SyntaxNode): boolean {
  return use.role === "dropped" || (use.role === "created" && !flagAt(tree, "if_not_exists"));
}

function sets(facts: StatementFacts, name: string): boolean {
  return facts.session.some(
    (effect) => effect.kind === "resetAll" || (effect.kind === "set" && effect.name === name),
  );
}

const changing: ReadonlySet<string> = new Set([
  ...["GrantStmt", "GrantRoleStmt", "AlterDefaultPrivilegesStmt", "ReassignOwnedStmt"],
  ...["AlterRoleStmt", "AlterRoleSetStmt", "AlterOwnerStmt", "DropOwnedStmt"],
]);

function changesRights(node: string, facts: StatementFacts, tree: SyntaxNode): boolean {
  if (facts.effect === "code" || changing.has(node)) return true;
  if (sets(facts, "role") || sets(facts, "session_authorization")) return true;
  // A function of the project's may do anything; those that everybody calls in a file do nothing of the kind.
  if (facts.effect === "query") return facts.functions.some((name) => !harmless.test(name));
  return (
    node === "AlterTableStmt" && commandsOf(tree).some((command) => command === "AT_ChangeOwner")
  );
}

const harmless =
  /^(?:pg_catalog\.)?(?:setval|nextval|set_config|now|count|pg_sleep|current_setting)$/;

function rightsOf(facts: StatementFacts, tree: SyntaxNode): readonly NeededRight[] {
  const found = facts.relations.flatMap((use): readonly NeededRight[] => {
    const right = rightOn(use, facts, tree);
    return right === undefined
      ? []
      : [{ of: "relation", schema: use.schema, name: use.name, right }];
  });
  return [...found, ...referenced(facts, tree), ...alteredType(facts.node, tree)];
}

/** Statements that only the owner of the relation may give, however they are meant. */
const ownersOnly: ReadonlySet<string> = new Set([
  ...["AlterTableStmt", "AlterSeqStmt", "AlterObjectSchemaStmt", "CreateStmt", "IndexStmt"],
  ...["RenameStmt", "RuleStmt"],
]);

const writing: Readonly<Record<string, RightKind>> = {
  CopyStmt: "insert",
  DeleteStmt: "delete",
  InsertStmt: "insert",
  TruncateStmt: "truncate",
  UpdateStmt: "update",
};

function rightOn(use: RelationUse, facts: StatementFacts, tree: SyntaxNode): RightKind | undefined {
  const { node } = facts;
  switch (use.role) {
    case "dropped":
      return "drop";
    case "altered":
      if (node === "CreateTrigStmt") return "trigger";
      if (textAt(tree, "renameType") === "OBJECT_POLICY" || isDetached(use, tree)) return undefined;
      return ownersOnly.has(node) ? "own" : undefined;
    case "written": {
      if (node === "CopyStmt" && !flagAt(tree, "is_from")) return "select";
      const others = facts.relations.filter(({ role }) => role === "written").length > 1;
      return others && node !== "TruncateStmt" ? undefined : writing[node];
    }
    case "read":
      return readsRows(facts) ? "select" : undefined;
    default:
      return undefined;
  }
}

/** Whose partition it was is asked of the parent alone. */
function isDetached({ name }: RelationUse, tree: SyntaxNode): boolean {
  const detaches = commandsOf(tree).some((command) => command?.startsWith("AT_DetachPartition"));
  return detaches && textAt(nodeAt(tree, "relation"), "relname") !== name;
}

/** A view, a function or a rule only names what it will read; a query reads it. */
function readsRows({ effect, node }: StatementFacts): boolean {
  return (
    (effect === "query" || effect === "data") && node !== "ExplainStmt" && node !== "PrepareStmt"
  );
}

/** The other side of foreign keys. */
function referenced({ node, relations }: StatementFacts, tree: SyntaxNode): readonly NeededRight[] {
  if (node !== "CreateStmt" && node !== "AlterTableStmt") return [];
  if (!relations.some(({ role }) => role === "read")) return [];
  const found: NeededRight[] = [];
  walk(tree, ({ kind, body }) => {
    const name = kind === "Constraint" ? textAt(nodeAt(body, "pktable"), "relname") : undefined;
    if (name === undefined) return;
    const schema = textAt(nodeAt(body, "pktable"), "schemaname");
    found.push({ of: "relation", schema, name, right: "references" });
  });
  return found;
}

function alteredType(node: string, tree: SyntaxNode): readonly NeededRight[] {
  if (node !== "AlterEnumStmt" && node !== "AlterDomainStmt") return [];
  const names = namesOf(tree["typeName"]);
  const name = names.at(-1);
  return name === undefined ? [] : [{ of: "type", schema: names.at(-2), name, right: "own" }];
}

function rolesNamed(node: string, facts: StatementFacts, tree: SyntaxNode): readonly string[] {
  const set = facts.session.flatMap((effect) =>
    effect.kind === "set" && effect.name === "role" && effect.value !== undefined
      ? [effect.value]
      : [],
  );
  const owners = [
    ...(node === "AlterTableStmt"
      ? typedChildrenAt(tree, "cmds").map(({ body }) => nodeAt(body, "newowner"))
      : []),
    asSyntaxNode(tree["newowner"]),
    asSyntaxNode(tree["authrole"]),
  ];
  const named = owners.flatMap((role) => textAt(role, "rolename") ?? []);
  return [...set.filter((role) => role.toLowerCase() !== "none"), ...named];
}

function commandsOf(tree: SyntaxNode): readonly (string | undefined)[] {
  return typedChildrenAt(tree, "cmds").map(({ body }) => textAt(body, "subtype"));
}
