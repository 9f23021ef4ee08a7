/**
 * What a schema's files say and the server leaves aside without an error: CREATE ... IF NOT EXISTS of what another
 * statement made otherwise, and ALTER ... IF EXISTS of what nobody makes. The server's notices say that it happened;
 * where, and whether it matters, is in the statements.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import type { SourcePosition } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import type { Session } from "../../../ports/database.ts";
import { loadParser, type ParsedStatement, type Parser } from "../../../sql/parse.ts";
import { sourcePosition, type SourceText } from "../../../sql/source.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import { splitScript } from "../../../sql/split.ts";
import { constantOf, elementsOf, flagAt, nodeAt, textAt } from "../../../sql/syntax.ts";
import { alteredIfThere } from "./if-exists.ts";

export interface Skips {
  /** Names of relations, as the server's notices call them: without a schema. */
  readonly made: Set<string>;
  /** Those too, and what a statement waited for in vain: quoted, with the schema that was written. */
  readonly absent: Set<string>;
}

export function noSkips(): Skips {
  return { made: new Set(), absent: new Set() };
}

/** Until the session is closed. */
export function noteSkips(session: Session, { made, absent }: Skips): void {
  session.onNotice(({ sqlState, message }) => {
    const [, name, isMissing] =
      /^\w+ "(.*)" (?:already exists|(does not exist)), skipping$/s.exec(message) ?? [];
    if (name === undefined) return;
    if (isMissing !== undefined && message.startsWith("relation ")) absent.add(name);
    else if (sqlState === duplicateTable) made.add(name);
  });
}

/** Of tables, indexes, sequences, views. */
const duplicateTable = "42P07";

export async function skippedFindings(
  sources: readonly SourceText[],
  { made, absent }: Skips,
  catalog: Catalog,
): Promise<readonly Finding[]> {
  if (made.size + absent.size === 0) return [];
  const statements = suspectsIn(sources, await loadParser());
  const relations = namesOfRelations(catalog);
  return [
    ...madeOtherwise(statements.filter(({ name }) => made.has(name))),
    ...statements
      .filter(({ does, name, schema }) => {
        const isAbsent = absent.has(name) || absent.has(quoteQualifiedName(schema, name));
        return does === "alter" && isAbsent && !relations.has(name);
      })
      .map(nothingToAlter),
  ];
}

interface Suspect {
  readonly does: "make" | "alter";
  readonly name: string;
  /** Undefined: `home`. */
  readonly schema: string | undefined;
  readonly home: string;
  /** IF NOT EXISTS. */
  readonly yields: boolean;
  readonly meaning: string;
  readonly where: SourcePosition;
}

const maySkip = /^\s*(?:create|alter|set)\b/i;

function suspectsIn(sources: readonly SourceText[], parser: Parser): readonly Suspect[] {
  return sources.flatMap((source) => {
    let home = "public";
    return [...splitScript(source.text)].flatMap((piece): readonly Suspect[] => {
      if (piece.kind !== "statement" || !maySkip.test(piece.text)) return [];
      const outcome = parser.parse(piece.text);
      const [statement] = outcome.kind === "parsed" ? outcome.statements : [];
      if (statement === undefined) return [];
      home = homeAfter(statement) ?? home;
      const named = suspectOf(statement);
      if (named === undefined) return [];
      const where = sourcePosition(source, piece.start);
      return [{ ...named, home, meaning: meaningOf(statement), where }];
    });
  });
}

/** Where names without a schema lie once `SET search_path` ran. */
function homeAfter({ node, tree }: ParsedStatement): string | undefined {
  if (node !== "VariableSetStmt" || textAt(tree, "name") !== "search_path") return undefined;
  const [first] = elementsOf(tree["args"]).map(constantOf);
  return first ?? "public";
}

function suspectOf(
  statement: ParsedStatement,
): Pick<Suspect, "does" | "yields" | "schema" | "name"> | undefined {
  const { node, tree } = statement;
  if (alteredIfThere(statement) !== undefined) {
    return { does: "alter", yields: true, ...relationName(nodeAt(tree, "relation")) };
  }
  const yields = flagAt(tree, "if_not_exists");
  switch (node) {
    case "CreateStmt":
      return { does: "make", yields, ...relationName(nodeAt(tree, "relation")) };
    case "CreateForeignTableStmt":
      return {
        does: "make",
        yields: flagAt(nodeAt(tree, "base"), "if_not_exists"),
        ...relationName(nodeAt(nodeAt(tree, "base"), "relation")),
      };
    case "CreateSeqStmt":
      return { does: "make", yields, ...relationName(nodeAt(tree, "sequence")) };
    case "CreateTableAsStmt":
      return { does: "make", yields, ...relationName(nodeAt(nodeAt(tree, "into"), "rel")) };
    case "ViewStmt":
      return { does: "make", yields: false, ...relationName(nodeAt(tree, "view")) };
    case "IndexStmt": {
      const { schema } = relationName(nodeAt(tree, "relation"));
      return { does: "make", yields, schema, name: textAt(tree, "idxname") ?? "" };
    }
    default:
      return undefined;
  }
}

function relationName(relation: ReturnType<typeof nodeAt>): Pick<Suspect, "schema" | "name"> {
  return { schema: textAt(relation, "schemaname"), name: textAt(relation, "relname") ?? "" };
}

/** The one that ran first is the one that holds: with the order of a folder only a guess, that may be any of them. */
function madeOtherwise(statements: readonly Suspect[]): readonly Finding[] {
  const findings: Finding[] = [];
  const first = new Map<string, Suspect>();
  for (const each of statements) {
    if (each.does !== "make") continue;
    const key = `${each.schema ?? each.home}\n${each.name}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, each);
    else if ((each.yields || before.yields) && each.meaning !== before.meaning) {
      findings.push(madeTwice(before, each));
    }
  }
  return findings;
}

/** The statement but for where its words stand, IF NOT EXISTS, and whether a schema is written or searched. */
function meaningOf({ tree }: ParsedStatement): string {
  return JSON.stringify(tree, (key, value: unknown) => (aside.has(key) ? undefined : value));
}

const aside: ReadonlySet<string> = new Set(["location", "if_not_exists", "schemaname"]);

function madeTwice(first: Suspect, second: Suspect): Finding {
  const { file, line } = first.where;
  return {
    code: "SOURCE.MADE_TWICE",
    severity: "warning",
    object: second.name,
    where: second.where,
    message: `${place(second)} makes it IF NOT EXISTS, and ${file}:${line ?? 1} makes it otherwise: only the one that ran first counts`,
    hint: "Take out one of the two.",
  };
}

function nothingToAlter(statement: Suspect): Finding {
  return {
    code: "SOURCE.NOTHING_ALTERED",
    severity: "info",
    object: statement.name,
    where: statement.where,
    message: `${place(statement)} alters it IF EXISTS, and nothing in these files makes it: the statement does nothing`,
    hint: "Take it out, or name what it is about.",
  };
}

function place({ where: { file, line } }: Suspect): string {
  return `${file}:${line ?? 1}`;
}

const relationKinds: ReadonlySet<string> = new Set([
  ...["table", "foreign_table", "view", "materialized_view", "sequence", "index"],
]);

function namesOfRelations({ facts }: Catalog): ReadonlySet<string> {
  const names = [...facts.values()].flatMap(({ kind, name }) =>
    relationKinds.has(kind) ? [name.name] : [],
  );
  return new Set(names);
}
