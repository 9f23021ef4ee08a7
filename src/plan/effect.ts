/**
 * Which trace a statement leaves in the catalog, for the statements that run outside a transaction: what to look for
 * when nobody heard whether one of them happened. Unknown is an honest answer; a person is asked then.
 */
import type { StatementFacts } from "../sql/facts.ts";
import type { Effect, QualifiedName } from "./plan.ts";

export function effectOf(facts: StatementFacts): Effect {
  const { concurrent } = facts;
  if (concurrent !== undefined) return concurrentEffect(facts, concurrent);
  const named = namedEffects[facts.node];
  const [relation] = facts.relations;
  if (named !== undefined && relation !== undefined) return { kind: named, name: relation.name };
  return facts.repeat === "safe" ? { kind: "repeatable" } : { kind: "unknown" };
}

type NamedEffect = Extract<Effect, { readonly name: string }>["kind"];

/** By the parser's node. */
const namedEffects: Readonly<Record<string, NamedEffect>> = {
  CreatedbStmt: "database-created",
  DropdbStmt: "database-dropped",
  CreateTableSpaceStmt: "tablespace-created",
  DropTableSpaceStmt: "tablespace-dropped",
  CreateSubscriptionStmt: "subscription-created",
  DropSubscriptionStmt: "subscription-dropped",
};

function concurrentEffect(
  facts: StatementFacts,
  concurrent: NonNullable<StatementFacts["concurrent"]>,
): Effect {
  const { action, table, index } = concurrent;
  switch (action) {
    case "create":
      return table === undefined
        ? { kind: "unknown" }
        : { kind: "index-built", table: qualified(table), index: index?.name };
    case "drop":
      return { kind: "index-dropped", indexes: dropped(facts) };
    case "reindex":
      return { kind: "reindexed" };
    case "detach": {
      const partition = facts.relations.find((relation) => relation.name !== table?.name);
      if (table === undefined || partition === undefined) return { kind: "unknown" };
      return {
        kind: "partition-detached",
        parent: qualified(table),
        partition: qualified(partition),
      };
    }
  }
}

function dropped(facts: StatementFacts): readonly QualifiedName[] {
  return facts.relations.filter((relation) => relation.role === "dropped").map(qualified);
}

function qualified(name: { readonly schema?: string; readonly name: string }): QualifiedName {
  return { schema: name.schema, name: name.name };
}
