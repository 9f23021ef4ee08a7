/**
 * Which trace a statement leaves in the catalog, for the statements that run outside a transaction: what to look for
 * when nobody heard whether one of them happened. Unknown is an honest answer; a person is asked then.
 */
import type { ConcurrentWork, StatementFacts } from "../sql/facts.ts";
import type { ParsedStatement } from "../sql/parse.ts";
import { nodeAt, textAt, typedChildrenAt, typedNode, type SyntaxNode } from "../sql/syntax.ts";
import type { Effect, QualifiedName } from "./plan.ts";

/** `statement` is undefined where the parser refused the text. */
export function effectOf(facts: StatementFacts, statement: ParsedStatement | undefined): Effect {
  if (statement === undefined) return { kind: "unknown" };
  if (facts.concurrent !== undefined) return concurrentEffect(facts.concurrent, statement.tree);
  const named = namedEffects[statement.node];
  const name = named === undefined ? undefined : textAt(statement.tree, named.key);
  if (named !== undefined && name !== undefined) return { kind: named.kind, name };
  return facts.repeat === "safe" ? { kind: "repeatable" } : { kind: "unknown" };
}

interface NamedEffect {
  readonly kind: Extract<Effect, { readonly name: string }>["kind"];
  /** Where the parser's node keeps the name. */
  readonly key: string;
}

/** By the parser's node. */
const namedEffects: Readonly<Record<string, NamedEffect>> = {
  CreatedbStmt: { kind: "database-created", key: "dbname" },
  DropdbStmt: { kind: "database-dropped", key: "dbname" },
  CreateTableSpaceStmt: { kind: "tablespace-created", key: "tablespacename" },
  DropTableSpaceStmt: { kind: "tablespace-dropped", key: "tablespacename" },
  CreateSubscriptionStmt: { kind: "subscription-created", key: "subname" },
  DropSubscriptionStmt: { kind: "subscription-dropped", key: "subname" },
};

function concurrentEffect(concurrent: ConcurrentWork, tree: SyntaxNode): Effect {
  const { action, table, index } = concurrent;
  switch (action) {
    case "create":
      if (table === undefined) return { kind: "unknown" };
      return { kind: "index-built", table: qualified(table), index: index?.name };
    case "drop":
      if (index === undefined) return { kind: "unknown" };
      return { kind: "index-dropped", indexes: [qualified(index)] };
    case "reindex":
      return { kind: "reindexed" };
    case "detach": {
      const partition = partitionOf(tree);
      if (table === undefined || partition === undefined) return { kind: "unknown" };
      return { kind: "partition-detached", parent: qualified(table), partition };
    }
  }
}

function partitionOf(tree: SyntaxNode): QualifiedName | undefined {
  for (const command of typedChildrenAt(tree, "cmds")) {
    const definition = typedNode(command.body["def"]);
    const name = definition === undefined ? undefined : nodeAt(definition.body, "name");
    const relation = name === undefined ? undefined : textAt(name, "relname");
    if (name !== undefined && relation !== undefined) {
      return { schema: textAt(name, "schemaname"), name: relation };
    }
  }
  return undefined;
}

function qualified(name: { readonly schema?: string; readonly name: string }): QualifiedName {
  return { schema: name.schema, name: name.name };
}
