/**
 * What a statement makes that can have been called otherwise, each with its place: the table, its columns and named
 * constraints, a type and its values. Names and places are the parser's; text is never searched.
 */
import type { Kind } from "../../catalog/kinds.ts";
import { createLexer } from "../../sql/lexer.ts";
import type { ParsedStatement } from "../../sql/parse.ts";
import {
  elementsOf as listAt,
  flagAt,
  namesOf,
  nodeAt,
  numberAt,
  textAt,
  typedChildrenAt,
  typedNode,
  type SyntaxNode,
} from "../../sql/syntax.ts";

export interface Element {
  /** In the file. */
  readonly start: number;
  /** Undefined: an enum's value. */
  readonly kind: Kind | undefined;
  /** As written: `["users"]`, `["app", "users"]`. Empty: it has no name of its own. */
  readonly name: readonly string[];
  /** What it belongs to by name: a column's table, a value's type. */
  readonly within: readonly string[] | undefined;
  /** A constraint in a column's definition: a comment behind the line is about the column. */
  readonly isInline?: true;
}

type Draft = Omit<Element, "start"> & {
  /** In bytes of the statement; undefined: where the statement begins. */
  readonly location?: number | undefined;
};

/** In the order of their places; `start` is the statement's in the file. */
export function elementsOf(
  statement: ParsedStatement,
  text: string,
  start: number,
): readonly Element[] {
  const read = readers[statement.node];
  const drafts = read === undefined ? [] : read(statement.tree, text);
  const offsetOf = byteOffsets(text);
  return drafts
    .map(({ location, ...element }) => ({
      ...element,
      start: start + (location === undefined ? 0 : offsetOf(location)),
    }))
    .toSorted((left, right) => left.start - right.start);
}

type Reader = (tree: SyntaxNode, text: string) => readonly Draft[];

const readers: Readonly<Record<string, Reader>> = {
  CreateStmt: (tree) => tableDrafts(tree, "table"),
  CreateForeignTableStmt: (tree) => tableDrafts(nodeAt(tree, "base"), "foreign_table"),
  CreateTableAsStmt: (tree) => {
    const kind = textAt(tree, "objtype") === "OBJECT_MATVIEW" ? "materialized_view" : "table";
    return [whole(kind, rangeOf(nodeAt(nodeAt(tree, "into"), "rel")))];
  },
  ViewStmt: (tree) => [whole("view", rangeOf(nodeAt(tree, "view")))],
  CreateSeqStmt: (tree) => [whole("sequence", rangeOf(nodeAt(tree, "sequence")))],
  CreateSchemaStmt: (tree) => [whole("schema", optional(textAt(tree, "schemaname")))],
  IndexStmt: (tree) => {
    const table = rangeOf(nodeAt(tree, "relation"));
    const name = textAt(tree, "idxname");
    return [whole("index", name === undefined ? [] : [...table.slice(0, -1), name])];
  },
  AlterTableStmt: (tree) => {
    const table = rangeOf(nodeAt(tree, "relation"));
    return typedChildrenAt(tree, "cmds").flatMap(({ body }, index) =>
      memberDrafts(body["def"], table).map((draft) =>
        // The comment stands above the statement as a rule.
        index === 0 && draft.kind !== undefined ? { ...draft, location: undefined } : draft,
      ),
    );
  },
  CreateEnumStmt: enumDrafts,
  CompositeTypeStmt: (tree) => {
    const type = rangeOf(nodeAt(tree, "typevar"));
    const attributes = typedChildrenAt(tree, "coldeflist").map(({ body }): Draft => ({
      kind: "attribute",
      name: optional(textAt(body, "colname")),
      within: type,
      location: numberAt(body, "location"),
    }));
    return [whole("composite", type), ...attributes];
  },
  CreateDomainStmt: (tree) => {
    const domain = namesOf(tree["domainname"]);
    return [whole("domain", domain), ...constraintsAt(tree, "constraints", domain)];
  },
  CreateRangeStmt: (tree) => [whole("range", namesOf(tree["typeName"]))],
  CreateFunctionStmt: (tree) => [
    whole(flagAt(tree, "is_procedure") ? "procedure" : "function", namesOf(tree["funcname"])),
  ],
  DefineStmt: (tree) => {
    const kind = defined[textAt(tree, "kind") ?? ""];
    return kind === undefined ? [] : [whole(kind, namesOf(tree["defnames"]))];
  },
  CreateTrigStmt: (tree) => [part("trigger", textAt(tree, "trigname"), nodeAt(tree, "relation"))],
  CreatePolicyStmt: (tree) => [part("policy", textAt(tree, "policy_name"), nodeAt(tree, "table"))],
  RuleStmt: (tree) => [part("rule", textAt(tree, "rulename"), nodeAt(tree, "relation"))],
  CreateStatsStmt: (tree) => [whole("statistics", namesOf(tree["defnames"]))],
  CreatePublicationStmt: (tree) => [whole("publication", optional(textAt(tree, "pubname")))],
  CreateForeignServerStmt: (tree) => [whole("server", optional(textAt(tree, "servername")))],
  CreateFdwStmt: (tree) => [whole("foreign_data_wrapper", optional(textAt(tree, "fdwname")))],
  CreateEventTrigStmt: (tree) => [whole("event_trigger", optional(textAt(tree, "trigname")))],
  CreateConversionStmt: (tree) => [whole("conversion", namesOf(tree["conversion_name"]))],
  CreateOpClassStmt: (tree) => [whole("operator_class", namesOf(tree["opclassname"]))],
  CreateOpFamilyStmt: (tree) => [whole("operator_family", namesOf(tree["opfamilyname"]))],
  CreatePLangStmt: (tree) => [whole("language", optional(textAt(tree, "plname")))],
};

const defined: Readonly<Record<string, Kind>> = {
  OBJECT_AGGREGATE: "aggregate",
  OBJECT_COLLATION: "collation",
  OBJECT_TYPE: "base_type",
  OBJECT_TSPARSER: "text_search_parser",
  OBJECT_TSTEMPLATE: "text_search_template",
  OBJECT_TSDICTIONARY: "text_search_dictionary",
  OBJECT_TSCONFIGURATION: "text_search_configuration",
};

function whole(kind: Kind, name: readonly string[]): Draft {
  return { kind, name, within: undefined };
}

function part(kind: Kind, name: string | undefined, relation: SyntaxNode): Draft {
  return { kind, name: optional(name), within: rangeOf(relation) };
}

function optional(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name];
}

function rangeOf(relation: SyntaxNode): readonly string[] {
  return [textAt(relation, "schemaname"), textAt(relation, "relname")].filter(
    (name) => name !== undefined,
  );
}

function tableDrafts(tree: SyntaxNode, kind: Kind): readonly Draft[] {
  const table = rangeOf(nodeAt(tree, "relation"));
  const members = listAt(tree["tableElts"]).flatMap((child) => memberDrafts(child, table));
  return [whole(kind, table), ...members];
}

/** A column with the constraints that stand in it, or a constraint. */
function memberDrafts(
  member: Parameters<typeof typedNode>[0],
  table: readonly string[],
): readonly Draft[] {
  const typed = typedNode(member);
  if (typed?.kind === "Constraint") return constraintDraft(typed.body, table);
  if (typed?.kind !== "ColumnDef") return [];
  const { body } = typed;
  const column: Draft = {
    kind: "column",
    name: optional(textAt(body, "colname")),
    within: table,
    location: numberAt(body, "location"),
  };
  const inner = constraintsAt(body, "constraints", table);
  return [column, ...inner.map((draft) => ({ ...draft, isInline: true as const }))];
}

function constraintsAt(
  node: SyntaxNode,
  field: string,
  within: readonly string[],
): readonly Draft[] {
  return typedChildrenAt(node, field).flatMap(({ body }) => constraintDraft(body, within));
}

/** NOT NULL, NULL, DEFAULT and the like are parts of their column. */
const constraintTypes: ReadonlySet<string> = new Set([
  "CONSTR_CHECK",
  "CONSTR_PRIMARY",
  "CONSTR_UNIQUE",
  "CONSTR_EXCLUSION",
  "CONSTR_FOREIGN",
]);

function constraintDraft(body: SyntaxNode, within: readonly string[]): readonly Draft[] {
  if (!constraintTypes.has(textAt(body, "contype") ?? "")) return [];
  const name = optional(textAt(body, "conname"));
  return [{ kind: "constraint", name, within, location: numberAt(body, "location") }];
}

/** The tree has the values without their places, which the strings' own places are. */
function enumDrafts(tree: SyntaxNode, text: string): readonly Draft[] {
  const type = namesOf(tree["typeName"]);
  const values = namesOf(tree["vals"]);
  const encoder = new TextEncoder();
  const places: number[] = [];
  const lexer = createLexer(text);
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    if (token.kind === "string") places.push(encoder.encode(text.slice(0, token.start)).length);
  }
  const drafts = values.map((value, index): Draft => ({
    kind: undefined,
    name: [value],
    within: type,
    location: places[index],
  }));
  return [whole("enum", type), ...drafts];
}

/** Bytes of UTF-8 to offsets of a JavaScript string. */
function byteOffsets(text: string): (byte: number) => number {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  if (bytes.length === text.length) return (byte) => byte;
  return (byte) => decoder.decode(bytes.subarray(0, byte)).length;
}
