/** The repository's own files and their syntax trees, for the tests of the architecture. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Paths of all files that belong to the repository: tracked, or new and not ignored. */
export function repositoryFiles(): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8" });
  const deleted = execFileSync("git", ["ls-files", "--deleted", "-z"], { cwd: root });
  const gone = new Set(deleted.toString("utf8").split("\0"));
  return [...new Set(listed.split("\0"))].filter((path) => path !== "" && !gone.has(path));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The TypeScript files under a folder. */
export function sourcesIn(folder: string): readonly SourceFile[] {
  return repositoryFiles()
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith(".ts"))
    .map((path) => {
      const text = readText(path);
      const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
      return { path, text, tree };
    });
}

/** Calls the visitor with every node; what it returns is found, with its place. */
export function findNodes(
  sources: readonly SourceFile[],
  visitor: (node: ts.Node, source: SourceFile) => string | undefined,
): readonly string[] {
  const found: string[] = [];
  for (const source of sources) {
    const visit = (node: ts.Node): void => {
      const what = visitor(node, source);
      if (what !== undefined) found.push(`${placeOf(node, source)} ${what}`);
      ts.forEachChild(node, visit);
    };
    visit(source.tree);
  }
  return found;
}

function placeOf(node: ts.Node, { path, tree }: SourceFile): string {
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  return `${path}:${line + 1}`;
}

/** Specifiers of everything that a file imports or exports from, dynamic imports and types included. */
export function importsOf(source: SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isStatic = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    const specifier = isStatic ? node.moduleSpecifier : dynamicImport(node);
    if (specifier !== undefined && ts.isStringLiteral(specifier)) found.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return found;
}

function dynamicImport(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return ts.isStringLiteral(node.argument.literal) ? node.argument.literal : undefined;
  }
  const isImport =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}
