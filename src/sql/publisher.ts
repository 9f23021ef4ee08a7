/**
 * Statements about subscriptions, told so that the server carries them out without asking the publisher: in a scratch
 * database they are to be in the catalog, and nothing is to be replicated. What has no such form is refused. It must
 * never let one pass that would reach out.
 */
import { LockstepError } from "../core/errors.ts";
import { createLexer, type Token } from "./lexer.ts";
import type { ParsedStatement, Parser } from "./parse.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";
import { splitScript } from "./split.ts";
import { flagAt, isOff, optionsAt, textAt, type SyntaxNode } from "./syntax.ts";

/** Whether it is worth looking closer; most text is not. */
export function mayReachPublisher(text: string): boolean {
  return /\bsubscription\b/i.test(text);
}

/** The script with every statement about a subscription in its quiet form, all else as it is. */
export function withoutPublisher(text: string, parser: Parser): string {
  let quiet = "";
  let done = 0;
  for (const { start, end, statement, parsed } of subscriptionStatements(text, parser)) {
    const told = forms[parsed.node]?.(parsed.tree, statement) ?? statement;
    quiet += text.slice(done, start) + told;
    done = end;
  }
  return quiet + text.slice(done);
}

/** Whether it makes a subscription, or makes one work. */
export function subscribes(text: string, parser: Parser): boolean {
  return subscriptionStatements(text, parser).some(
    ({ parsed }) => parsed.node !== "DropSubscriptionStmt",
  );
}

interface SubscriptionStatement {
  readonly start: number;
  readonly end: number;
  readonly statement: string;
  readonly parsed: ParsedStatement;
}

function subscriptionStatements(text: string, parser: Parser): readonly SubscriptionStatement[] {
  const found: SubscriptionStatement[] = [];
  for (const piece of splitScript(text)) {
    if (piece.kind !== "statement" || !mayReachPublisher(piece.text)) continue;
    const { start, end } = piece;
    const statement = text.slice(start, end);
    const outcome = parser.parse(statement);
    const [parsed] = outcome.kind === "parsed" ? outcome.statements : [];
    if (parsed !== undefined && forms[parsed.node] !== undefined) {
      found.push({ start, end, statement, parsed });
    }
  }
  return found;
}

type QuietForm = (tree: SyntaxNode, statement: string) => string;

/** By the parser's node. */
const forms: Readonly<Record<string, QuietForm>> = {
  CreateSubscriptionStmt: create,
  AlterSubscriptionStmt: alter,
  DropSubscriptionStmt: drop,
};

/** Options that `connect = false` does not stand beside. */
const wantsConnection: ReadonlySet<string> = new Set([
  "connect",
  "copy_data",
  "create_slot",
  "enabled",
]);

function create(tree: SyntaxNode, statement: string): string {
  const options = optionsAt(tree, "options");
  if (isOff(options.get("connect"))) return statement;
  const made = withOptions(statement, {
    without: wantsConnection,
    more: ["connect = false"],
  });
  // A subscription that was made without a connection is not enabled.
  if (isOff(options.get("enabled"))) return made;
  return `${made}; ALTER SUBSCRIPTION ${nameOf(tree)} ENABLE`;
}

function alter(tree: SyntaxNode, statement: string): string {
  const kind = textAt(tree, "kind") ?? "";
  // Which tables are replicated is in no schema.
  if (kind === "ALTER_SUBSCRIPTION_REFRESH" || kind === "ALTER_SUBSCRIPTION_REFRESH_PUBLICATION") {
    return "SELECT";
  }
  if (kind.endsWith("_PUBLICATION")) {
    return withOptions(statement, {
      without: new Set(["refresh", "copy_data"]),
      more: ["refresh = false"],
    });
  }
  const options = optionsAt(tree, "options");
  const told = ["failover", "two_phase"].find((name) => options.has(name));
  if (told === undefined) return statement;
  throw new LockstepError(
    "SCRATCH.PUBLISHER",
    `ALTER SUBSCRIPTION ${nameOf(tree)} SET (${told}) changes the slot at the publisher, which a scratch database never asks`,
  );
}

/** The slot stays where it is: it is nothing of this database's. */
function drop(tree: SyntaxNode, statement: string): string {
  const name = nameOf(tree);
  const apart = [
    `ALTER SUBSCRIPTION ${name} DISABLE`,
    `ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`,
  ];
  if (!flagAt(tree, "missing_ok")) return [...apart, statement].join("; ");
  const isThere = `select from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid operator(pg_catalog.=) s.subdbid
    where s.subname operator(pg_catalog.=) ${quoteLiteral(textAt(tree, "subname") ?? "")} and d.datname operator(pg_catalog.=) pg_catalog.current_database()`;
  const body = `begin if exists (${isThere}) then ${apart.map((each) => `${each}; `).join("")}end if; end`;
  return `DO ${quoteLiteral(body)}; ${statement}`;
}

function nameOf(tree: SyntaxNode): string {
  return quoteIdentifier(textAt(tree, "subname") ?? "");
}

interface OptionChange {
  readonly without: ReadonlySet<string>;
  readonly more: readonly string[];
}

/** The statement with other items in its `WITH (...)`, which is its end, as it is in all of these. */
function withOptions(statement: string, { without, more }: OptionChange): string {
  const { before, items } = optionItems(statement);
  const kept = items.filter(({ name }) => !without.has(name)).map(({ text }) => text);
  return `${before.trimEnd()} WITH (${[...kept, ...more].join(", ")})`;
}

interface OptionItem {
  readonly name: string;
  readonly text: string;
}

function optionItems(statement: string): {
  readonly before: string;
  readonly items: readonly OptionItem[];
} {
  const tokens = tokensOf(statement);
  // `with` is reserved, so that a name that is not in quotes can't be it.
  const at = tokens.findLastIndex(({ kind, text }) => kind === "word" && /^with$/i.test(text));
  const open = tokens[at + 1];
  if (at === -1 || open === undefined) return { before: endOf(statement, tokens), items: [] };
  const items: OptionItem[] = [];
  let first = at + 2;
  for (let index = first; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined || !isSeparator(token)) continue;
    const [begin, last] = [tokens[first], tokens[index - 1]];
    if (begin !== undefined && last !== undefined && index > first) {
      items.push({ name: optionName(begin), text: statement.slice(begin.start, last.end) });
    }
    first = index + 1;
  }
  return { before: statement.slice(0, tokens[at]?.start), items };
}

/** A comment behind the last token could swallow what is added. */
function endOf(statement: string, tokens: readonly SpelledToken[]): string {
  return statement.slice(0, tokens.at(-1)?.end ?? statement.length);
}

function optionName({ kind, text }: SpelledToken): string {
  return kind === "quoted" ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}

function isSeparator({ kind, text }: SpelledToken): boolean {
  return kind === "punctuation" && (text === "," || text === ")");
}

interface SpelledToken extends Pick<Token, "kind" | "start" | "end"> {
  readonly text: string;
}

function tokensOf(statement: string): readonly SpelledToken[] {
  const lexer = createLexer(statement);
  const tokens: SpelledToken[] = [];
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    const { kind, start, end } = token;
    tokens.push({ kind, start, end, text: statement.slice(start, end) });
  }
  return tokens;
}
