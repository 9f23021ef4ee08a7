/** Object types of the parser as SQL writes them, and labels that say more than the node's kind. */
import type { SyntaxNode } from "../syntax.ts";
import { flagAt, optionsAt, textAt } from "../syntax.ts";
import type { StatementKind } from "./kinds.ts";

/** Those whose name in the parser is not their name in SQL. */
const objectTypes: Readonly<Record<string, string>> = {
  OBJECT_AMOP: "OPERATOR FAMILY",
  OBJECT_AMPROC: "OPERATOR FAMILY",
  OBJECT_ATTRIBUTE: "TYPE ATTRIBUTE",
  OBJECT_DOMCONSTRAINT: "DOMAIN CONSTRAINT",
  OBJECT_FDW: "FOREIGN DATA WRAPPER",
  OBJECT_FOREIGN_SERVER: "SERVER",
  OBJECT_MATVIEW: "MATERIALIZED VIEW",
  OBJECT_OPCLASS: "OPERATOR CLASS",
  OBJECT_OPFAMILY: "OPERATOR FAMILY",
  OBJECT_STATISTIC_EXT: "STATISTICS",
  OBJECT_TABCONSTRAINT: "TABLE CONSTRAINT",
  OBJECT_TSCONFIGURATION: "TEXT SEARCH CONFIGURATION",
  OBJECT_TSDICTIONARY: "TEXT SEARCH DICTIONARY",
  OBJECT_TSPARSER: "TEXT SEARCH PARSER",
  OBJECT_TSTEMPLATE: "TEXT SEARCH TEMPLATE",
};

export function objectTypeName(objectType: string): string {
  return objectTypes[objectType] ?? objectType.replace(/^OBJECT_/, "").replaceAll("_", " ");
}

/** What a node adds to or says instead of its kind's label. */
const refinements: Readonly<Record<string, (tree: SyntaxNode, label: string) => string>> = {
  AlterEnumStmt: (tree, label) => {
    return textAt(tree, "oldVal") === undefined ? `${label} ADD VALUE` : `${label} RENAME VALUE`;
  },
  CreateFunctionStmt: (tree, label) => {
    return flagAt(tree, "is_procedure") ? "CREATE PROCEDURE" : label;
  },
  DropStmt: (tree, label) => (flagAt(tree, "concurrent") ? `${label} CONCURRENTLY` : label),
  GrantRoleStmt: (tree, label) => (flagAt(tree, "is_grant") ? label : "REVOKE"),
  GrantStmt: (tree, label) => (flagAt(tree, "is_grant") ? label : "REVOKE"),
  IndexStmt: (tree, label) => {
    const unique = flagAt(tree, "unique") ? "CREATE UNIQUE INDEX" : label;
    return flagAt(tree, "concurrent") ? `${unique} CONCURRENTLY` : unique;
  },
  RefreshMatViewStmt: (tree, label) => {
    return flagAt(tree, "concurrent") ? `${label} CONCURRENTLY` : label;
  },
  ReindexStmt: (tree, label) => {
    const what = (textAt(tree, "kind") ?? "").replace("REINDEX_OBJECT_", "");
    const concurrently = optionsAt(tree, "params").has("concurrently") ? " CONCURRENTLY" : "";
    return `${label} ${what}${concurrently}`;
  },
  TransactionStmt: (tree) => {
    return (textAt(tree, "kind") ?? "").replace("TRANS_STMT_", "").replaceAll("_", " ");
  },
  VacuumStmt: (tree, label) => (flagAt(tree, "is_vacuumcmd") ? label : "ANALYZE"),
  VariableSetStmt: (tree, label) => {
    if (textAt(tree, "kind")?.startsWith("VAR_RESET") === true) return "RESET";
    return flagAt(tree, "is_local") ? `${label} LOCAL` : label;
  },
};

export function labelOf(node: string, kind: StatementKind, tree: SyntaxNode): string {
  const objectType = kind.objectType === undefined ? undefined : textAt(tree, kind.objectType);
  const label = kind.label.replace("%", () => objectTypeName(objectType ?? "OBJECT_TABLE"));
  return refinements[node]?.(tree, label) ?? label;
}
