/**
 * A statement's facts from its syntax tree: pure, from tables by the parser's kinds of node, with no look at the
 * text and none at the database. What the syntax can't tell is said to be unknown.
 */
import type {
  BeyondDatabase,
  ConcurrentWork,
  EnumValue,
  QualifiedName,
  Repeat,
  StatementEffect,
  StatementFacts,
} from "./facts.ts";
import { type StatementKind, statementKinds } from "./classify/kinds.ts";
import { labelOf } from "./classify/labels.ts";
import { lockEstimate } from "./classify/locks.ts";
import { qualifiedFromNames, relationAt, surveyOf } from "./classify/relations.ts";
import { beyondByFunctions, sessionEffects } from "./classify/session.ts";
import { transactionControl, transactionNeed } from "./classify/transactions.ts";
import type { ParsedStatement, Parser } from "./parse.ts";
import {
  flagAt,
  namesOf,
  nodeAt,
  optionsAt,
  type SyntaxNode,
  textAt,
  typedChildrenAt,
  typedNode,
} from "./syntax.ts";

/** With the parser a DO block is looked into; without it, whether it ends transactions stays unknown. */
export function classify(statement: ParsedStatement, parser?: Parser): StatementFacts {
  const { node, tree } = statement;
  const kind = statementKinds[node] ?? unknownKind;
  const { functions, relations } = surveyOf(node, tree, kind);
  const effect = effectOf(node, tree, kind);
  const control = transactionControl(node, tree);
  const enumValue = enumValueOf(node, tree);
  const concurrent = concurrentWork(node, tree);
  return {
    label: labelOf(node, kind, tree),
    node,
    effect,
    transaction: transactionNeed(node, tree, parser),
    ...(control === undefined ? {} : { control }),
    repeat: repeatOf(node, tree, { kind, effect, callsFunctions: functions.length > 0 }),
    session: sessionEffects(node, tree),
    relations,
    ...(enumValue === undefined ? {} : { enumValue }),
    ...(concurrent === undefined ? {} : { concurrent }),
    beyond: beyondOf(node, tree, { kind, functions }),
    locks: lockEstimate(node, tree, relations),
    functions,
  };
}

/** What the parser refused and the server may still take: nothing is known of it. */
export function unclassified(): StatementFacts {
  return {
    label: "statement",
    node: "",
    effect: "code",
    transaction: { kind: "unknown", reason: "the parser of PostgreSQL 18 does not read it" },
    repeat: "unknown",
    session: [],
    relations: [],
    beyond: [],
    locks: { created: 0, existing: 0 },
    functions: [],
  };
}

const unknownKind: StatementKind = {
  label: "statement",
  effect: "definition",
  repeat: "unsafe",
};

function effectOf(node: string, tree: SyntaxNode, kind: StatementKind): StatementEffect {
  if (node === "SelectStmt") {
    if (tree["intoClause"] !== undefined) return "definition";
    return writesInWith(tree) ? "data" : kind.effect;
  }
  if (node === "CopyStmt") return flagAt(tree, "is_from") ? "data" : "query";
  if (node === "ExplainStmt" && optionsAt(tree, "options").has("analyze")) {
    const query = typedNode(tree["query"]);
    return query === undefined ? kind.effect : (statementKinds[query.kind]?.effect ?? kind.effect);
  }
  return kind.effect;
}

function writesInWith(tree: SyntaxNode): boolean {
  return JSON.stringify(tree["withClause"] ?? null).match(writingQuery) !== null;
}

const writingQuery = /"ctequery":\{"(?:Insert|Update|Delete|Merge)Stmt"/;

interface RepeatContext {
  readonly kind: StatementKind;
  readonly effect: StatementEffect;
  readonly callsFunctions: boolean;
}

function repeatOf(node: string, tree: SyntaxNode, context: RepeatContext): Repeat {
  if (flagAt(tree, "replace") || flagAt(tree, "or_replace")) return "safe";
  if (isGuarded(node, tree)) return "guarded";
  return repeatRules[node]?.(tree, context) ?? context.kind.repeat;
}

/** Kinds whose parts decide; undefined leaves it to the kind. */
const repeatRules: Readonly<
  Record<string, (tree: SyntaxNode, context: RepeatContext) => Repeat | undefined>
> = {
  AlterSeqStmt: (tree) => (optionsAt(tree, "options").has("restart") ? "unsafe" : undefined),
  AlterTableStmt: repeatOfAlterTable,
  CopyStmt: (tree) => (flagAt(tree, "is_from") ? undefined : "safe"),
  InsertStmt: (tree) => (isConflictIgnored(tree) ? "guarded" : undefined),
  SelectStmt: (_tree, { effect, callsFunctions }) => {
    if (effect !== "query") return "unsafe";
    return callsFunctions ? "unknown" : undefined;
  },
};

const guards = ["if_not_exists", "missing_ok", "skipIfNewValExists"] as const;

function isGuarded(node: string, tree: SyntaxNode): boolean {
  // ALTER ... IF EXISTS guards the object's existence, not the second change of it.
  if (node === "AlterTableStmt" || node === "RenameStmt") return false;
  return guards.some((guard) => flagAt(tree, guard));
}

function isConflictIgnored(tree: SyntaxNode): boolean {
  return textAt(nodeAt(tree, "onConflictClause"), "action") === "ONCONFLICT_NOTHING";
}

/** Commands whose second run finds what the first one left and changes nothing. */
const repeatableCommands =
  /^AT_(?:ColumnDefault|CookedColumnDefault|DropNotNull|SetNotNull|SetStatistics|SetOptions|ResetOptions|SetStorage|SetCompression|AlterColumnType|ChangeOwner|SetLogged|SetUnLogged|SetTableSpace|SetAccessMethod|SetRelOptions|ResetRelOptions|ReplicaIdentity|ValidateConstraint|ClusterOn|DropCluster|EnableRowSecurity|DisableRowSecurity|ForceRowSecurity|NoForceRowSecurity|(?:Enable|Disable)\w+)$/;

function repeatOfAlterTable(tree: SyntaxNode): Repeat {
  const repeats = typedChildrenAt(tree, "cmds").map((command): Repeat => {
    if (repeatableCommands.test(textAt(command.body, "subtype") ?? "")) return "safe";
    return flagAt(command.body, "missing_ok") ? "guarded" : "unsafe";
  });
  if (repeats.includes("unsafe")) return "unsafe";
  return repeats.includes("guarded") ? "guarded" : "safe";
}

function enumValueOf(node: string, tree: SyntaxNode): EnumValue | undefined {
  const value = textAt(tree, "newVal");
  if (node !== "AlterEnumStmt" || value === undefined || textAt(tree, "oldVal") !== undefined) {
    return undefined;
  }
  return { type: namesOf(tree["typeName"]), value, guarded: flagAt(tree, "skipIfNewValExists") };
}

function concurrentWork(node: string, tree: SyntaxNode): ConcurrentWork | undefined {
  const table = relationAt(tree, "relation");
  return concurrentRules[node]?.(tree, table);
}

type ConcurrentRule = (
  tree: SyntaxNode,
  table: QualifiedName | undefined,
) => ConcurrentWork | undefined;

const concurrentRules: Readonly<Record<string, ConcurrentRule>> = {
  AlterTableStmt: (tree, table) => {
    const detaches = typedChildrenAt(tree, "cmds").some((command) => {
      const definition = typedNode(command.body["def"]);
      return definition?.kind === "PartitionCmd" && flagAt(definition.body, "concurrent");
    });
    return detaches ? { action: "detach", ...withTable(table) } : undefined;
  },
  DropStmt: (tree) => {
    if (!flagAt(tree, "concurrent")) return undefined;
    const index = qualifiedFromNames(namesOf(typedChildrenAt(tree, "objects")[0]?.body["items"]));
    return { action: "drop", ...(index === undefined ? {} : { index }) };
  },
  IndexStmt: (tree, table) => {
    if (!flagAt(tree, "concurrent")) return undefined;
    const name = textAt(tree, "idxname");
    if (name === undefined) return { action: "create", ...withTable(table) };
    // An index is always in its table's schema.
    const schema = table?.schema === undefined ? {} : { schema: table.schema };
    return { action: "create", ...withTable(table), index: { ...schema, name } };
  },
  ReindexStmt: (tree, relation) => {
    if (!optionsAt(tree, "params").has("concurrently")) return undefined;
    const isIndex = textAt(tree, "kind") === "REINDEX_OBJECT_INDEX" && relation !== undefined;
    return { action: "reindex", ...(isIndex ? { index: relation } : withTable(relation)) };
  },
};

function withTable(table: QualifiedName | undefined): { readonly table?: QualifiedName } {
  return table === undefined ? {} : { table };
}

interface BeyondContext {
  readonly kind: StatementKind;
  readonly functions: readonly string[];
}

function beyondOf(
  node: string,
  tree: SyntaxNode,
  context: BeyondContext,
): readonly BeyondDatabase[] {
  const found = new Set<BeyondDatabase>(beyondByFunctions(context.functions));
  if (context.kind.beyond !== undefined) found.add(context.kind.beyond);
  if (node === "CopyStmt" && textAt(tree, "filename") !== undefined) {
    found.add(flagAt(tree, "is_program") ? "program" : "server file");
  }
  const type = textAt(tree, "objectType") ?? textAt(tree, "renameType") ?? textAt(tree, "objtype");
  if (node !== "AlterTableStmt" && type !== undefined) {
    const what = objectsBeyond[type];
    if (what !== undefined && node !== "GrantStmt" && node !== "CommentStmt") found.add(what);
  }
  return [...found];
}

/** Objects that belong to the cluster, however they are altered. */
const objectsBeyond: Readonly<Record<string, BeyondDatabase>> = {
  OBJECT_DATABASE: "database",
  OBJECT_ROLE: "role",
  OBJECT_TABLESPACE: "tablespace",
};
