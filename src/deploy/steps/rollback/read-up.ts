/** What a migration's statements say that two catalogs don't: which names it changed, and whether it touches rows. */
import type { MigrationFile } from "../../../project/migration.ts";
import { loadParser } from "../../../sql/parse.ts";
import { splitScript } from "../../../sql/split.ts";
import { namesOf, nodeAt, textAt, type SyntaxNode } from "../../../sql/syntax.ts";

export interface ReadUp {
  /** `before LINE FEED after`. */
  readonly renames: ReadonlySet<string>;
  readonly changesRows: boolean;
}

const rowStatements: ReadonlySet<string> = new Set([
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "TruncateStmt",
  "CopyStmt",
  "DoStmt",
  "CallStmt",
]);

export async function readUp(file: MigrationFile): Promise<ReadUp> {
  if (file.kind !== "sql") return { renames: new Set(), changesRows: file.kind === "data" };
  const parser = await loadParser();
  const renames = new Set<string>();
  let changesRows = false;
  for (const piece of splitScript(file.up.text)) {
    if (piece.kind === "copy") changesRows = true;
    if (piece.kind !== "statement") continue;
    const outcome = parser.parse(piece.text);
    for (const { node, tree } of outcome.kind === "parsed" ? outcome.statements : []) {
      if (rowStatements.has(node)) changesRows = true;
      if (node === "RenameStmt") renames.add(`${oldName(tree)}\n${textAt(tree, "newname") ?? ""}`);
    }
  }
  return { renames, changesRows };
}

function oldName(tree: SyntaxNode): string {
  const inner = textAt(tree, "subname");
  if (inner !== undefined) return inner;
  const relation = textAt(nodeAt(tree, "relation"), "relname");
  return relation ?? namesOf(tree["object"]).at(-1) ?? nameInList(tree) ?? "";
}

/** A type's name is a list within a node. */
function nameInList(tree: SyntaxNode): string | undefined {
  const list = nodeAt(nodeAt(tree, "object"), "List");
  return namesOf(list["items"]).at(-1);
}
