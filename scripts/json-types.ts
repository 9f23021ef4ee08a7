/**
 * The shapes of `--json`, taken from the source: the report that each command gives, and every type of ours that its
 * members have. The table below is the only thing that is kept by hand; a test holds it to the commands.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

interface JsonReport {
  readonly commands: readonly string[];
  /** Its interface or type alias; undefined when the text says it all. */
  readonly type?: { readonly name: string; readonly file: string };
  readonly text?: string;
}

export const jsonReports: readonly JsonReport[] = [
  of("DeployReport", "deploy/report.ts", "deploy", "plan"),
  of("StatusReport", "deploy/status.ts", "status"),
  of("HistoryReport", "deploy/history.ts", "history"),
  {
    ...of("VerifyReport", "deploy/verify.ts", "verify"),
    text: "With `--against`, a `VerifyLiveReport`; without, its `schema` and `counts` besides.",
  },
  of("VerifyLiveReport", "deploy/verify-live.ts", "verify"),
  of("AdoptReport", "deploy/adopt.ts", "adopt"),
  of("RollbackReport", "deploy/rollback.ts", "rollback"),
  of("RestoreRollbackReport", "deploy/restore-rollback.ts", "rollback"),
  of("RepairReport", "deploy/repair.ts", "repair"),
  of("CreateReport", "deploy/create.ts", "create"),
  of("DropReport", "deploy/drop.ts", "drop"),
  of("ResetReport", "deploy/reset.ts", "reset"),
  of("SeedReport", "deploy/seed.ts", "seed"),
  of("ProofReport", "deploy/prove.ts", "test"),
  of("RehearsalReport", "deploy/rehearse.ts", "test"),
  of("BackupReport", "deploy/steps/backup/take.ts", "backup"),
  of("SqlBackupReport", "deploy/steps/backup/sql-text.ts", "backup"),
  of("PgDumpReport", "deploy/pg-client.ts", "backup"),
  of("PgRestoreReport", "deploy/pg-client.ts", "restore"),
  of("BackupListReport", "deploy/backup-list.ts", "backup list"),
  of("PruneReport", "deploy/backup-list.ts", "backup prune"),
  of("DataExportReport", "deploy/data-export.ts", "data export"),
  of("RebuildReport", "deploy/rebuild.ts", "rebuild"),
  of("HealthReport", "cli/commands/health.ts", "health"),
  of("DataImportReport", "deploy/data-import.ts", "data import"),
  of("VerifyBackupReport", "deploy/verify-backup.ts", "backup verify"),
  of("RestoreReport", "deploy/restore.ts", "restore"),
  of("RestoreBesideReport", "deploy/restore-beside.ts", "restore"),
  of("RestoreTablesReport", "deploy/restore-tables.ts", "restore"),
  of("UnlockReport", "deploy/unlock.ts", "unlock"),
  of("KubernetesReport", "deploy/kubernetes.ts", "kubernetes"),
  of("WaitReport", "deploy/wait.ts", "wait"),
  {
    ...of("DiffReport", "deploy/diff.ts", "diff"),
    text: "With a NAME also `migration`: the `id` and the files that were `written`; undefined when the two are equal.",
  },
  {
    ...of("DumpReport", "deploy/dump.ts", "dump"),
    text: "With `--out` or `--timestamped`, `written` takes the place of `files`.",
  },
  of("FingerprintReport", "deploy/fingerprint.ts", "fingerprint"),
  {
    ...of("InitReport", "deploy/init.ts", "init"),
    text: "With `findings`, what is odd about the files.",
  },
  of("NewMigrationReport", "deploy/new-migration.ts", "new"),
  of("RebaseReport", "deploy/rebase.ts", "rebase"),
  {
    ...of("ReleaseReport", "deploy/release.ts", "release"),
    text: "With `squashed`: the `outcome` of the squash that came with it, or null.",
  },
  of("SquashReport", "deploy/squash.ts", "squash"),
  of("TriedBackfill", "deploy/try-backfill.ts", "backfill try"),
  {
    ...of(
      "BackfillReport",
      "deploy/backfill.ts",
      "backfill status",
      "backfill pause",
      "backfill resume",
      "backfill rate",
      "backfill restart",
    ),
  },
  {
    ...of(
      "DevelopmentStatus",
      "adapters/scratch/development-database.ts",
      "dev status",
      "dev start",
    ),
    text: "`dev start` is always `running`, with `started`: whether it was this command's doing.",
  },
  { commands: ["dev watch"], text: "`turns`: how often it looked at the files." },
  { commands: ["dev stop"], text: "`stopped`: whether it was running." },
  { commands: ["dev url"], text: "`url`, password included." },
];

function of(name: string, file: string, ...commands: readonly string[]): JsonReport {
  return { commands, type: { name, file: `src/${file}` } };
}

/** As Markdown: what each command gives, then every type once. */
export function jsonReference(root: string): string {
  const present = jsonReports.filter(
    ({ type }) => type === undefined || existsSync(join(root, type.file)),
  );
  const rows = present.map(({ commands, type, text }) => {
    const shape = type === undefined ? [] : [`\`${type.name}\`.`];
    const words = [...shape, ...(text === undefined ? [] : [text])].join(" ");
    return `| ${commands.map((name) => `\`${name}\``).join(", ")} | ${words} |`;
  });
  const declarations = new Map<string, string>();
  for (const { type } of present) {
    if (type !== undefined) collect(root, type, declarations);
  }
  const table = ["| command | document |", "|---|---|", ...rows];
  return `${table.join("\n")}\n\n\`\`\`ts\n${[...declarations.values()].join("\n\n")}\n\`\`\``;
}

function collect(
  root: string,
  type: { readonly name: string; readonly file: string },
  declarations: Map<string, string>,
): void {
  const { name, file } = type;
  if (declarations.has(name)) return;
  const text = readFileSync(join(root, file), "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const declared = tree.statements.find(
    (statement): statement is ts.InterfaceDeclaration | ts.TypeAliasDeclaration =>
      (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) &&
      statement.name.text === name,
  );
  if (declared === undefined) {
    const imported = importOf(tree, name);
    if (imported?.startsWith(".") !== true) return;
    collect(root, { name, file: join(dirname(file), imported) }, declarations);
    return;
  }
  declarations.set(name, withValues(textOf(declared, text), tree));
  for (const used of typesIn(declared)) collect(root, { name: used, file }, declarations);
}

/** With its comment, as it stands; `export` is of no interest to a reader of JSON. */
function textOf(node: ts.Node, text: string): string {
  const [comment] = ts.getLeadingCommentRanges(text, node.getFullStart())?.slice(-1) ?? [];
  const lead = comment === undefined ? "" : `${text.slice(comment.pos, comment.end)}\n`;
  return lead + node.getText().replace(/^export /, "");
}

function typesIn(node: ts.Node): readonly string[] {
  const found: string[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isTypeReferenceNode(child) && ts.isIdentifier(child.typeName)) {
      found.push(child.typeName.text);
    }
    if (ts.isExpressionWithTypeArguments(child) && ts.isIdentifier(child.expression)) {
      found.push(child.expression.text);
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found.filter((name) => !isCode(name));
}

/** Every code is in the reference of errors and findings. */
function isCode(name: string): boolean {
  return name === "FindingCode" || name === "ErrorCode";
}

/** A reader of JSON has no use for the source's names: the words of a list, and a code as the text that it is. */
function withValues(text: string, tree: ts.SourceFile): string {
  const words = text.replaceAll(/\(typeof (\w+)\)\[number\]/g, (whole, list: string) => {
    const found = wordsOf(tree, list);
    return found.length === 0 ? whole : found.join(" | ");
  });
  const keys = words.replaceAll(/keyof typeof (\w+)/g, (whole, table: string) => {
    const found = keysOf(tree, table);
    return found.length === 0 ? whole : found.join(" | ");
  });
  return keys.replaceAll(/\b(?:FindingCode|ErrorCode)\b/g, "string");
}

function wordsOf(tree: ts.SourceFile, list: string): readonly string[] {
  const array = valueOf(tree, list);
  if (array === undefined || !ts.isArrayLiteralExpression(array)) return [];
  return array.elements.map((element) => element.getText(tree));
}

function keysOf(tree: ts.SourceFile, table: string): readonly string[] {
  const object = valueOf(tree, table);
  if (object === undefined || !ts.isObjectLiteralExpression(object)) return [];
  return object.properties.flatMap(({ name }) =>
    name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name))
      ? [JSON.stringify(name.text)]
      : [],
  );
}

/** What a constant of the file was given, without what is said of its type. */
function valueOf(tree: ts.SourceFile, constant: string): ts.Expression | undefined {
  const declarations = tree.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap((statement) => statement.declarationList.declarations);
  const declared = declarations.find(({ name }) => ts.isIdentifier(name) && name.text === constant);
  let value = declared?.initializer;
  while (value !== undefined && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value))) {
    value = value.expression;
  }
  return value;
}

function importOf(tree: ts.SourceFile, name: string): string | undefined {
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) {
      continue;
    }
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    if (bindings.elements.some((element) => element.name.text === name)) {
      return statement.moduleSpecifier.text;
    }
  }
  return undefined;
}
