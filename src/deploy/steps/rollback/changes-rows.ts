/** What a migration's statements say that two catalogs don't: whether it touches rows. */
import type { MigrationFile } from "../../../project/migration.ts";
import { loadParser } from "../../../sql/parse.ts";
import { splitScript } from "../../../sql/split.ts";

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

export async function changesRows(file: MigrationFile): Promise<boolean> {
  if (file.kind !== "sql") return file.kind === "data";
  const parser = await loadParser();
  for (const piece of splitScript(file.up.text)) {
    if (piece.kind === "copy") return true;
    if (piece.kind !== "statement") continue;
    const outcome = parser.parse(piece.text);
    const statements = outcome.kind === "parsed" ? outcome.statements : [];
    if (statements.some(({ node }) => rowStatements.has(node))) return true;
  }
  return false;
}
