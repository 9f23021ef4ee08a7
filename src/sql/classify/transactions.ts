/**
 * Which statements run in a transaction block, by the server's rules for 14 to 18: a table of the kinds that care.
 */
import { endsTransactions } from "../do-block.ts";
import type { Parser } from "../parse.ts";
import type { TransactionControl, TransactionNeed } from "../facts.ts";
import {
  flagAt,
  isOff,
  optionsAt,
  type SyntaxNode,
  textAt,
  typedChildrenAt,
  constantOf,
  typedNode,
} from "../syntax.ts";

const any: TransactionNeed = { kind: "any" };

function outside(reason: string): TransactionNeed {
  return { kind: "outside", reason };
}

function inside(reason: string): TransactionNeed {
  return { kind: "inside", reason };
}

function unknown(reason: string): TransactionNeed {
  return { kind: "unknown", reason };
}

const needs: Readonly<Record<string, (tree: SyntaxNode) => TransactionNeed>> = {
  AlterDatabaseStmt: (tree) =>
    optionsAt(tree, "options").has("tablespace")
      ? outside("ALTER DATABASE SET TABLESPACE runs in no transaction block")
      : any,
  AlterSubscriptionStmt: alterSubscription,
  AlterSystemStmt: () => outside("ALTER SYSTEM runs in no transaction block"),
  AlterTableStmt: alterTable,
  CallStmt: () => unknown("a procedure may COMMIT, which fails inside a transaction block"),
  ClusterStmt: (tree) =>
    tree["relation"] === undefined
      ? outside("CLUSTER of all tables runs in no transaction block")
      : unknown("CLUSTER of a partitioned table runs in no transaction block"),
  ConstraintsSetStmt: () => inside("SET CONSTRAINTS has no effect outside a transaction block"),
  CreatedbStmt: () => outside("CREATE DATABASE runs in no transaction block"),
  CreateSubscriptionStmt: createSubscription,
  CreateTableSpaceStmt: () => outside("CREATE TABLESPACE runs in no transaction block"),
  // Bit 32 of the options is WITH HOLD; only such a cursor outlives its transaction.
  DeclareCursorStmt: (tree) =>
    (Number(tree["options"] ?? 0) & 32) !== 0 ? any : inside("a cursor ends with its transaction"),
  DiscardStmt: (tree) =>
    textAt(tree, "target") === "DISCARD_ALL"
      ? outside("DISCARD ALL runs in no transaction block")
      : any,
  DoStmt: () => unknown("a DO block may COMMIT, which fails inside a transaction block"),
  DropdbStmt: () => outside("DROP DATABASE runs in no transaction block"),
  DropStmt: (tree) =>
    flagAt(tree, "concurrent")
      ? outside("DROP INDEX CONCURRENTLY runs in no transaction block")
      : any,
  DropSubscriptionStmt: () =>
    unknown("DROP SUBSCRIPTION with a replication slot runs in no transaction block"),
  DropTableSpaceStmt: () => outside("DROP TABLESPACE runs in no transaction block"),
  ExplainStmt: explained,
  FetchStmt: () => inside("a cursor ends with its transaction"),
  IndexStmt: (tree) =>
    flagAt(tree, "concurrent")
      ? outside("CREATE INDEX CONCURRENTLY runs in no transaction block")
      : any,
  LockStmt: () => inside("a table lock ends with its transaction"),
  ReindexStmt: reindex,
  TransactionStmt: (tree) => {
    const kind = textAt(tree, "kind") ?? "";
    if (kind === "TRANS_STMT_COMMIT_PREPARED" || kind === "TRANS_STMT_ROLLBACK_PREPARED") {
      return outside("a prepared transaction is ended in no transaction block");
    }
    return /SAVEPOINT|RELEASE|ROLLBACK_TO|PREPARE$/.test(kind)
      ? inside("there is no transaction to mark")
      : any;
  },
  VacuumStmt: (tree) =>
    flagAt(tree, "is_vacuumcmd") ? outside("VACUUM runs in no transaction block") : any,
  VariableSetStmt: (tree) =>
    flagAt(tree, "is_local") || isTransactionSetting(tree)
      ? inside("the setting ends with its transaction")
      : any,
};

export function transactionNeed(node: string, tree: SyntaxNode, parser?: Parser): TransactionNeed {
  if (node === "DoStmt" && parser !== undefined && endsTransactions(tree, parser)) {
    return outside("the DO block ends transactions of its own");
  }
  return needs[node]?.(tree) ?? any;
}

function alterTable(tree: SyntaxNode): TransactionNeed {
  const concurrently = typedChildrenAt(tree, "cmds").some((command) => {
    const definition = typedNode(command.body["def"]);
    return definition?.kind === "PartitionCmd" && flagAt(definition.body, "concurrent");
  });
  return concurrently ? outside("DETACH PARTITION CONCURRENTLY runs in no transaction block") : any;
}

function alterSubscription(tree: SyntaxNode): TransactionNeed {
  const kind = textAt(tree, "kind") ?? "";
  const options = optionsAt(tree, "options");
  if (kind === "ALTER_SUBSCRIPTION_REFRESH") {
    return outside("ALTER SUBSCRIPTION REFRESH runs in no transaction block");
  }
  if (kind.endsWith("_PUBLICATION") && !isOff(options.get("refresh"))) {
    return outside("ALTER SUBSCRIPTION with refresh runs in no transaction block");
  }
  const touchesSlot = options.has("two_phase") || options.has("failover");
  return touchesSlot
    ? unknown("changing the subscription's slot runs in no transaction block")
    : any;
}

function createSubscription(tree: SyntaxNode): TransactionNeed {
  const options = optionsAt(tree, "options");
  const createsSlot = !isOff(options.get("create_slot")) && !isOff(options.get("connect"));
  return createsSlot
    ? outside("CREATE SUBSCRIPTION that makes a slot runs in no transaction block")
    : any;
}

function explained(tree: SyntaxNode): TransactionNeed {
  if (!optionsAt(tree, "options").has("analyze")) return any;
  const query = typedNode(tree["query"]);
  return query === undefined ? any : transactionNeed(query.kind, query.body);
}

function reindex(tree: SyntaxNode): TransactionNeed {
  const concurrently = optionsAt(tree, "params").get("concurrently");
  if (concurrently !== undefined && !isOff(concurrently)) {
    return outside("REINDEX CONCURRENTLY runs in no transaction block");
  }
  const kind = textAt(tree, "kind") ?? "";
  if (kind === "REINDEX_OBJECT_INDEX" || kind === "REINDEX_OBJECT_TABLE") {
    return unknown("REINDEX of something partitioned runs in no transaction block");
  }
  return outside("REINDEX of a schema or a database runs in no transaction block");
}

/** SET TRANSACTION, and the settings of one transaction set by name. */
function isTransactionSetting(tree: SyntaxNode): boolean {
  return textAt(tree, "kind") === "VAR_SET_MULTI" && textAt(tree, "name") === "TRANSACTION";
}

const controls: Readonly<Record<string, TransactionControl["kind"]>> = {
  TRANS_STMT_BEGIN: "begin",
  TRANS_STMT_START: "begin",
  TRANS_STMT_COMMIT: "commit",
  TRANS_STMT_ROLLBACK: "rollback",
  TRANS_STMT_SAVEPOINT: "savepoint",
  TRANS_STMT_RELEASE: "release",
  TRANS_STMT_ROLLBACK_TO: "rollbackTo",
  TRANS_STMT_PREPARE: "prepare",
  TRANS_STMT_COMMIT_PREPARED: "commitPrepared",
  TRANS_STMT_ROLLBACK_PREPARED: "rollbackPrepared",
};

export function transactionControl(node: string, tree: SyntaxNode): TransactionControl | undefined {
  if (node !== "TransactionStmt") return undefined;
  // BEGIN is the parser's zero, which its JSON may leave out.
  const kind = controls[textAt(tree, "kind") ?? "TRANS_STMT_BEGIN"] ?? "begin";
  const name = textAt(tree, "savepoint_name") ?? textAt(tree, "gid");
  const options: Record<string, string> = {};
  for (const option of typedChildrenAt(tree, "options")) {
    const optionName = textAt(option.body, "defname");
    if (optionName !== undefined) options[optionName] = constantOf(option.body["arg"]) ?? "";
  }
  const named = name === undefined ? {} : { name };
  return { kind, chain: flagAt(tree, "chain"), options, ...named };
}
