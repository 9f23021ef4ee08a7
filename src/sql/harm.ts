/**
 * What a statement can do to rows that are there already, from its syntax: which tables it updates, empties, drops or
 * narrows, which functions it calls, and where the syntax does not tell. A DO block is read down to the statements of
 * its body. It errs on the side of harm, and never looks into functions: only the server has those.
 */
import type { JsonValue } from "../core/errors.ts";
import { readDoBlock } from "./do-block.ts";
import type { ParsedStatement, Parser } from "./parse.ts";
import {
  asSyntaxNode,
  flagAt,
  namesOf,
  nodeAt,
  optionsAt,
  textAt,
  typedChildrenAt,
  walk,
  type SyntaxNode,
} from "./syntax.ts";

export type HarmKind = "updated" | "deleted" | "truncated" | "dropped" | "narrowed" | "rewritten";

export interface HarmedTable {
  /** Undefined: found by search_path. */
  readonly schema: string | undefined;
  readonly name: string;
  readonly how: HarmKind;
  /** TRUNCATE ... CASCADE: with all that refers to it. */
  readonly cascades: boolean;
}

export interface NamedObject {
  readonly schema: string | undefined;
  readonly name: string;
}

export interface Harm {
  readonly tables: readonly HarmedTable[];
  /** Dropped with all that is in them. */
  readonly schemas: readonly string[];
  /** Rows are added: no harm by itself, but triggers run. */
  readonly written: readonly NamedObject[];
  /** Called while rows are read or written. */
  readonly functions: readonly NamedObject[];
  /** What the rest of the statements call it, and what it is. */
  readonly renames: readonly { readonly from: NamedObject; readonly to: NamedObject }[];
  /** Why more may happen than the syntax tells. */
  readonly unknown: readonly string[];
}

interface Tally {
  readonly tables: HarmedTable[];
  readonly schemas: string[];
  readonly written: NamedObject[];
  readonly functions: NamedObject[];
  readonly renames: { readonly from: NamedObject; readonly to: NamedObject }[];
  readonly unknown: string[];
}

export function harmOf(text: string, parser: Parser): Harm {
  const tally = newTally();
  addText(tally, text, parser);
  return tally;
}

/** Of what the parser does not see at all. */
export function unknownHarm(reason: string): Harm {
  return { ...newTally(), unknown: [reason] };
}

function newTally(): Tally {
  return { tables: [], schemas: [], written: [], functions: [], renames: [], unknown: [] };
}

function addText(tally: Tally, text: string, parser: Parser): void {
  const outcome = parser.parse(text);
  if (outcome.kind === "refused") {
    tally.unknown.push("a statement that only the server can read");
    return;
  }
  for (const statement of outcome.statements) addStatement(tally, statement, parser);
}

function addStatement(tally: Tally, { node, tree }: ParsedStatement, parser: Parser): void {
  if (node === "DoStmt") addBlock(tally, tree, parser);
  else if (queryNodes.has(node)) addQuery(tally, node, tree);
  else definitions[node]?.(tally, tree);
}

/** Statements that read and write rows; others only hold such statements for later (views, functions, rules). */
const queryNodes: ReadonlySet<string> = new Set([
  ...["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt"],
  ...["CreateTableAsStmt", "ExplainStmt", "DeclareCursorStmt", "TruncateStmt"],
]);

function addQuery(tally: Tally, kind: string, body: SyntaxNode): void {
  if (kind === "ExplainStmt" && !optionsAt(body, "options").has("analyze")) return;
  rowChanges[kind]?.(tally, body);
  walk(body, (node) => rowChanges[node.kind]?.(tally, node.body));
}

const rowChanges: Readonly<Record<string, (tally: Tally, body: SyntaxNode) => void>> = {
  UpdateStmt: (tally, body) => harmRelation(tally, nodeAt(body, "relation"), "updated"),
  DeleteStmt: (tally, body) => harmRelation(tally, nodeAt(body, "relation"), "deleted"),
  MergeStmt: (tally, body) => harmRelation(tally, nodeAt(body, "relation"), "updated"),
  InsertStmt: (tally, body) => {
    const action = textAt(nodeAt(body, "onConflictClause"), "action");
    if (action === "ONCONFLICT_UPDATE") harmRelation(tally, nodeAt(body, "relation"), "updated");
    else addName(tally.written, nodeAt(body, "relation"));
  },
  CopyStmt: (tally, body) => {
    if (flagAt(body, "is_from")) addName(tally.written, nodeAt(body, "relation"));
  },
  TruncateStmt: (tally, body) => {
    const cascades = textAt(body, "behavior") === "DROP_CASCADE";
    for (const each of typedChildrenAt(body, "relations")) {
      harmRelation(tally, each.body, "truncated", cascades);
    }
  },
  FuncCall: (tally, body) => addNames(tally.functions, namesOf(body["funcname"])),
};

/** Statements that change the structure, and with it what is stored. */
const definitions: Readonly<Record<string, (tally: Tally, tree: SyntaxNode) => void>> = {
  AlterTableStmt: (tally, tree) => {
    for (const command of typedChildrenAt(tree, "cmds")) {
      const how = alterations[textAt(command.body, "subtype") ?? ""];
      if (how === undefined) continue;
      const type = textAt(tree, "objtype") ?? "OBJECT_TABLE";
      if (type === "OBJECT_TYPE") tally.unknown.push("a composite type that is altered");
      else if (type === "OBJECT_TABLE") harmRelation(tally, nodeAt(tree, "relation"), how);
    }
  },
  AlterExtensionStmt: (tally) => {
    tally.unknown.push("an extension that is updated");
  },
  DropStmt: addDrop,
  DropOwnedStmt: (tally) => {
    tally.unknown.push("DROP OWNED");
  },
  CallStmt: (tally) => {
    tally.unknown.push("a procedure that is called");
  },
  ExecuteStmt: (tally) => {
    tally.unknown.push("a prepared statement");
  },
  RenameStmt: (tally, tree) => {
    if (textAt(tree, "renameType") !== "OBJECT_TABLE") return;
    const from = nameIn(nodeAt(tree, "relation"));
    const name = textAt(tree, "newname");
    if (from !== undefined && name !== undefined) {
      tally.renames.push({ from, to: { schema: from.schema, name } });
    }
  },
  AlterObjectSchemaStmt: (tally, tree) => {
    if (textAt(tree, "objectType") !== "OBJECT_TABLE") return;
    const from = nameIn(nodeAt(tree, "relation"));
    const schema = textAt(tree, "newschema");
    if (from !== undefined && schema !== undefined) {
      tally.renames.push({ from, to: { schema, name: from.name } });
    }
  },
};

/** A rewrite that only adds or moves leaves every value as it is. */
const alterations: Readonly<Record<string, HarmKind>> = {
  AT_DropColumn: "narrowed",
  AT_AlterColumnType: "rewritten",
};

/** Columns of these, and tables, may go with them. */
const takesColumns: ReadonlySet<string> = new Set([
  ...[
    "OBJECT_TYPE",
    "OBJECT_DOMAIN",
    "OBJECT_COLLATION",
    "OBJECT_EXTENSION",
    "OBJECT_ACCESS_METHOD",
  ],
]);

function addDrop(tally: Tally, tree: SyntaxNode): void {
  const type = textAt(tree, "removeType") ?? "";
  const cascades = textAt(tree, "behavior") === "DROP_CASCADE";
  if (type === "OBJECT_TABLE") {
    for (const each of typedChildrenAt(tree, "objects")) {
      const name = qualified(namesOf(each.body["items"]));
      if (name !== undefined) tally.tables.push({ ...name, how: "dropped", cascades: false });
    }
  } else if (type === "OBJECT_SCHEMA") {
    // Without CASCADE it must be empty.
    if (cascades) {
      for (const each of typedChildrenAt(tree, "objects")) {
        tally.schemas.push(textAt(each.body, "sval") ?? "");
      }
    }
  } else if (type === "OBJECT_EXTENSION" || (cascades && takesColumns.has(type))) {
    const what = type.replace(/^OBJECT_/, "").replaceAll("_", " ");
    tally.unknown.push(`DROP ${what}${cascades ? " CASCADE" : ""}`);
  }
}

function harmRelation(tally: Tally, relation: SyntaxNode, how: HarmKind, cascades = false): void {
  const name = nameIn(relation);
  if (name !== undefined) tally.tables.push({ ...name, how, cascades });
}

function addName(names: NamedObject[], relation: SyntaxNode): void {
  const name = nameIn(relation);
  if (name !== undefined) names.push(name);
}

function nameIn(relation: SyntaxNode): NamedObject | undefined {
  const name = textAt(relation, "relname");
  return name === undefined ? undefined : { schema: textAt(relation, "schemaname"), name };
}

function addNames(names: NamedObject[], parts: readonly string[]): void {
  const name = qualified(parts);
  if (name !== undefined) names.push(name);
}

function qualified(parts: readonly string[]): NamedObject | undefined {
  const name = parts.at(-1);
  return name === undefined ? undefined : { schema: parts.at(-2), name };
}

/** A DO block: its statements, where it is PL/pgSQL and says them. */
function addBlock(tally: Tally, tree: SyntaxNode, parser: Parser): void {
  const block = readDoBlock(tree, parser);
  if (block.kind !== "read") {
    tally.unknown.push(
      block.kind === "unread"
        ? "a DO block that only the server can read"
        : "a DO block in another language than PL/pgSQL",
    );
    return;
  }
  visitBody(block.body, (kind, node) => {
    const reason = dynamic[kind];
    if (reason !== undefined) tally.unknown.push(reason);
    if (kind === "PLpgSQL_expr") addExpression(tally, node, parser);
  });
}

/** Statements that are put together while the block runs. */
const dynamic: Readonly<Record<string, string>> = {
  PLpgSQL_stmt_dynexecute: "a DO block that runs statements it puts together",
  PLpgSQL_stmt_dynfors: "a DO block that runs statements it puts together",
  PLpgSQL_stmt_call: "a procedure that a DO block calls",
};

/** How PL/pgSQL reads the text: as a statement, as an expression, as an assignment. */
function addExpression(tally: Tally, node: SyntaxNode, parser: Parser): void {
  const query = textAt(node, "query") ?? "";
  const mode = node["parseMode"] ?? 0;
  if (mode === 0) addText(tally, query, parser);
  else if (mode === 2) addText(tally, `select ${query}`, parser);
  else addText(tally, `select ${query.replace(/^[^=]*?:?=/, "")}`, parser);
}

/** PL/pgSQL's nodes are wrapped like those of SQL, under names of their own. */
function visitBody(
  value: JsonValue | SyntaxNode | undefined,
  visit: (kind: string, node: SyntaxNode) => void,
): void {
  if (Array.isArray(value)) {
    for (const element of value) visitBody(element as JsonValue, visit);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [kind, below] of Object.entries(value)) {
    if (kind.startsWith("PLpgSQL_")) visit(kind, asSyntaxNode(below));
    visitBody(below, visit);
  }
}
