/**
 * PostgreSQL's own parser, compiled to WebAssembly and loaded when it is first needed. Its grammar is that of 18,
 * which refuses a little that older servers take, so a refusal is a value that the caller may overrule by asking
 * the server; it is never thrown. Statements are parsed one by one, since the tree of a large script would need
 * hundreds of times its text.
 */
import { InternalError } from "../core/errors.ts";
import { offsetOfCharacter } from "./position.ts";
import {
  asSyntaxNode,
  childrenAt,
  isDeeperThan,
  numberAt,
  type SyntaxNode,
  typedNode,
} from "./syntax.ts";

export interface Parser {
  /** A statement, or several that psql joins into one message. Empty text parses to no statement. */
  parse(text: string): ParseOutcome;
  /** The tree of a PL/pgSQL body, given as a whole DO or CREATE FUNCTION; undefined where it is none. */
  parseBody(text: string): SyntaxNode | undefined;
}

export type ParseOutcome =
  | { readonly kind: "parsed"; readonly statements: readonly ParsedStatement[] }
  | { readonly kind: "refused"; readonly problem: SyntaxProblem };

export interface ParsedStatement {
  /** The parser's name of the node, such as `CreateStmt`. */
  readonly node: string;
  readonly tree: SyntaxNode;
  /** In bytes of UTF-8, as every location in the tree. */
  readonly startByte: number;
}

export interface SyntaxProblem {
  readonly message: string;
  /** Of the offending token in the text that was given, as a JavaScript string counts. */
  readonly offset: number;
}

let loading: Promise<Parser> | undefined;

export function loadParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

/**
 * Has it ready before it is needed, for whoever waits for something else anyway: the first statement costs as much as
 * the next two hundred. What fails here fails again for whoever asks for it.
 */
export function loadParserAhead(): void {
  loadParser().then(
    (parser) => parser.parse("select"),
    () => undefined,
  );
}

async function load(): Promise<Parser> {
  const library = await import("libpg-query");
  await library.loadModule();
  const parse = (text: string): ParseOutcome => {
    // The library reads a C string: what stands behind a NUL would not be looked at.
    const nul = text.indexOf("\u0000");
    if (nul !== -1) return refused("the character NUL is not allowed in SQL", nul);
    if (text.trim() === "") return { kind: "parsed", statements: [] };
    try {
      const result: unknown = library.parseSync(text);
      if (text.length > deepTextMin && isDeeperThan(result, depthMax)) return tooDeep;
      return { kind: "parsed", statements: statementsOf(result) };
    } catch (error) {
      if (error instanceof RangeError) return tooDeep;
      if (!library.hasSqlDetails(error)) throw asBug(error);
      // The library counts characters from 0.
      const character = (error.sqlDetails?.cursorPosition ?? 0) + 1;
      return refused(error.message, offsetOfCharacter(text, character));
    }
  };
  const parseBody = (text: string): SyntaxNode | undefined => {
    if (text.includes("\u0000")) return undefined;
    try {
      return asSyntaxNode(library.parsePlPgSQLSync(text));
    } catch {
      // The library gives no reason that anybody could act on: what is in the body is not known.
      return undefined;
    }
  };
  return { parse, parseBody };
}

/** Levels of the tree. Whoever reads it calls himself up to twice per level, and such calls go some 5,000 deep. */
const depthMax = 1500;
/** No shorter text has as many: each level takes a character at least. */
const deepTextMin = 1000;

/** The server may take it all the same, as what the parser refuses. */
const tooDeep = refused("the statement is nested too deeply for lockstep to read", 0);

function refused(message: string, offset: number): ParseOutcome {
  return { kind: "refused", problem: { message, offset } };
}

function statementsOf(result: unknown): readonly ParsedStatement[] {
  return childrenAt(asSyntaxNode(result), "stmts").map((raw) => {
    const statement = typedNode(raw["stmt"]);
    if (statement === undefined) throw new InternalError("libpg-query gave a statement no node");
    return {
      node: statement.kind,
      tree: statement.body,
      startByte: numberAt(raw, "stmt_location") ?? 0,
    };
  });
}

/** Out of memory in the module, or a tree that is not JSON: nothing that a user can cause. */
function asBug(error: unknown): InternalError {
  return new InternalError("libpg-query failed without saying why", { cause: error });
}
