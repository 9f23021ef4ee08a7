/**
 * Secrets that SQL names and does not hold: `OPTIONS (password 'env:NAME')`, `CONNECTION 'host=a password=file:/run/x'`.
 * This tells which options are secrets, what a reference looks like, and where in a statement one stands. It never
 * sees a value: `write` of a use takes one and gives the text that goes to the server and nowhere else.
 */
import { LockstepError } from "../core/errors.ts";
import { createLexer, type Token } from "./lexer.ts";
import type { Parser } from "./parse.ts";
import { quoteLiteral } from "./quote.ts";
import { splitScript } from "./split.ts";

const referencePattern = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\S(?:.*\S)?)$/;

/** `env:NAME` of a variable, or `file:PATH`. */
export function isSecretReference(value: string): boolean {
  return referencePattern.test(value);
}

const secretName = /pass|secret|token|credential|api_?key|access_?key|private_?key/i;

/** Of a wrapper's and a server's options, and of the keywords of a connection. */
export function isSecretOption(option: string): boolean {
  return secretName.test(option) && option !== "password_required";
}

/** A mapping is there to hold credentials: what is not known to be harmless is taken for one. */
const openMappingOptions: ReadonlySet<string> = new Set([
  "user",
  "username",
  "password_required",
  "sslcert",
  "use_scram_passthrough",
]);

export function isSecretMappingOption(option: string): boolean {
  return !openMappingOptions.has(option);
}

/** Whether it is worth looking closer; most text is not. */
export function mayNameSecrets(text: string): boolean {
  return /\b(?:env|file):/.test(text);
}

/** One string of a statement that has references in it. */
export interface SecretUse {
  readonly references: readonly string[];
  /** Undefined: the string is one reference. */
  readonly connection: readonly ConnectionPart[] | undefined;
  readonly start: number;
  readonly end: number;
  /** The string as it is sent. */
  readonly write: (valueOf: (reference: string) => string) => string;
}

/** Of all statements of a script, in their order. Refuses a reference whose value could not be put in its place. */
export function secretUses(text: string, parser: Parser): readonly SecretUse[] {
  if (!mayNameSecrets(text)) return [];
  const uses: SecretUse[] = [];
  for (const piece of splitScript(text)) {
    if (piece.kind !== "statement") continue;
    const statement = text.slice(piece.start, piece.end);
    if (!mayNameSecrets(statement)) continue;
    const outcome = parser.parse(statement);
    const [parsed] = outcome.kind === "parsed" ? outcome.statements : [];
    const find = parsed === undefined ? undefined : holders[parsed.node];
    for (const use of find?.(statement) ?? []) {
      uses.push({ ...use, start: use.start + piece.start, end: use.end + piece.start });
    }
  }
  return uses;
}

type Finder = (statement: string) => Iterable<SecretUse>;

const inOptions: Finder = (statement) => optionUses(statement, isSecretOption);
const inMapping: Finder = (statement) => optionUses(statement, isSecretMappingOption);

/** By the parser's node. */
const holders: Readonly<Record<string, Finder>> = {
  CreateFdwStmt: inOptions,
  AlterFdwStmt: inOptions,
  CreateForeignServerStmt: inOptions,
  AlterForeignServerStmt: inOptions,
  CreateUserMappingStmt: inMapping,
  AlterUserMappingStmt: inMapping,
  CreateSubscriptionStmt: connectionUses,
  AlterSubscriptionStmt: connectionUses,
};

/** `OPTIONS (ADD name 'value', ...)`: a string after a name. */
function* optionUses(
  statement: string,
  isSecret: (option: string) => boolean,
): Generator<SecretUse> {
  let name: string | undefined;
  let isWithin = false;
  for (const token of tokensOf(statement)) {
    const text = statement.slice(token.start, token.end);
    if (token.kind === "word") {
      isWithin ||= text.toLowerCase() === "options";
      name = text.toLowerCase();
    } else if (token.kind === "quoted") name = text.slice(1, -1).replaceAll('""', '"');
    else if (token.kind === "string" && isWithin && name !== undefined && isSecret(name)) {
      const value = contentOf(token, text);
      if (!isSecretReference(value)) continue;
      const write: SecretUse["write"] = (valueOf) => quoteLiteral(valueOf(value));
      const { start, end } = token;
      yield { references: [value], connection: undefined, start, end, write };
    }
  }
}

function* connectionUses(statement: string): Generator<SecretUse> {
  let isNext = false;
  for (const token of tokensOf(statement)) {
    const text = statement.slice(token.start, token.end);
    if (token.kind === "string" && isNext) {
      const connection = contentOf(token, text);
      const parts = connectionParts(connection);
      const references = parts.flatMap(({ reference }) => reference ?? []);
      if (references.length === 0) continue;
      const write: SecretUse["write"] = (valueOf) => quoteLiteral(withValues(parts, valueOf));
      const { start, end } = token;
      yield { references, connection: parts, start, end, write };
    }
    isNext = token.kind === "word" && text.toLowerCase() === "connection";
  }
}

export interface ConnectionPart {
  /** As it stands there: `host=a`. */
  readonly text: string;
  readonly keyword: string;
  readonly reference: string | undefined;
}

/** `host=a password='env:NAME'`, as libpq takes it apart. */
function connectionParts(connection: string): readonly ConnectionPart[] {
  if (/^\s*postgres(?:ql)?:\/\//i.test(connection)) {
    if (/:(?:env|file):|=(?:env|file):/.test(connection)) {
      throw unwritable(
        "a connection that is a URL; keywords and values can be: host=... password=env:NAME",
      );
    }
    return [];
  }
  const pair = /([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))\s*/giy;
  const trimmed = connection.trim();
  const parts: ConnectionPart[] = [];
  while (pair.lastIndex < trimmed.length) {
    const match = pair.exec(trimmed);
    if (match === null) return [];
    const keyword = (match[1] ?? "").toLowerCase();
    const value = (match[2] ?? match[3] ?? "").replace(/\\(.)/gs, "$1");
    const reference = isSecretOption(keyword) && isSecretReference(value) ? value : undefined;
    parts.push({ text: match[0].trim(), keyword, reference });
  }
  return parts;
}

function withValues(
  parts: readonly ConnectionPart[],
  valueOf: (reference: string) => string,
): string {
  return parts
    .map(({ text, keyword, reference }) =>
      reference === undefined ? text : `${keyword}=${connectionValue(valueOf(reference))}`,
    )
    .join(" ");
}

/** A value of a connection's keyword in the quotes that libpq takes. */
export function connectionValue(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function* tokensOf(statement: string): Generator<Readonly<Token>> {
  const lexer = createLexer(statement);
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) yield token;
}

/** Other forms of strings are read by the server alone; a reference in one is refused. */
function contentOf(token: Readonly<Token>, text: string): string {
  if (text.startsWith("'") && token.gaps === undefined) {
    return text.slice(1, -1).replaceAll("''", "'");
  }
  if (mayNameSecrets(text))
    throw unwritable("a string with a prefix, with dollar signs, or in parts");
  return "";
}

function unwritable(form: string): LockstepError {
  return new LockstepError("SECRET.FORM", `a secret can't be put into ${form}`);
}
