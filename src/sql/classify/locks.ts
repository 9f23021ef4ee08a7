/**
 * How many entries of the lock table a statement will take, counted from its text: enough to know before a
 * transaction begins that it can't end. What only the catalog knows (how many indexes a table has that is dropped
 * or cloned) is taken for an ordinary table's.
 */
import type { LockEstimate, RelationUse } from "../facts.ts";
import {
  namesOf,
  nodeAt,
  type SyntaxNode,
  textAt,
  typedChildrenAt,
  type TypedNode,
  typedNode,
} from "../syntax.ts";

/** Of these types a column is never stored out of line; a table of them alone has no TOAST table. */
const inlineTypes: ReadonlySet<string> = new Set(
  (
    "bool boolean int2 int4 int8 int integer smallint bigint serial serial2 serial4 serial8 bigserial smallserial " +
    "float4 float8 real oid date time timetz timestamp timestamptz interval uuid money macaddr macaddr8 char " +
    "point line lseg box circle name xid xid8 tid cid pg_lsn"
  ).split(" "),
);

const serialTypes = /^(?:small|big)?serial[248]?$/;
/** A TOAST table and its index. */
const toastRelations = 2;
/** A table that is dropped or cloned: itself, a primary key, TOAST. */
const ordinaryTable = 4;

export function lockEstimate(
  node: string,
  tree: SyntaxNode,
  relations: readonly RelationUse[],
): LockEstimate {
  const existing = relations.reduce((sum, use) => sum + existingLocks(use), 0);
  return { created: createdBy(node, tree), existing };
}

function existingLocks(use: RelationUse): number {
  if (use.role === "created") return 0;
  return use.role === "dropped" && use.kind?.includes("table") === true ? ordinaryTable : 1;
}

function createdBy(node: string, tree: SyntaxNode): number {
  return creations[node]?.(tree) ?? 0;
}

const creations: Readonly<Record<string, (tree: SyntaxNode) => number>> = {
  AlterTableStmt: (tree) =>
    sum(typedChildrenAt(tree, "cmds"), (command) => {
      const definition = typedNode(command.body["def"]);
      return definition === undefined ? 0 : createdByElement(definition);
    }),
  CompositeTypeStmt: () => 1,
  CreateForeignTableStmt: (tree) => createdByTable(nodeAt(tree, "base")),
  CreateSchemaStmt: (tree) =>
    sum(typedChildrenAt(tree, "schemaElts"), (element) => createdBy(element.kind, element.body)),
  CreateSeqStmt: () => 1,
  CreateStmt: createdByTable,
  CreateTableAsStmt: () => 1 + toastRelations,
  IndexStmt: () => 1,
  SelectStmt: (tree) => (tree["intoClause"] === undefined ? 0 : 1 + toastRelations),
  ViewStmt: () => 1,
};

function createdByTable(tree: SyntaxNode): number {
  const elements = typedChildrenAt(tree, "tableElts");
  const columns = elements.filter((element) => element.kind === "ColumnDef");
  const isClone =
    tree["inhRelations"] !== undefined ||
    elements.some((element) => element.kind === "TableLikeClause");
  const isPartitioned = tree["partspec"] !== undefined;
  const isToasted = !isPartitioned && (isClone || columns.some((column) => !isInline(column)));
  // A partition gets an index for each of its parent's, at least for the key.
  const inherited = tree["partbound"] === undefined ? 0 : 1;
  return 1 + (isToasted ? toastRelations : 0) + inherited + sum(elements, createdByElement);
}

function createdByElement(element: TypedNode): number {
  if (element.kind === "Constraint") return constraintIndex(element.body);
  if (element.kind === "TableLikeClause") return 1;
  if (element.kind !== "ColumnDef") return 0;
  const sequence = serialTypes.test(columnType(element.body)) ? 1 : 0;
  return sequence + sum(typedChildrenAt(element.body, "constraints"), createdByElement);
}

function constraintIndex(constraint: SyntaxNode): number {
  const type = textAt(constraint, "contype") ?? "";
  const isNew = textAt(constraint, "indexname") === undefined;
  return isNew && /^CONSTR_(?:PRIMARY|UNIQUE|EXCLUSION|IDENTITY)$/.test(type) ? 1 : 0;
}

function columnType(column: SyntaxNode): string {
  return namesOf(nodeAt(column, "typeName")["names"]).at(-1) ?? "";
}

function isInline(column: TypedNode): boolean {
  const isArray = nodeAt(column.body, "typeName")["arrayBounds"] !== undefined;
  return !isArray && inlineTypes.has(columnType(column.body));
}

function sum<T>(values: readonly T[], count: (value: T) => number): number {
  return values.reduce((total, value) => total + count(value), 0);
}
