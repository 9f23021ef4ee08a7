/** The text of an ordered action: its body with what folded into it, then its further statements. */
import type { Action, ColumnText, StatementBody } from "./actions.ts";
import type { OrderedAction } from "./graph.ts";

export function statementsOf({ action, folded }: OrderedAction): readonly string[] {
  const own = action.statements;
  return action.body === undefined ? own : [bodyText(action.body, folded), ...own];
}

function bodyText(body: StatementBody, folded: readonly Action[]): string {
  const columns = body.columns.map((column) => columnText(column, folded));
  const clauses = folded
    .filter(({ fold }) => fold?.clause !== undefined && fold.column === undefined)
    .toSorted(compareClauses)
    .map(({ fold }) => fold?.clause ?? "");
  switch (body.form) {
    case "create table": {
      const lines = [...columns, ...clauses];
      if (lines.length === 0)
        return `${body.head}${body.omitsEmptyList === true ? "" : " ()"}${body.tail}`;
      return `${body.head} (\n    ${lines.join(",\n    ")}\n)${body.tail}`;
    }
    case "add column":
      return `${body.head} ${columns.join(" ")}${body.tail}`;
    case "create domain":
      return `${body.head}${body.tail}${clauses.map((clause) => `\n    ${clause}`).join("")}`;
    case "create publication":
      return `${body.head}${published(folded)}${body.tail}`;
  }
}

/** ` FOR TABLE a, b, TABLES IN SCHEMA c`; more than one, each on a line of its own. */
function published(folded: readonly Action[]): string {
  const groups = [
    ["publication_table", "TABLE"],
    ["publication_schema", "TABLES IN SCHEMA"],
  ] as const;
  const texts = groups.flatMap(([kind, word]) => {
    const clauses = folded
      .filter((action) => action.kind === kind)
      .toSorted(compareClauses)
      .map(({ fold }) => fold?.clause ?? "");
    const indent = folded.length > 1 ? "\n    " : " ";
    return clauses.length === 0 ? [] : [word + clauses.map((one) => indent + one).join(",")];
  });
  return texts.length === 0 ? "" : ` FOR ${texts.join(", ")}`;
}

function columnText(column: ColumnText, folded: readonly Action[]): string {
  const own = folded
    .filter(({ fold }) => fold?.column === column.name)
    .map(({ fold }) => fold?.clause ?? "");
  return [column.definition, ...own, column.constraints].filter((part) => part !== "").join(" ");
}

/** Keys first, then checks, then foreign keys, each by name. */
function compareClauses(left: Action, right: Action): number {
  const difference = clauseRank(left) - clauseRank(right);
  if (difference !== 0) return difference;
  return left.key < right.key ? -1 : 1;
}

function clauseRank(action: Action): number {
  const clause = action.fold?.clause ?? "";
  const words = [" PRIMARY KEY ", " UNIQUE ", " EXCLUDE ", " CHECK ", " FOREIGN KEY "];
  const found = words.findIndex((word) => clause.includes(word));
  return found === -1 ? words.length : found;
}

/** BEGIN and COMMIT around each segment, runnable by psql. Empty when there is nothing to do. */
export function planSql(segments: readonly TextSegment[]): string {
  const texts = segments.map((segment) => segmentText(segment));
  const makesRoutines = segments.some(({ steps }) => steps.some(({ kind }) => routines.has(kind)));
  return [...(makesRoutines ? ["SET check_function_bodies = false;\n"] : []), ...texts].join("\n");
}

/** Bodies may call what is made after them. */
const routines: ReadonlySet<string> = new Set(["function", "procedure"]);

interface TextSegment {
  readonly transaction: boolean;
  readonly steps: readonly { readonly kind: string; readonly statements: readonly string[] }[];
}

function segmentText({ transaction, steps }: TextSegment): string {
  const lines = steps.flatMap(({ statements }) => statements.map((text) => `${text};\n`));
  return transaction ? `BEGIN;\n\n${lines.join("\n")}\nCOMMIT;\n` : lines.join("\n");
}
