/**
 * Statements of a newer pg_dump that say nothing to an older server: it switches off a limit that the older one does
 * not have. Nothing else that a server refuses is ever left out.
 */
import { classify } from "./classify.ts";
import type { StatementFacts } from "./facts.ts";
import type { Parser } from "./parse.ts";

interface NewerSetting {
  /** The first major version that knows it. */
  readonly since: number;
  /** The value that switches it off, as older servers always are. */
  readonly off: string;
}

const newerSettings: Readonly<Record<string, NewerSetting>> = {
  transaction_timeout: { since: 17, off: "0" },
};

/** What the statement switches off, as `transaction_timeout = 0`, where servers of the major have no such thing. */
export function switchedOffInVain(
  { node, session }: Pick<StatementFacts, "node" | "session">,
  major: number,
): string | undefined {
  const [effect, ...more] = session;
  if (node !== "VariableSetStmt" || effect?.kind !== "set" || more.length > 0) return undefined;
  const { name, value } = effect;
  const setting = Object.hasOwn(newerSettings, name) ? newerSettings[name] : undefined;
  if (setting === undefined || major >= setting.since || value !== setting.off) return undefined;
  return `${name} = ${value}`;
}

/** The same of a text; undefined too where it is more than one statement. */
export function switchedOffInVainBy(
  text: string,
  major: number,
  parser: Parser,
): string | undefined {
  const outcome = parser.parse(text);
  if (outcome.kind !== "parsed") return undefined;
  const [statement, ...more] = outcome.statements;
  if (statement === undefined || more.length > 0) return undefined;
  return switchedOffInVain(classify(statement), major);
}

/** As it is told to whoever has the statement in a file. */
export function leftOutMessage(setting: string): string {
  return `${setting} left out: the server has no such setting`;
}
