/** One thing that has become another, as a value, and the statement that makes it so. */
import type { Fact } from "../../catalog/fact.ts";
import type { FactName } from "../../catalog/id.ts";
import type { Kind } from "../../catalog/kinds.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import type { SourcePosition } from "../../core/errors.ts";
import { LockstepError } from "../../core/errors.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { keywordOf, ownName, qualified, quoted, relationName } from "../text/names.ts";
import { objectText } from "../text/subject.ts";
import type { Side } from "../side.ts";

/** Names are complete: `old` as the from-side has them, `new` as the to-side has them, what they are in included. */
export interface Rename {
  /** `enum value`: `relation` of the names is the type. */
  readonly kind: Kind | "enum value";
  readonly old: FactName;
  readonly new: FactName;
  readonly where: SourcePosition | undefined;
}

export function reversed(rename: Rename): Rename {
  return { ...rename, old: rename.new, new: rename.old };
}

/** What is renamed first: schemas, then what is in them, then what is in that. */
export function depthOf({ kind, old }: Pick<Rename, "kind" | "old">): 0 | 1 | 2 {
  if (kind === "schema") return 0;
  return old.relation === undefined ? 1 : 2;
}

/** PostgreSQL renames none of these, or a name is all that they are. */
const unnamed: ReadonlySet<string> = new Set([
  "role",
  "membership",
  "setting",
  "extension",
  "access_method",
  "default",
  "operator",
  "cast",
  "transform",
  "user_mapping",
  "publication_table",
  "publication_schema",
  "extension_dependency",
  "grant",
  "default_privileges",
  "comment",
  "security_label",
]);

export function canBeRenamed(kind: Kind): boolean {
  return !unnamed.has(kind);
}

/**
 * The fact is called as it is now; `to` is where it goes. `aside`: its own name is taken where it goes, so that it
 * moves under another.
 */
export function renameStatements(
  fact: Fact,
  to: FactName,
  { side, aside }: { readonly side: Side; readonly aside: boolean },
): readonly string[] {
  const { schema, name } = fact.name;
  const moves = to.schema !== undefined && to.schema !== schema && to.relation === undefined;
  if (!moves)
    return name === to.name ? [] : apartFromType(fact, renameTo(fact, to.name, side), side);
  const steps: string[] = [];
  let now = fact;
  const call = (next: string): void => {
    if (now.name.name !== next) steps.push(renameTo(now, next, side));
    now = { ...now, name: { ...now.name, name: next } };
  };
  if (aside) call(asideName(to.name));
  steps.push(`${alterHead(now, side)} SET SCHEMA ${quoted(to.schema)}`);
  now = { ...now, name: { ...now.name, schema: to.schema } };
  call(to.name);
  return steps;
}

/** No constraint of a table is renamed while the table is bound to a type. */
function apartFromType({ kind, parent }: Fact, statement: string, side: Side): readonly string[] {
  const table = kind === "constraint" ? side.find("table", parent) : undefined;
  const type = table?.payload.ofType;
  if (table === undefined || type === undefined) return [statement];
  const name = `ALTER TABLE ${ownName(table)}`;
  return [`${name} NOT OF`, statement, `${name} OF ${qualified(type)}`];
}

/** Nobody else's, and short enough. */
export function asideName(name: string): string {
  return `${name.slice(0, 12)}__renamed`;
}

function renameTo(fact: Fact, name: string, side: Side): string {
  const clause = renameClause(fact, { ...fact.name, name });
  return `${alterHead(fact, side)}${clause}${fact.kind === "attribute" ? toTables(fact, side) : ""}`;
}

/** The columns of tables that are made of the type are called as its attributes are. */
function toTables({ parent }: Fact, side: Side): string {
  return side.referrers(parent ?? "").some(({ kind }) => kind === "table") ? " CASCADE" : "";
}

export function renameMultirangeStatements(
  from: QualifiedName,
  to: QualifiedName,
): readonly string[] {
  const moves = from.schema !== to.schema;
  const there = { ...from, schema: to.schema };
  return [
    ...(moves ? [`ALTER TYPE ${qualified(from)} SET SCHEMA ${quoted(to.schema)}`] : []),
    ...(from.name === to.name
      ? []
      : [`ALTER TYPE ${qualified(there)} RENAME TO ${quoted(to.name)}`]),
  ];
}

export function renameValueStatement(type: FactName, old: string, value: string): string {
  const name = qualified({ schema: type.schema ?? "public", name: type.relation ?? "" });
  return `ALTER TYPE ${name} RENAME VALUE ${quoteLiteral(old)} TO ${quoteLiteral(value)}`;
}

const clauses: Readonly<Partial<Record<Kind, string>>> = {
  column: "RENAME COLUMN",
  attribute: "RENAME ATTRIBUTE",
  constraint: "RENAME CONSTRAINT",
};

/** Members are renamed by what they are in; everything else by itself. */
function alterHead(fact: Fact, side: Side): string {
  const parent = side.get(fact.parent ?? "");
  switch (fact.kind) {
    case "column":
    case "attribute":
    case "constraint": {
      const isTable = parent === undefined || parent.kind === "foreign_table";
      const keyword = isTable ? "TABLE" : keywordOf(parent.kind);
      return `ALTER ${keyword} ${relationName(fact)}`;
    }
    case "table":
    case "view":
    case "materialized_view":
    case "foreign_table":
    case "index":
    case "sequence":
      return `ALTER ${keywordOf(fact.kind)} ${ownName(fact)}`;
    default:
      return `ALTER ${objectText(fact, side)}`;
  }
}

function renameClause(fact: Fact, to: FactName): string {
  const clause = clauses[fact.kind];
  return clause === undefined
    ? ` RENAME TO ${quoted(to.name)}`
    : ` ${clause} ${quoted(fact.name.name)} TO ${quoted(to.name)}`;
}

export function unclear(message: string, where: SourcePosition | undefined): LockstepError {
  return new LockstepError("DIFF.RENAME_UNCLEAR", message, where === undefined ? {} : { where });
}
